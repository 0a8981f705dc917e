"""What one entry costs the database and the adapters: ``python -m benchmarks.storage_costs [--write]``.

Processor time, not waiting: mongod's own, per document, over batches as the journal writes them; and what following all
entries costs, as every hub does. Ratios are to the insert of an entry with all its indexes.
"""

import asyncio
import multiprocessing
import sys
import time
import timeit
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import bson
import psutil
import pymongo
from bson.codec_options import CodecOptions
from pymongo import UpdateOne

from benchmarks.results import Table, put
from storage import schema
from storage.model.conversation import Channel, Conversation, Handoff, LastMessage, WithOperator
from storage.model.entry import Author, AuthorKind, Entry, HandoffReason, Message, Origin
from storage.model.ids import entry_id_of
from storage.mongo import open_storage
from storage.mongo.conversations import _changes
from storage.mongo.entries import MongoEntries, _row, entry_of
from tests.mongod import running_mongod

BATCH, CONVERSATIONS, ROUNDS = 64, 200, 4
NOW = datetime.now(UTC).replace(microsecond=0)
ORIGIN = Origin("https://shop.example/tarify", "Tarify", "cs")
FOLLOWERS = (0, 1, 2, 4)
STEPS = (  # the indexes of an entry, one after the other
    ("index `seq`, unique", ("seq",)),
    ("index `client_id`, unique", ("client_id",)),
    ("index `public_seq`", ("public_seq",)),
    ("index `recorded_at`", ("recorded_at",)),
    (
        "the partial ones, to which this entry does not belong",
        ("target", "undelivered_by_inbox", "undelivered"),
    ),
)


def entry(conversation_id: str, seq: int) -> Entry:
    """A customer's message."""
    author, client_id = Author(AuthorKind.CONTACT, conversation_id), str(uuid4())
    return Entry(
        entry_id_of(conversation_id, seq, author.key, client_id), conversation_id, "site", seq, seq, 1, author,
        client_id, NOW + timedelta(milliseconds=seq), Message("Dobrý den, kdy přijde technik?", origin=ORIGIN),
    )  # fmt: skip


def snapshot(conversation_id: str, seq: int) -> Conversation:
    """Of a conversation with an operator."""
    at = NOW + timedelta(milliseconds=seq)
    return Conversation(
        conversation_id, "site", conversation_id, Channel.WEBCHAT, seq=seq, public_seq=seq, episode=1,
        responder=WithOperator("olga", "Olga", "support", NOW), origin=ORIGIN, opened_at=NOW, updated_at=at,
        last_message=LastMessage(f"Words {seq}", AuthorKind.CONTACT, "Jana", at), waiting_since=NOW,
        handoff=Handoff(HandoffReason.REQUESTED, "support", NOW),
    )  # fmt: skip


