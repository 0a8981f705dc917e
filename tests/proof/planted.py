"""Hubs that break the promise, to see that the proof sees it: ``python -m tests.proof.planted early|unjournaled``."""

import asyncio
import sys
from typing import Any

import storage.mongo.client as client
from hub.__main__ import main
from storage.journal import Appended, Journal, Result
from storage.model.entry import Entry


def early() -> None:
    """The journal says that an entry is stored as soon as it has been given it."""
    offer = Journal.offer

    def promise(self: Journal, entry: Entry) -> asyncio.Future[Result]:
        offer(self, entry)
        stored: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        stored.set_result(Appended.STORED)
        return stored

    Journal.offer = promise  # type: ignore[method-assign]


def unjournaled() -> None:
    """The database may acknowledge what it has in memory only."""
    options = client._options

    def careless(seconds: float) -> dict[str, Any]:
        return options(seconds) | {"w": 1, "journal": False}

    client._options = careless


if __name__ == "__main__":
    {"early": early, "unjournaled": unjournaled}[sys.argv[1]]()
    sys.exit(main())
