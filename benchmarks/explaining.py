"""What the server says of the queries behind a request: which index, and how much of it was read."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pymongo
from pymongo import monitoring

import storage.mongo.client as driver
from benchmarks.crowd import INBOX
from hub.clock import SystemClock
from hub.queue.board import MOST_COUNTED, MOST_PLACES
from storage.model.ids import conversation_id_of
from storage.mongo import MongoStorage, open_storage
from storage.ports import View

PAGE = 50
SLOW = frozenset({"COLLSCAN", "SORT", "SORT_DEFAULT", "SORT_SIMPLE"})
LEFT_OUT = frozenset({"lsid", "txnNumber", "writeConcern", "readConcern", "maxTimeMS"})
COMMANDS = ("find", "aggregate", "findAndModify")
TEAMS = ["support", "sales"]

Asking = Callable[[MongoStorage], Awaitable[object]]


@dataclass(frozen=True)
class Plan:
    """One query."""

    what: str
    stages: frozenset[str]
    indexes: tuple[str, ...]
    keys: int
    documents: int
    returned: int

    @property
    def slow(self) -> bool:
        """It reads a whole collection or sorts in memory."""
        return bool(self.stages & SLOW) or not self.indexes

    def row(self) -> tuple[str, ...]:
        """Of the table."""
        numbers = (f"{number:,}" for number in (self.keys, self.documents, self.returned))
        return self.what, ", ".join(f"`{name}`" for name in self.indexes), *numbers


class _Caught(monitoring.CommandListener):
    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in COMMANDS:
            self.commands.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


def questions(short: str, long: str) -> Iterator[tuple[str, Asking]]:
    """Those behind opening, listing, taking and counting."""
    talk = conversation_id_of(INBOX, long)
    now = SystemClock().now()
    yield "newest entries of the long one", lambda at: at.entries.before(talk, 2**53, PAGE)
    yield "its entries before the middle", lambda at: at.entries.before(talk, 50_001, PAGE)
    yield "its entries after the middle", lambda at: at.entries.after(talk, 50_000, PAGE)
    yield "its public entries after the middle", lambda at: at.entries.after_public(talk, 50_000, PAGE)
    for view in View:
        for teams in (None, ["support"], TEAMS):
            if view in (View.MINE, View.BOT) and teams is not None:
                continue
            whose = "all" if teams is None else " and ".join(teams)
            yield (
                f"list “{view.value}”, {whose}",
                lambda at, view=view, teams=teams: at.conversations.page(  # type: ignore[misc]
                    view, operator_id="one team", teams=teams, before=None, limit=PAGE
                ),
            )
    yield "the head of the queue, support", lambda at: at.conversations.lease_next(["support"], now, now)
    yield "the head of the queue, both teams", lambda at: at.conversations.lease_next(TEAMS, now, now)
    yield "places in line", lambda at: at.conversations.in_line(MOST_PLACES)
    yield "in hand", lambda at: at.conversations.in_hand()
    yield "counts, all", lambda at: at.conversations.counts(None, MOST_COUNTED)
    yield "counts, support", lambda at: at.conversations.counts(["support"], MOST_COUNTED)
    yield "what is due", lambda at: at.conversations.due(now + timedelta(days=1), PAGE)


async def explained(uri: str, database: str, short: str, long: str) -> list[Plan]:
    """Every question's queries, each caught on its way and explained with what it really reads."""
    caught = _Caught()
    options = driver._options

    def listening(seconds: float) -> dict[str, Any]:
        return options(seconds) | {"event_listeners": [caught]}

    driver._options = listening
    plans = []
    try:
        async with open_storage(uri, database, "pymongo") as storage:
            with pymongo.MongoClient[dict[str, Any]](uri) as client:
                for what, ask in questions(short, long):
                    caught.commands.clear()
                    await ask(storage)
                    plans += [_explain(client[database], what, command) for command in list(caught.commands)]
    finally:
        driver._options = options
    return plans


def _explain(database: Any, what: str, command: dict[str, Any]) -> Plan:
    plain = {key: value for key, value in command.items() if key[0] != "$" and key not in LEFT_OUT}
    if "aggregate" in plain:
        plain["cursor"] = {}
    answer = database.command({"explain": plain, "verbosity": "executionStats"})
    stages: set[str] = set()
    indexes: set[str] = set()
    _walk(answer, stages, indexes)
    stats = next(_of(answer, "executionStats"))
    return Plan(
        what,
        frozenset(stages),
        tuple(sorted(indexes)),
        stats["totalKeysExamined"],
        stats["totalDocsExamined"],
        stats["nReturned"],
    )


def _walk(plan: Any, stages: set[str], indexes: set[str]) -> None:
    if isinstance(plan, dict):
        if "stage" in plan:
            stages.add(str(plan["stage"]))
        if "indexName" in plan:
            indexes.add(str(plan["indexName"]))
        for key, part in plan.items():
            if key not in ("rejectedPlans", "command", "parsedQuery", "slotBasedPlan", "allPlansExecution"):
                _walk(part, stages, indexes)
    elif isinstance(plan, list):
        for part in plan:
            _walk(part, stages, indexes)


def _of(answer: Any, name: str) -> Iterator[Any]:
    if isinstance(answer, dict):
        if name in answer:
            yield answer[name]
        for part in answer.values():
            yield from _of(part, name)
    elif isinstance(answer, list):
        for part in answer:
            yield from _of(part, name)
