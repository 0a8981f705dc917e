"""Fingerprints change with the sources and with nothing else."""

from pathlib import Path

from hub.launch.fingerprint import Stamp, fingerprint


def make_sources(folder: Path) -> Path:
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.ts").write_text("a")
    (folder / "package.json").write_text("{}")
    return folder


def test_the_same_sources_elsewhere_are_the_same(tmp_path: Path) -> None:
    one = make_sources(tmp_path / "x" / "widget")
    other = make_sources(tmp_path / "y" / "widget")
    assert fingerprint([one]) == fingerprint([other])


def test_a_change_a_new_file_and_a_new_name_are_noticed(tmp_path: Path) -> None:
    folder = make_sources(tmp_path / "widget")
    seen = {fingerprint([folder])}
    (folder / "src" / "a.ts").write_text("b")
    seen.add(fingerprint([folder]))
    (folder / "src" / "b.ts").write_text("")
    seen.add(fingerprint([folder]))
    (folder / "src" / "b.ts").rename(folder / "src" / "c.ts")
    seen.add(fingerprint([folder]))
    seen.add(fingerprint([folder], "20.20.2"))
    assert len(seen) == 5


def test_what_builds_write_is_passed_over(tmp_path: Path) -> None:
    folder = make_sources(tmp_path / "widget")
    before = fingerprint([folder])
    for name in ("dist", "node_modules", "__pycache__"):
        (folder / name).mkdir()
        (folder / name / "x").write_text("x")
    assert fingerprint([folder]) == before


def test_a_path_that_is_not_there_counts_as_empty(tmp_path: Path) -> None:
    assert fingerprint([tmp_path / "no"]) == fingerprint([])


def test_a_stamp_holds_until_it_is_cleared(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "deep" / "stamp")
    assert not stamp.matches("x")
    stamp.set("x")
    assert stamp.matches("x")
    assert not stamp.matches("y")
    stamp.clear()
    assert not stamp.matches("x")
