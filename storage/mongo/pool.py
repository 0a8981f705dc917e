"""Connections of PyMongo's asyncio API that leave nothing open when their making is cancelled.

Its client's own ``close`` cancels its monitors, and whoever stops a hub cancels what waits for the database. While a
socket connects, the driver closes it after an ``OSError`` only: cancelled there, it stays open until the garbage
collector finds it.
"""

import asyncio
import socket
from traceback import walk_tb
from typing import Any

from pymongo.asynchronous.pool import AsyncConnection, Pool
from pymongo.pool_shared import _async_create_connection


class ClosingPool(Pool):
    """The driver's pool; what was cancelled while it connected is closed at once."""

    async def connect(self, handler: Any = None) -> AsyncConnection:
        """A new connection, as the driver makes it."""
        try:
            return await super().connect(handler)
        except asyncio.CancelledError as cancelled:
            # Shielding would be the other way, but then whoever stops would wait for a server that may be away.
            for frame, _ in walk_tb(cancelled.__traceback__):
                if frame.f_code is _async_create_connection.__code__:
                    _close(frame.f_locals.get("sock"))
            raise


def _close(connecting: Any) -> None:
    if isinstance(connecting, socket.socket):
        connecting.close()
