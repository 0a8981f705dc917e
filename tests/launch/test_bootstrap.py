"""The bootstrap and the Makefile: their words when something is missing, and that they leave alone what is there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.settings import PROJECT_ROOT

pytestmark = pytest.mark.integration


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the bootstrap needs of a checkout, with a stand-in for uv that is installed already."""
    root = tmp_path / "checkout"
    (root / "hub" / "launch").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "hub/__init__.py"):
        shutil.copy(PROJECT_ROOT / name, root / name)
    for name in ("__init__.py", "bootstrap.py", "terminal.py"):
        shutil.copy(PROJECT_ROOT / "hub" / "launch" / name, root / "hub" / "launch" / name)
    shutil.copytree(PROJECT_ROOT / "requirements", root / "requirements")
    return root


def bootstrap(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", root / "hub" / "launch" / "bootstrap.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)


def stand_in_uv(root: Path, script: str) -> None:
    """Put a stand-in where the bootstrap keeps its uv, with the stamp that says it is up to date."""
    uv = root / ".tools" / "uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(f'#!/bin/sh\necho "$@" >> {root}/uv.calls\n{script}\n')
    uv.chmod(0o755)
    code = (
        f"import sys; sys.argv = ['x']; sys.path.insert(0, {str(root)!r});"
        "from hub.launch import bootstrap as b; print(b._hash(b.REQUIREMENTS / 'tools.lock'), end='')"
    )
    wanted = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=20
    ).stdout
    (root / ".tools" / "uv.stamp").write_text(wanted)


MAKES_ENVIRONMENT = """
for last; do :; done
case "$3 $4" in
  venv*) mkdir -p "$last/bin" && ln -sf {python} "$last/bin/python" ;;
  "pip install") touch "$last/.venv/bin/linka" ;;
esac
"""


def test_an_environment_is_made_once_from_the_locks_with_hashes(checkout: Path) -> None:
    stand_in_uv(checkout, MAKES_ENVIRONMENT.format(python=sys.executable))
    assert bootstrap(checkout, "--dev").returncode == 0
    venv, sync, install = (checkout / "uv.calls").read_text().splitlines()
    assert "venv --clear" in venv
    assert "--require-hashes" in sync
    assert sync.endswith("requirements/dev.lock")
    assert "--no-build-isolation" in install
    again = bootstrap(checkout, "--dev")
    assert again.stdout == ""
    assert bootstrap(checkout).stdout == ""  # what the tests need holds what running needs
    assert len((checkout / "uv.calls").read_text().splitlines()) == 3

    lock = checkout / "requirements" / "dev.lock"
    lock.write_text(lock.read_text() + "\n# changed\n")
    assert "Linka's Python environment" in bootstrap(checkout, "--dev").stdout


def test_a_failure_is_one_line_with_the_reason_and_the_log(checkout: Path) -> None:
    stand_in_uv(checkout, "echo 'error: no route to host' >&2; exit 2")
    failed = bootstrap(checkout)
    assert failed.returncode == 1
    (line,) = failed.stderr.splitlines()
    assert "could not be made: error: no route to host. See" in line


def test_a_folder_that_cannot_be_written_is_one_line(checkout: Path) -> None:
    (checkout / ".tools").touch()
    failed = bootstrap(checkout)
    assert failed.returncode == 1
    (line,) = failed.stderr.splitlines()
    assert "Cannot write to" in line


def test_without_a_python_make_says_what_to_install(checkout: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("make", "sh", "echo"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    shim = tools / "python3.11"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.11: command not found' >&2; exit 127\n")
    shim.chmod(0o755)
    failed = subprocess.run(
        ["make", "run"],
        cwd=checkout,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert failed.returncode != 0
    assert "No Python 3.11 or newer on PATH: install it" in failed.stderr
    assert "make run PYTHON=/path/to/python3" in failed.stderr


def test_help_lists_every_verb(checkout: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    shown = subprocess.run(
        ["make"], cwd=checkout, env=environment, capture_output=True, text=True, check=True, timeout=20
    ).stdout
    verbs = set(re.findall(r"^  make (\w+)", shown, re.MULTILINE))
    assert {"help", "run", "test", "check", "proof", "clean", "doctor"} <= verbs


def test_the_locks_have_hashes_and_name_no_index() -> None:
    for lock in (*(PROJECT_ROOT / "requirements").glob("*.lock"), PROJECT_ROOT / "nlu" / "requirements.lock"):
        text = lock.read_text()
        pinned = re.findall(r"^[a-z0-9][\w.\[\]-]*==\S+", text, re.MULTILINE)
        assert pinned, lock
        assert len(re.findall(r"^[a-z0-9].*\\$", text, re.MULTILINE)) == len(pinned), lock
        assert not re.search(r"://|--index|--python /", text), lock


def test_the_npm_locks_name_no_registry() -> None:
    for project in ("webchat-widget", "hub/panel"):
        assert '"resolved"' not in (PROJECT_ROOT / project / "package-lock.json").read_text()
