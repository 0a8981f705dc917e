"""What is ended while it connects leaves no socket open."""

import asyncio
import socket
from typing import Any

import pytest

from storage.mongo import open_storage

WITHIN = 10.0


@pytest.mark.parametrize("cancelled", [True, False], ids=["cancelled", "closed"])
async def test_no_socket_stays_open(cancelled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver would leave it to the garbage collector, which warns of it in whichever test comes later."""
    sockets: list[socket.socket] = []
    connecting = asyncio.Event()

    async def for_ever(making: socket.socket, _: Any) -> None:
        sockets.append(making)
        connecting.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", for_ever)
    async with open_storage("mongodb://127.0.0.1:1", "test", "pymongo") as storage:
        asking = asyncio.create_task(storage.ping())
        async with asyncio.timeout(WITHIN):
            await connecting.wait()
        if cancelled:
            asking.cancel()
            await asyncio.wait([asking])
    asking.cancel()
    await asyncio.wait([asking])
    left = [made for made in sockets if made.fileno() != -1]
    for made in left:
        made.close()
    assert sockets
    assert not left
