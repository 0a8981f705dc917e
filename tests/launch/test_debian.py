"""Debian's programs for the tests: found if they run, fetched if root may, and never started as a service."""

import io
from pathlib import Path

import pytest

from hub.launch import debian
from hub.launch.errors import LaunchError
from hub.launch.layout import Layout
from hub.launch.terminal import Terminal

TERMINAL = Terminal(io.StringIO())


def program(path: Path, script: str = "exit 0") -> Path:
    """A stand-in."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH; the policy for services lies beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(debian, "_POLICY", tmp_path / "policy-rc.d")
    return folder


def as_user(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr("os.geteuid", lambda: number)


def test_one_that_does_not_run_is_passed_over(folder: Path) -> None:
    program(folder / "chromium", "exit 1")
    real = program(folder / "google-chrome")
    assert debian.CHROMIUM.find() == real


async def test_nothing_is_installed_where_all_is_there(folder: Path, layout: Layout) -> None:
    for needed in debian.FOR_TESTS:
        program(folder / needed.names[0])
    program(folder / "apt-get", "exit 1")
    await debian.require(layout, TERMINAL)


async def test_what_is_missing_is_fetched_without_starting_its_service(
    folder: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_user(monkeypatch, 0)
    program(folder / "strace")
    policy = tmp_path / "policy-rc.d"
    program(
        folder / "apt-get",
        f"[ -x {policy} ] || [ $2 = update ] || exit 1\n"
        f'echo "$@" >> {tmp_path}/asked\n'
        f"for name in chromium redis-server; do\n"
        f"  echo '#!/bin/sh' > {folder}/$name; /bin/chmod 755 {folder}/$name\n"
        "done",
    )
    await debian.require(layout, TERMINAL)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[-1] == "--quiet install --yes --no-install-recommends chromium redis-server"
    assert not policy.exists()


async def test_a_rule_of_the_machine_stays(
    folder: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_user(monkeypatch, 0)
    program(folder / "apt-get", f"echo '#!/bin/sh' > {folder}/strace; /bin/chmod 755 {folder}/strace")
    rule = program(tmp_path / "policy-rc.d", "exit 0")
    await debian.require(layout, TERMINAL, (debian.STRACE,))
    assert rule.read_text() == "#!/bin/sh\nexit 0\n"


@pytest.mark.parametrize("user", [0, 1000])
async def test_what_cannot_be_had_is_named_with_its_packages(
    folder: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    as_user(monkeypatch, user)
    program(folder / "chromium")
    if user:
        program(folder / "apt-get", "exit 1")  # which is not for everybody
    with pytest.raises(LaunchError, match=r"Redis and strace.*apt-get install redis-server strace"):
        await debian.require(layout, TERMINAL)
