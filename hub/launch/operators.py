"""`linka operator add`."""

import secrets
import sys

import click

from hub.errors import Refusal
from hub.launch.errors import LaunchError
from hub.launch.terminal import Terminal
from hub.settings import Settings
from storage.errors import StorageError

_MADE_BYTES = 12


def choose_password(*, from_stdin: bool) -> tuple[str, bool]:
    """A password, and whether it was made here: from standard input, from the person, or made.

    Raises `LaunchError` when standard input was to hold one and does not.
    """
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise LaunchError("Standard input held no password: give one line with --password-stdin.")
        return password, False
    if sys.stdin.isatty():
        password = click.prompt(
            "Password (empty: one is made)",
            hide_input=True,
            confirmation_prompt=True,
            default="",
            show_default=False,
        )
        if password:
            return password, False
    return secrets.token_urlsafe(_MADE_BYTES), True


async def add(
    settings: Settings,
    terminal: Terminal,
    *,
    login: str,
    name: str,
    role: str,
    teams: tuple[str, ...],
    password: str,
    made: bool,
) -> None:
    """Add the operator and say so.

    Raises `LaunchError` when the login is taken or something is not acceptable.
    """
    from hub.people.adding import add_operator

    try:
        await add_operator(settings, login=login, name=name, role=role, teams=teams, password=password)
    except (Refusal, StorageError, ValueError) as error:
        raise LaunchError(f"{login} was not added: {error}") from None
    terminal.done(f"{name} can log in to {settings.public_url}/panel/ as {login} ({role})")
    if made:
        terminal.note(f"Password (shown only now): {password}")