def entries(count: int) -> list[Entry]:
    """Over ``CONVERSATIONS`` conversations in turns."""
    ids = [str(uuid4()) for _ in range(CONVERSATIONS)]
    return [entry(ids[number % CONVERSATIONS], number // CONVERSATIONS + 1) for number in range(count)]


def each(call: Callable[[], object]) -> float:
    """Seconds of processor time of one call, the best of several."""
    return min(timeit.repeat(call, timer=time.process_time, number=1_000, repeat=25)) / 1_000


def adapters() -> Table:
    """In the hub's own process."""
    one, shot = entry(str(uuid4()), 7), snapshot(str(uuid4()), 7)
    row = _row(one)
    raw = bson.encode(row)
    read = bson.decode(raw, CodecOptions[dict[str, Any]](tz_aware=True))
    store = MongoEntries.__new__(MongoEntries)
    unit = each(lambda: bson.encode(row))
    costs = {
        "encode an entry for the journal": each(lambda: store.encode(one)),
        "of which: the dataclass as a document": each(lambda: _row(one)),
        "a document read as an entry": each(lambda: entry_of(read)),
        "the update that makes a snapshot": each(lambda: _changes(shot)),
    }
    rows = [(what, f"{1e6 * cost:.1f} µs", f"{cost / unit:.1f}") for what, cost in costs.items()]
    return Table(("in the hub", "time", "÷ BSON-encoding that entry"), rows)


class Server:
    """A mongod and the processor time that it takes."""

    def __init__(self, uri: str, pid: int) -> None:
        self.uri = uri
        self.client = pymongo.MongoClient[dict[str, Any]](uri, w="majority", journal=True)
        self._process = psutil.Process(pid)

    def used(self) -> float:
        """Seconds of processor time so far."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def collection(self, name: str, only: Collection[str] | None = None) -> Any:
        """An empty one, with all the indexes of ``name`` or only some."""
        collection = self.client["costs"][f"{name}_{uuid4().hex}"]
        for index in schema.INDEXES:
            if index.collection == name and (only is None or index.name in only):
                options = {"partialFilterExpression": dict(index.partial)} if index.partial else {}
                collection.create_index(list(index.keys), unique=index.unique, name=index.name, **options)
        return collection

    def inserting(self, indexes: Collection[str], count: int) -> float:
        """Microseconds of processor time per entry."""
        collection = self.collection(schema.ENTRIES, indexes)
        documents = [bson.raw_bson.RawBSONDocument(bson.encode(_row(one))) for one in entries(count)]
        before = self.used()
        for start in range(0, count, BATCH):
            collection.insert_many(documents[start : start + BATCH], ordered=False)
        cost = (self.used() - before) / count * 1e6
        collection.drop()
        return cost

    def updating(self, count: int) -> float:
        """Microseconds of processor time per snapshot that is written again."""
        collection = self.collection(schema.CONVERSATIONS)
        ids = [str(uuid4()) for _ in range(CONVERSATIONS)]
        updates = [
            UpdateOne({"_id": one, "seq": {"$lt": seq}}, _changes(snapshot(one, seq)), upsert=True)
            for seq in range(1, count // CONVERSATIONS + 2)
            for one in ids
        ]
        collection.bulk_write(updates[:CONVERSATIONS], ordered=False)
        before = self.used()
        for start in range(CONVERSATIONS, len(updates), BATCH):
            collection.bulk_write(updates[start : start + BATCH], ordered=False)
        cost = (self.used() - before) / (len(updates) - CONVERSATIONS) * 1e6
        collection.drop()
        return cost


def follow(uri: str, database: str, count: int, ready: Any, costs: Any) -> None:
    """A process that follows all entries as a hub does; its processor time per entry."""

    async def until_all() -> None:
        async with open_storage(uri, database, "motor") as storage, storage.entries.watch(None) as changes:
            ready.put(True)
            before, seen = time.process_time(), 0
            async for _ in changes:
                seen += 1
                if seen == count:
                    break
            costs.put((time.process_time() - before) / count * 1e6)

    asyncio.run(until_all())


@contextmanager
def following(uri: str, database: str, count: int, followers: int) -> Iterator[Any]:
    """So many processes that follow; yields where they tell what it cost them."""
    context = multiprocessing.get_context("spawn")
    ready, costs = context.Queue(), context.Queue()
    processes = [
        context.Process(target=follow, args=(uri, database, count, ready, costs)) for _ in range(followers)
    ]
    for process in processes:
        process.start()
    try:
        for _ in processes:
            ready.get(timeout=30)
        yield costs
    finally:
        for process in processes:
            process.join(30)
            process.terminate()


def fan_in(server: Server, followers: int, count: int) -> tuple[float, float]:
    """Microseconds per entry: of mongod, and of each follower."""
    database = f"followed_{uuid4().hex}"
    collection = server.client[database][schema.ENTRIES]
    collection.insert_one({"_id": "first"})
    documents = [bson.raw_bson.RawBSONDocument(bson.encode(_row(one))) for one in entries(count)]
    with following(server.uri, database, count, followers) as costs:
        before = server.used()
        for start in range(0, count, BATCH):
            collection.insert_many(documents[start : start + BATCH], ordered=False)
        own = [costs.get(timeout=60) for _ in range(followers)]
        used = (server.used() - before) / count * 1e6
    server.client.drop_database(database)
    return used, median(own) if own else 0.0


def database(server: Server, count: int) -> list[Table]:
    """In mongod."""
    inserted: list[list[float]] = [[] for _ in range(len(STEPS) + 1)]
    updated: list[float] = []
    chance = Random(1)
    for _ in range(ROUNDS):
        for steps in chance.sample(range(len(inserted)), len(inserted)):
            names = {name for _, of_step in STEPS[:steps] for name in of_step}
            inserted[steps].append(server.inserting(names, 2 * count))
        updated.append(server.updating(count))
    costs = [min(times) for times in inserted]  # whatever else the machine does only adds
    unit = costs[-1]
    rows = [
        ("insert an entry, all indexes", f"{unit:.0f} µs", "1.00"),
        ("of which: itself and `_id`", f"{costs[0]:.0f} µs", f"{costs[0] / unit:.2f}"),
    ]
    for (what, _), before, after in zip(STEPS, costs, costs[1:], strict=False):
        more = max(after - before, 0.0)
        rows.append((f"of which: {what}", f"{more:.0f} µs", f"{more / unit:.2f}"))
    rows.append(("write a snapshot again", f"{min(updated):.0f} µs", f"{min(updated) / unit:.2f}"))
    followed = {number: min(fan_in(server, number, count) for _ in range(ROUNDS)) for number in FOLLOWERS}
    alone = followed[0][0]
    streams = [
        (
            str(number),
            f"{server_side - alone:.0f} µs",
            f"{own:.0f} µs" if number else "",
            f"{(server_side - alone) / unit:.2f}",
        )
        for number, (server_side, own) in followed.items()
        if number
    ]
    return [
        Table(("in mongod", "processor time", "÷ the insert"), rows),
        Table(
            (
                "hubs that follow all entries",
                "more in mongod, per entry",
                "in each hub, per entry",
                "mongod's ÷ the insert",
            ),
            streams,
        ),
    ]


def main() -> int:
    """Measure and print."""
    count = 6_400
    with TemporaryDirectory() as folder, running_mongod(Path(folder)) as (uri, _, process):
        tables = [adapters(), *database(Server(uri, process.pid), count)]
    print("\n\n".join(table.markdown() for table in tables))
    if "--write" in sys.argv[1:]:
        put("storage", tables, f"Batches of {BATCH}, the least of {ROUNDS} rounds in changing order.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
