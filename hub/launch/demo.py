"""Seeding the demo business, and what the table says of it."""

from hub.launch import mongod
from hub.launch.errors import LaunchError
from hub.launch.terminal import Terminal
from hub.settings import Settings
from storage.errors import StorageError


async def seed(settings: Settings, terminal: Terminal) -> None:
    """Put the demo business into the database; what is there already is left as it is.

    Raises `LaunchError` when the database refuses.
    """
    from hub.demo.seed import seed_demo

    with terminal.step("Seeding the demo business", "The demo business"):
        try:
            await seed_demo(settings.model_copy(update={"mongodb_uri": mongod.uri(settings)}))
        except StorageError as error:
            raise LaunchError(
                f"Seeding the demo business failed: {error}. Is the database healthy?"
            ) from error


def log_ins() -> list[str]:
    """A line for each demo operator: role, log-in and password."""
    from hub.demo.people import DEMO_OPERATORS

    width = max(len(person.login) for person in DEMO_OPERATORS)
    return [
        f"{person.login.ljust(width)}  {person.password}  ({person.role}, {person.name})"
        for person in DEMO_OPERATORS
    ]
