"""What grows with the number of conversations and the length of one: ``python -m benchmarks.growth [--write]``.

Two hubs on one mongod: the one has few conversations, the other very many. Each answers the same requests over a real
socket, in turns. Then every query behind them is explained by the server, on the large database: exit code 1 when one
reads a whole collection or sorts in memory.
"""

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

from benchmarks.asking import Asker
from benchmarks.crowd import CONTACTS, INBOX, crowd, long_talk, write, write_talks
from benchmarks.explaining import Plan, explained
from benchmarks.load import Side
from benchmarks.results import Table, put
from benchmarks.stack import running_hub
from hub.clock import SystemClock
from hub.people.sessions import COOKIE, Sessions
from hub.queue.board import Board
from storage.model.contacts import Contact, Inbox
from storage.model.conversation import Channel
from storage.model.ids import conversation_id_of
from storage.model.people import Operator, Role
from storage.mongo import open_storage
from storage.ports import Storage
from storage.schema import CONVERSATIONS
from tests.mongod import running_mongod

FEW, MANY = "few", "many"  # the databases
SHORT, LONG = "short-talk", "long-talk"  # contacts
ROUNDS, TAKES = 60, 30
VIEWS = ("mine", "queue", "all", "bot", "resolved")
WORKERS = {  # by name: their role and teams; the first has conversations in hand
    "one team": (Role.OPERATOR, ("support",)),
    "two teams": (Role.OPERATOR, ("support", "sales")),
    "supervisor": (Role.SUPERVISOR, ()),
}
TARGETS = {"open": 1.3, "list": 1.5, "take": 1.5}


@dataclass
class Pair:
    """The same thing asked of the small and of the large; seconds."""

    what: str
    target: float | None
    small: list[float] = field(default_factory=list)
    large: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return median(self.large) / median(self.small)

    def row(self) -> tuple[str, ...]:
        """Of the table."""
        small, large = (f"{1_000 * median(times):.2f} ms" for times in (self.small, self.large))
        if self.target is None:
            return self.what, small, large, f"{self.ratio:.2f}", "", ""
        met = "met" if round(self.ratio, 2) <= self.target else "**not met**"
        return self.what, small, large, f"{self.ratio:.2f}", f"≤ {self.target}", met


async def employ(storage: Storage, name: str, role: Role, teams: tuple[str, ...]) -> Side:
    """Somebody with an open log-in, and how they connect."""
    operator = Operator(name, name, "Olga", role, "none", teams=teams, capacity=10_000)
    await storage.operators.put_new(operator)
    session, _ = await Sessions(storage.operators).open(operator, SystemClock().now())
    return {
        "namespace": "/operator",
        "auth": None,
        "headers": {"Cookie": f"{COOKIE}={session}"},
        "opening": [],
    }


async def furnish(uri: str, database: str) -> dict[str, Side]:
    """Indexes, an inbox, contacts and people; how each of them connects."""
    async with open_storage(uri, database, "pymongo", operation_seconds=600) as storage:
        await storage.prepare()
        await storage.inboxes.put(Inbox(INBOX, "Website", Channel.WEBCHAT))
        for number in range(CONTACTS):
            contact_id = f"contact-{number}"
            await storage.contacts.put_new(Contact(contact_id, INBOX, Channel.WEBCHAT, SystemClock().now()))
        sides = {name: await employ(storage, name, *of) for name, of in WORKERS.items()}
        sides |= {
            f"taking, {name}": await employ(storage, f"taking, {name}", *of) for name, of in WORKERS.items()
        }
        return sides


