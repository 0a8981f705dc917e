"""Secrets are made once and are for their user's eyes only."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from hub.launch.errors import LaunchError
from hub.launch.secret_file import with_secrets
from hub.settings import Settings


@pytest.mark.parametrize("name", ["service_token", "rasa_token"])
def test_a_token_is_made_once_and_kept_private(tmp_path: Path, name: str) -> None:
    path = tmp_path / "var" / "secrets.json"
    first = getattr(with_secrets(Settings(), path), name)
    again = getattr(with_secrets(Settings(), path), name)
    assert first is not None
    assert first == again
    assert len(first.get_secret_value()) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_two_folders_have_two_tokens(tmp_path: Path) -> None:
    assert (
        with_secrets(Settings(), tmp_path / "a.json").service_token
        != with_secrets(Settings(), tmp_path / "b.json").service_token
    )


def test_a_token_that_was_given_is_used_and_not_written(tmp_path: Path) -> None:
    settings = Settings(service_token=SecretStr("given"), rasa_token=SecretStr("given too"))
    assert with_secrets(settings, tmp_path / "secrets.json") is settings
    assert not (tmp_path / "secrets.json").exists()


def test_secrets_of_an_older_linka_are_kept_and_new_ones_added(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"service_token": "old"}')
    settings = with_secrets(Settings(), path)
    assert settings.service_token == SecretStr("old")
    assert settings.rasa_token is not None
    assert with_secrets(Settings(), path) == settings


def test_a_rasa_of_ones_own_has_no_token_of_ours(tmp_path: Path) -> None:
    settings = with_secrets(Settings(rasa_url="http://rasa:5005"), tmp_path / "secrets.json")
    assert settings.rasa_token is None


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    with_secrets(Settings(), path)
    path.chmod(0o644)
    with_secrets(Settings(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"service_token": 1}'])
def test_a_damaged_file_is_said_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)
    with pytest.raises(LaunchError, match="delete it and new"):
        with_secrets(Settings(), path)
