"""Whatever a publishing had come to, it can be put back; and what people edit by hand is never touched."""

from hypothesis import given
from hypothesis import strategies as st

from hub.workshop.refs import changes_back, changes_to, files_of, refs_of, texts_of

PATHS = st.sampled_from([f"data/nlu/cs/{name}.yml" for name in "abcde"])
TEXTS = st.text(max_size=3)
FILES = st.dictionaries(PATHS, TEXTS)


def written(disk: dict[str, str], changes: dict[str, str | None]) -> dict[str, str]:
    """The disk after some changes."""
    merged: dict[str, str | None] = {**disk, **changes}
    return {path: text for path, text in merged.items() if text is not None}


@given(before=FILES, after=FILES, done=st.sets(PATHS))
def test_any_part_of_it_is_put_back(before: dict[str, str], after: dict[str, str], done: set[str]) -> None:
    changes = changes_to(before, after)
    assert written(before, changes) == after
    half = written(before, {path: text for path, text in changes.items() if path in done})
    assert written(half, changes_back(half, before, after)) == before


@given(before=FILES, after=FILES, hand=FILES)
def test_what_is_neither_stays(before: dict[str, str], after: dict[str, str], hand: dict[str, str]) -> None:
    disk = {**after, **hand}
    back = written(disk, changes_back(disk, before, after))
    for path, text in hand.items():
        if text not in (before.get(path), after.get(path)):
            assert back[path] == text


@given(FILES, FILES)
def test_files_are_kept_by_their_hashes(one: dict[str, str], other: dict[str, str]) -> None:
    texts = texts_of(one, other)
    assert files_of(refs_of(one), texts) == one
    assert files_of(refs_of(other), texts) == other
    assert (refs_of(one) == refs_of(other)) is (one == other)
