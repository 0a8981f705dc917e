"""The `linka` command: its help, and its words when something is wrong."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub.launch.ports import free_port

pytestmark = pytest.mark.integration

LINKA = Path(sys.executable).with_name("linka")


def linka(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINKA, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LINKA_MONGO_PORT": str(free_port())} | environment,
    )


@pytest.mark.parametrize("command", ["run", "prepare", "doctor", "seed", "operator add"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = linka(*command.split(), "--help")
    assert shown.returncode == 0
    assert re.search(r"Examples?:\n +\S*linka|Examples?:\n.* linka ", shown.stdout)


def test_the_first_help_lists_commands_and_exit_codes() -> None:
    shown = linka("--help").stdout
    assert all(word in shown for word in ("run", "doctor", "seed", "operator", "Exit codes"))


def test_wrong_usage_ends_with_2_and_says_what_is_missing() -> None:
    wrong = linka("operator", "add", "jana")
    assert wrong.returncode == 2
    assert "--name" in wrong.stderr


def test_without_a_database_it_is_said_what_to_start() -> None:
    for arguments in (["seed"], ["operator", "add", "jana", "--name", "Jana"]):
        without = linka(*arguments)
        assert without.returncode == 1
        assert "The database does not answer" in without.stderr
        assert "make run" in without.stderr
        assert "Traceback" not in without.stderr


def test_an_empty_password_on_standard_input_is_refused() -> None:
    refused = linka("operator", "add", "jana", "--name", "Jana", "--password-stdin", stdin="\n")
    assert refused.returncode == 1
    assert "Standard input held no password" in refused.stderr


def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    examined = linka("doctor", LINKA_DATA=str(tmp_path / "file" / "x"), LINKA_RASA_URL="off", LINKA_PROT="1")
    assert examined.returncode == 1
    assert "Cannot write to" in examined.stdout
    assert "set LINKA_DATA to a folder of yours" in examined.stdout
    assert "a slip of the pen? LINKA_PROT" in examined.stdout
    assert re.search(r"\d+ ok, \d+ warnings, 1 failures", examined.stdout)


def test_the_doctor_says_wrong_settings(tmp_path: Path) -> None:
    examined = linka("doctor", LINKA_PORT="abc")
    assert examined.returncode == 1
    assert "LINKA_PORT: " in examined.stdout
