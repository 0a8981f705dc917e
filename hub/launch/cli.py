"""The `linka` command."""

import asyncio
import sys
import traceback
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from hub.launch.errors import ExitCode, LaunchError
from hub.launch.layout import Layout
from hub.launch.terminal import Terminal
from hub.queue.teams import TEAMS
from hub.settings import Settings, SettingsError, load_settings

_ROLES = ("operator", "supervisor", "faq_maintainer", "admin")


def main() -> None:
    """Run the command line; ends the process with an `ExitCode`."""
    run_and_exit(lambda terminal: commands.main(standalone_mode=False, obj=terminal))


def run_and_exit(work: Callable[[Terminal], int | None]) -> NoReturn:
    """Do the work and end the process; whatever goes wrong is a line for a person, never a traceback."""
    terminal = Terminal()
    code: int | None
    try:
        code = work(terminal)
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except SettingsError as error:
        for line in str(error).splitlines():
            terminal.problem(line)
        code = ExitCode.USAGE
    except LaunchError as error:
        terminal.problem(str(error))
        code = error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets a line, the file the traceback
        terminal.problem(_unexpected(error))
        code = ExitCode.FAILED
    sys.exit(int(code or ExitCode.OK))


@click.group(
    epilog="Exit codes: 0 well, 1 failed, 2 wrong usage or settings, 3 already running, 130 interrupted.\n\n"
    "Settings are read from the environment (LINKA_PORT, LINKA_DATA, LINKA_MONGODB_URI, …); "
    "`linka doctor` shows those in force.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="linka", prog_name="linka")
def commands() -> None:
    """Linka, the customer line: a website chat and Telegram, a bot first and humans when needed."""


@commands.command("run")
@click.pass_obj
def run_command(terminal: Terminal) -> int:
    """Start everything on this machine and stay until Ctrl-C.

    Builds what is not built, starts the database, the hub, the bot and (with LINKA_TELEGRAM_TOKEN) Telegram,
    and shows where they are. What is there already is used again.

    \b
    Examples:
      linka run
      LINKA_PORT=9000 linka run
      LINKA_RASA_URL=off linka run          # humans only, no bot
      LINKA_TELEGRAM_TOKEN=123:abc linka run
    """
    from hub.launch.run import run

    return _run(run(load_settings(), terminal))


@commands.command("prepare")
@click.option("--no-bot", is_flag=True, help="Only the widget and the panel.")
@click.option("--for-tests", is_flag=True, help="Also see to the programs that the tests drive.")
@click.pass_obj
def prepare_command(terminal: Terminal, no_bot: bool, for_tests: bool) -> int:
    """Build and train everything without starting it.

    \b
    Examples:
      linka prepare
      linka prepare --no-bot
    """
    from hub.launch.prepare import prepare

    return _run(prepare(load_settings(), terminal, with_bot=not no_bot, for_tests=for_tests))


@commands.command("doctor")
def doctor_command() -> int:
    """Check this machine and say what is wrong and how to mend it.

    Ends with 1 when something would keep Linka from running.

    \b
    Example:
      linka doctor
    """
    from hub.launch.doctor import examine

    return _run(examine())


@commands.command("seed")
@click.pass_obj
def seed_command(terminal: Terminal) -> int:
    """Put the demo business into the database; what is there is left alone.

    The database must run: start Linka first, or set LINKA_MONGODB_URI.

    \b
    Examples:
      linka seed
      LINKA_MONGODB_URI='mongodb://db.example/?replicaSet=rs0' linka seed
    """
    from hub.launch.demo import seed

    return _run(_with_database(seed, terminal))


@commands.group("operator")
def operator_commands() -> None:
    """The people who answer."""


@operator_commands.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Name shown to customers and colleagues.")
@click.option(
    "--role",
    type=click.Choice(_ROLES),
    default="operator",
    show_default=True,
    help="What this person may do.",
)
@click.option(
    "--team",
    "teams",
    type=click.Choice(tuple(TEAMS)),
    multiple=True,
    help="A team of theirs; may be given more than once. Without it: all teams.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")
@click.pass_obj
def operator_add_command(
    terminal: Terminal, login: str, name: str, role: str, teams: tuple[str, ...], password_stdin: bool
) -> int:
    """Add an operator who can log in to the panel as LOGIN.

    Asks for a password in a terminal; left empty, or without a terminal, one is made and shown once.

    \b
    Examples:
      linka operator add jana --name "Jana Nováková"
      linka operator add petr --name "Petr Malý" --role supervisor
      linka operator add eva --name "Eva Horká" --team sales --team billing
      pass show linka/jana | linka operator add jana --name "Jana" --password-stdin
    """
    from hub.launch.operators import add, choose_password

    password, made = choose_password(from_stdin=password_stdin)
    return _run(
        _with_database(
            lambda settings, to: add(
                settings,
                to,
                login=login,
                name=name,
                role=role,
                teams=teams or tuple(TEAMS),
                password=password,
                made=made,
            ),
            terminal,
        )
    )


async def _with_database(use: Any, terminal: Terminal) -> None:
    from hub.launch.database import require_database

    settings = load_settings()
    await use(await require_database(settings), terminal)


def _run(work: Coroutine[Any, Any, ExitCode | None]) -> int:
    return int(asyncio.run(work) or ExitCode.OK)


def _unexpected(error: Exception) -> str:
    line = f"Linka stopped on a mistake of its own: {type(error).__name__}: {error}"
    try:
        log: Path = Layout.of(Settings()).logs / "linka.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            print(datetime.now(UTC).isoformat(), file=file)
            traceback.print_exception(error, file=file)
    except (OSError, ValueError):
        return line
    return f"{line}. The details are in {log}"
