"""What a customer costs in memory who has the widget open and says nothing, beside a connection to the relay."""

import asyncio
import gc
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.load import Client, Side
from benchmarks.people import visitors
from benchmarks.results import Table, put, verdict
from benchmarks.stack import Watched, running_hub, running_relay
from tests.mongod import running_mongod

CONNECTIONS = 2_000
WARM = 200  # connections before the count begins: what is loaded and cached once is not theirs
TOGETHER = 20
REST = 12.0  # seconds in which each is pinged at least once
TARGET = 1.3
GIB = 2**30


async def _hold(port: int, sides: list[Side], server: Watched) -> tuple[int, int, int]:
    """The server's memory before, with, and some time after all are connected."""
    clients = [Client(side) for side in sides]
    await _open(clients[:WARM], port)
    gc.collect()
    before = server.rss()
    await _open(clients[WARM:], port)
    connected = server.rss()
    await asyncio.sleep(REST)
    after = server.rss()
    for client in clients:
        client.close()
    return before, connected, after


async def _open(clients: list[Client], port: int) -> None:
    for start in range(0, len(clients), TOGETHER):
        await asyncio.gather(
            *(client.open("127.0.0.1", port) for client in clients[start : start + TOGETHER])
        )
    for client in clients:
        client.opened()


def main() -> None:
    """Measure and write the section."""
    count = CONNECTIONS + WARM
    found = {}
    with ExitStack() as stack:
        enter = stack.enter_context
        uri, *_ = enter(running_mongod(Path(enter(TemporaryDirectory()))))
        rooms: list[Side] = [
            {"namespace": "/", "auth": {"room": f"room {number}"}, "headers": {}, "opening": []}
            for number in range(count)
        ]
        relay = enter(running_relay())
        found["the relay"] = uvloop.run(_hold(relay.port, rooms, relay))
        for driver, name in (("motor", "a hub, Motor"), ("pymongo", "a hub, PyMongo Async")):
            people = asyncio.run(visitors(uri, f"idle_{driver}", count))
            hub = enter(running_hub(uri, f"idle_{driver}", driver))
            time.sleep(1)
            found[name] = uvloop.run(_hold(hub.port, people, hub))
    print(found, flush=True)
    each = {name: (after - before) / CONNECTIONS for name, (before, _, after) in found.items()}
    bare = each["the relay"]
    rows = [
        (
            name,
            f"{after / 2**20:,.0f} MiB",
            f"{each[name] / 1024:.1f} KiB",
            "1" if each[name] == bare else f"{each[name] / bare:.2f}",
            "" if each[name] == bare else verdict(each[name] / bare, TARGET),
            f"{(GIB - (after - each[name] * count)) / each[name]:,.0f}",
        )
        for name, (_, _, after) in found.items()
    ]
    columns = ("", f"resident with {count:,}", "each", "÷ relay", "target ≤ 1.3", "fit in 1 GiB")
    remarks = (
        f"Resident memory of one server process, the growth from {WARM} to {count:,} connections divided by their "
        f"number, {REST:.0f} s after the last has come. A customer has joined, read their timeline and is silent; the "
        "relay's connections are in a room each. No client offers compression (the hub would refuse it)."
    )
    put("idle", [Table(columns, rows)], remarks)


if __name__ == "__main__":
    main()
