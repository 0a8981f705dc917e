"""The folder on disk: changes are noticed, several files are written or none."""

import os
from pathlib import Path

import pytest

from hub.knowledge.files import ALTOGETHER, LARGEST, MOST
from hub.knowledge.source import Source, SourceChanged, SourceError
from tests.knowledge.texts import TINY, put

CS = "content/words/cs.yml"


def left_over(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file() and file.suffix != ".yml"]


def test_reading(folder: Path) -> None:
    (folder / "config.yml").write_text("pipeline: []")
    (folder / "content/notes.txt").write_text("x")
    (folder / "data/.hidden.yml").write_text("x")
    (folder / "data/.git").mkdir()
    (folder / "data/.git/a.yml").write_text("x")
    assert Source(folder).read() == TINY


def test_an_empty_folder(tmp_path: Path) -> None:
    assert Source(tmp_path / "nothing").read() == {}


def test_what_is_changed_by_hand_is_noticed(folder: Path) -> None:
    source = Source(folder)
    first = source.read()
    assert source.read()[CS] is first[CS]
    for turn in range(20):  # also quicker than the file system's clock ticks, and of one length
        text = first[CS].replace("Nerozumím", f"Nerozum{turn:02}")
        (folder / CS).write_text(text)
        assert source.read() == {**TINY, CS: text}
    (folder / CS).unlink()
    assert CS not in source.read()


def test_line_ends_are_kept(folder: Path) -> None:
    (folder / CS).write_bytes(b"a: 1\r\nb: 2\r\n")
    assert Source(folder).read()[CS] == "a: 1\r\nb: 2\r\n"


def test_writing(folder: Path) -> None:
    source = Source(folder)
    (folder / CS).chmod(0o640)
    changes = {CS: "a: č\n", "data/nlu/cs/new.yml": "b: 1\n", "data/nlu/en/all.yml": None}
    source.write(changes, expected=source.read())
    after = {path: text for path, text in {**TINY, **changes}.items() if text is not None}
    assert source.read() == after
    assert Source(folder).read() == after
    assert (folder / CS).stat().st_mode & 0o777 == 0o640
    assert left_over(folder) == []


def test_what_somebody_else_changed_is_not_overwritten(folder: Path) -> None:
    source = Source(folder)
    seen = source.read()
    (folder / CS).write_text("by hand: 1\n")
    with pytest.raises(SourceChanged, match=CS):
        source.write({CS: "mine: 1\n", "domain/intents.yml": "x: 1\n"}, expected=seen)
    assert source.read() == {**TINY, CS: "by hand: 1\n"}
    source.write({"domain/intents.yml": "x: 1\n"}, expected=seen)


def test_all_files_or_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(folder)
    replace, calls = Path.replace, []

    def failing(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 3:
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(SourceError, match="cannot be written"):
        source.write(
            {
                CS: "a: 1\n",
                "domain/intents.yml": "b: 1\n",
                "domain/memory.yml": "c: 1\n",
                "data/x/new.yml": "d\n",
            }
        )
    assert source.read() == TINY
    assert left_over(folder) == []


def test_a_folder_that_may_not_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(handle: int) -> None:
        raise OSError(30, "Read-only file system", "x")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(SourceError, match="Read-only"):
        Source(folder).write({CS: "a: 1\n"})
    monkeypatch.undo()
    assert Source(folder).read() == TINY


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../outside.yml",
            "/etc/passwd.yml",
            "content/../../x.yml",
            "config.yml",
            "content/x.txt",
            "content/.x.yml",
        ),
        *(
            "actions/x.yml",
            "content\\..\\x.yml",
            "content//x.yml",
            "content/a\nb.yml",
            "content/" + "x" * 300 + ".yml",
        ),
    ],
)
def test_nothing_else_is_written(folder: Path, path: str) -> None:
    with pytest.raises(SourceError, match="no file of the bot's text"):
        Source(folder).write({path: "x"})


def test_files_that_cannot_be_read(folder: Path) -> None:
    (folder / CS).write_bytes(b"a: \xff\n")
    with pytest.raises(SourceError, match=f"{CS}: not written in UTF-8"):
        Source(folder).read()
    (folder / CS).write_bytes(b"x" * (LARGEST + 1))
    with pytest.raises(SourceError, match="larger than"):
        Source(folder).read()


def test_a_bomb_of_files(folder: Path) -> None:
    put(folder, {f"data/many/{number}.yml": "a: 1" for number in range(MOST)})
    with pytest.raises(SourceError, match="more than"):
        Source(folder).read()


def test_files_that_are_large_together(folder: Path) -> None:
    source = Source(folder)
    many = {f"data/many/{number}.yml": "#" * (LARGEST - 1) + "\n" for number in range(ALTOGETHER // LARGEST)}
    with pytest.raises(SourceError, match="all files together"):
        source.write(many)
    assert source.read() == TINY
    put(folder, many)
    with pytest.raises(SourceError, match="all files together"):
        source.read()


def test_what_could_not_be_read_again_is_not_written(folder: Path) -> None:
    source = Source(folder)
    with pytest.raises(SourceError, match=f"{CS}: larger than"):
        source.write({CS: "#" * (LARGEST + 1)})
    assert source.read() == TINY