def fill(uri: str, database: str, conversations: int, talks: dict[str, int]) -> None:
    """Before there are indexes: building them afterwards is much quicker."""
    held = ["one team"] + [f"colleague-{number}" for number in range(min(100, conversations // 500))]
    write(uri, database, CONVERSATIONS, crowd(conversations, held))
    write_talks(uri, database, (long_talk(name, "two teams", length) for name, length in talks.items()))


async def measure(few: int, many: int, sides: dict[str, dict[str, Side]]) -> list[Pair]:
    """Over the sockets of two hubs on these ports."""
    ports = {FEW: few, MANY: many}
    askers = {
        (database, name): await Asker.join("127.0.0.1", port, sides[database][name])
        for database, port in ports.items()
        for name in sides[database]
    }
    pairs = [*await opening(askers), *await listing(askers), *await taking(askers)]
    for asker in askers.values():
        asker.close()
    return pairs


Askers = dict[tuple[str, str], Asker]
Asking = Callable[[], Awaitable[float]]


async def in_turns(rounds: int, cases: list[tuple[Pair, Asking, Asking]]) -> list[Pair]:
    """Each case's small and large side by side, in another order each time; the first round warms."""
    chance = Random(1)
    for number in range(rounds + 1):
        for pair, small, large in chance.sample(cases, len(cases)):
            for times, ask in chance.sample([(pair.small, small), (pair.large, large)], 2):
                seconds = await ask()
                if number:
                    times.append(seconds)
    return [pair for pair, _, _ in cases]


async def opening(askers: Askers) -> list[Pair]:
    """A short and a long conversation, in the large database."""
    panel = askers[MANY, "two teams"]

    def opens(contact_id: str) -> Asking:
        about = {"conversation_id": conversation_id_of(INBOX, contact_id)}

        async def ask() -> float:
            seconds, _ = await panel.ask("conversation.open", about)
            await panel.ask("conversation.close", about)
            return seconds

        return ask

    def reads(contact_id: str, **place: int) -> Asking:
        about = {"conversation_id": conversation_id_of(INBOX, contact_id), **place}

        async def ask() -> float:
            return (await panel.ask("timeline.read", about))[0]

        return ask

    target = TARGETS["open"]
    return await in_turns(
        ROUNDS,
        [
            (Pair("open a conversation", target), opens(SHORT), opens(LONG)),
            (
                Pair("its page before the middle", target),
                reads(SHORT, before_seq=51),
                reads(LONG, before_seq=50_001),
            ),
            (
                Pair("resume after its middle", target),
                reads(SHORT, after_seq=50),
                reads(LONG, after_seq=50_000),
            ),
        ],
    )


async def listing(askers: Askers) -> list[Pair]:
    """The first page of each list, for each kind of person."""

    def asks(database: str, name: str, view: str) -> Asking:
        async def ask() -> float:
            return (await askers[database, name].ask("conversation.list", {"view": view}))[0]

        return ask

    cases = []
    for name in WORKERS:
        for view in VIEWS:
            if view == "mine" and name != "one team":
                continue  # they have nothing in hand
            pair = Pair(f"first page of “{view}”, {name}", TARGETS["list"])
            cases.append((pair, asks(FEW, name, view), asks(MANY, name, view)))
    return await in_turns(ROUNDS, cases)


async def taking(askers: Askers) -> list[Pair]:
    """The next from the queue; it is resolved at once, so that hands stay free."""

    def takes(database: str, name: str) -> Asking:
        asker = askers[database, f"taking, {name}"]

        async def ask() -> float:
            seconds, reply = await asker.ask("queue.take_next", {"client_id": str(uuid4())})
            about = {"conversation_id": reply["conversation_id"], "client_id": str(uuid4())}
            await asker.ask("conversation.resolve", about)
            return seconds

        return ask

    names = ("one team", "supervisor")
    cases = [
        (Pair(f"take the next, {name}", TARGETS["take"]), takes(FEW, name), takes(MANY, name))
        for name in names
    ]
    return await in_turns(TAKES, cases)


async def counting(uri: str) -> Pair:
    """The board, which counts again whenever somebody was queued, taken or resolved."""
    pair = Pair("the board's count (to 10,000 at most)", None)
    async with open_storage(uri, FEW, "motor") as few, open_storage(uri, MANY, "motor") as many:
        boards = [
            (pair.small, Board(few, SystemClock(), "support")),
            (pair.large, Board(many, SystemClock(), "support")),
        ]
        for _, board in boards:
            await board.include(["support"])
            await board.count()
        for _ in range(20):
            for times, board in boards:
                began = time.perf_counter()
                await board.count()
                times.append(time.perf_counter() - began)
    return pair


def tables(asked: Namespace, pairs: list[Pair], plans: list[Plan]) -> list[Table]:
    """What was measured, and why it is so."""
    many, long = f"{asked.many:,}", f"{asked.long:,}"
    waiting = f"{asked.many // 10:,}"
    title = (
        f"1,000 conversations (100 queued) beside {many} ({waiting} queued); a conversation of 100 entries beside one"
        f" of {long}"
    )
    return [
        Table(
            ("what", "small", "large", "large ÷ small", "target", ""), [pair.row() for pair in pairs], title
        ),
        Table(
            ("query, on the large one", "index", "keys examined", "documents examined", "returned"),
            [plan.row() for plan in plans],
            "What the server says to it (no query reads a collection or sorts)",
        ),
    ]


def main() -> int:
    """Measure, explain, print."""
    parser = ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--long", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    asked = parser.parse_args()
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)

    with TemporaryDirectory() as folder, running_mongod(Path(folder), cache_gb=1.0) as (uri, _, _):
        fill(uri, FEW, 1_000, {})
        fill(uri, MANY, asked.many, {SHORT: 100, LONG: asked.long})
        say("written")
        sides = {database: asyncio.run(furnish(uri, database)) for database in (FEW, MANY)}
        say("indexed")
        with running_hub(uri, FEW, "motor") as few, running_hub(uri, MANY, "motor") as many:
            pairs = asyncio.run(measure(few.port, many.port, sides))
        say("measured")
        pairs.append(asyncio.run(counting(uri)))
        plans = asyncio.run(explained(uri, MANY, SHORT, LONG))
        say("explained")
    found = tables(asked, pairs, plans)
    print("\n\n".join(table.markdown() for table in found))
    slow = [plan.what for plan in plans if plan.slow]
    for what in slow:
        print(f"FAILED: no index serves {what}")
    if asked.write and not slow:
        put("growth", found)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
