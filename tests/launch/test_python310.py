"""Finding Python 3.10: what is found is tried, since a shim of that name may fail."""

from pathlib import Path

import pytest

from hub.launch import python310
from hub.settings import Settings

SHIM = 'echo "pyenv: python3.10: command not found" >&2; exit 127'


def interpreter(path: Path, version: str = "[3, 10]", base: str = "true", script: str | None = None) -> Path:
    """A stand-in that answers as that Python would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + (script or f"echo '[{version}, \"{path}\", {base}]'") + "\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def path_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    folder = tmp_path / "bin"
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    return folder


def test_a_shim_that_fails_is_passed_over_for_a_real_one(path_folder: Path, tmp_path: Path) -> None:
    interpreter(path_folder / "python3.10", script=SHIM)
    real = interpreter(tmp_path / ".pyenv" / "versions" / "3.10.13" / "bin" / "python3.10")
    search = python310.find(Settings(), home=tmp_path)
    assert search.python == real
    assert search.refused == (
        f"{path_folder}/python3.10 fails when run (pyenv: python3.10: command not found)",
    )


def test_the_real_path_is_handed_on_not_the_link(path_folder: Path, tmp_path: Path) -> None:
    real = interpreter(tmp_path / "opt" / "python3.10")
    path_folder.mkdir()
    (path_folder / "python3.10").symlink_to(real)
    assert python310.find(Settings(), home=tmp_path).python == real


@pytest.mark.parametrize(
    ("version", "base", "why"),
    [("[3, 11]", "true", "is Python 3.11"), ("[3, 10]", "false", "virtual environment")],
)
def test_others_are_refused_with_a_reason(
    path_folder: Path, tmp_path: Path, version: str, base: str, why: str
) -> None:
    interpreter(path_folder / "python3.10", version, base)
    search = python310.find(Settings(), home=tmp_path)
    assert search.python is None
    assert why in search.refused[0]


def test_one_that_talks_nonsense_or_cannot_be_run_is_refused(path_folder: Path, tmp_path: Path) -> None:
    interpreter(path_folder / "python3.10", script="echo hello")
    assert "does not answer like a Python" in python310.find(Settings(), home=tmp_path).refused[0]
    (path_folder / "python3.10").chmod(0o644)
    assert "cannot be run" in python310.find(Settings(), home=tmp_path).refused[0]


def test_the_one_in_the_settings_is_the_only_one_tried(path_folder: Path, tmp_path: Path) -> None:
    interpreter(path_folder / "python3.10")
    chosen = interpreter(tmp_path / "mine", "[3, 9]")
    search = python310.find(Settings(python310=chosen), home=tmp_path)
    assert search.python is None
    assert search.refused == (f"{chosen} is Python 3.9",)


def test_nothing_anywhere_is_nothing_refused(path_folder: Path, tmp_path: Path) -> None:
    assert python310.find(Settings(), home=tmp_path) == python310.Search(None, ())
