"""What the reference client needs of a network. Implementations: ``socketio`` (real sockets), the simulation's."""

from collections.abc import Callable
from typing import Any, Protocol

Data = dict[str, Any]


class Unreached(Exception):
    """No connection came about."""


class TurnedAway(Exception):
    """The hub refused the handshake, with this error."""

    def __init__(self, error: Data) -> None:
        super().__init__(str(error))
        self.error = error


class Connection(Protocol):
    """One connection, from its handshake to its loss."""

    async def ask(self, event: str, data: Data, within: float) -> Data | None:
        """The acknowledgement as it came; None: none came in time, and it may have been done or not. Never raises."""

    async def close(self) -> None:
        """End it. Idempotent; does not call ``lost``."""


class Transport(Protocol):
    """Makes connections for one client, whose authentication it knows."""

    async def connect(self, heard: Callable[[str, Data], None], lost: Callable[[bool], None]) -> Connection:
        """``heard(event, data)`` for each event in order, ``lost(dismissed)`` once; dismissed: ended by the hub.

        Raises ``Unreached`` or ``TurnedAway``.
        """
