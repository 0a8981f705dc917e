"""Every query that the code makes is served by an index: each is caught on its way out and explained by the server."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from pymongo import monitoring

import storage.mongo.client as client_module
from storage import schema
from storage.model.conversation import Duty, DutyKind, ResolvedAt, WithOperator
from storage.model.entry import Delivered, Delivery, DeliveryOutcome
from storage.model.learning import Standing
from storage.model.people import Availability
from storage.model.versions import TrainingState, VersionState
from storage.mongo import MongoStorage, open_storage
from storage.ports import View
from tests.storage.conftest import SyncClient
from tests.storage.making import (
    JANA,
    NOON,
    area,
    case,
    contact,
    conversation,
    done_edit,
    draft,
    entry,
    episode,
    equipment,
    hearing,
    inbox,
    later,
    operator,
    order,
    outage,
    promotion,
    queued,
    sentence,
    session,
    tariff,
    token,
    training,
    version,
)

READ = ("find", "aggregate", "count", "distinct")
WRITTEN = ("update", "delete", "findAndModify")

# Whole collections, small by nature, that are read in whole: no filter, in the order of their one index.
WITHOUT_FILTER = {(schema.OPERATORS, "find"), (schema.INBOXES, "find")}
# Stages that read or sort without an index.
SLOW = frozenset({"COLLSCAN", "SORT", "SORT_DEFAULT", "SORT_SIMPLE"})


@dataclass
class Caught(monitoring.CommandListener):
    """The commands with a filter that were sent."""

    commands: list[dict[str, Any]] = field(default_factory=list)
    on: bool = False

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """By the driver."""
        if self.on and event.command_name in READ + WRITTEN:
            self.commands.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """By the driver."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """By the driver."""


def explained(client: SyncClient, database: str, command: dict[str, Any]) -> list[dict[str, Any]]:
    """The server's plans for a command; one for each statement of a bulk."""
    plain = {key: value for key, value in command.items() if not key.startswith("$") and key not in IGNORED}
    name = next(iter(plain))
    if name in ("update", "delete"):
        statements = "updates" if name == "update" else "deletes"
        singles = [plain | {statements: [statement]} for statement in plain[statements]]
    else:
        singles = [plain]
    plans = []
    for single in singles:
        if name == "aggregate":
            single = single | {"cursor": {}}
        plans.append(client[database].command({"explain": single, "verbosity": "queryPlanner"}))
    return plans


IGNORED = frozenset({"lsid", "txnNumber", "writeConcern", "readConcern", "maxTimeMS"})


def stages_of(plan: Any) -> Iterator[str]:
    """All stages of the winning plans, wherever they are in the answer."""
    if isinstance(plan, dict):
        if "stage" in plan:
            yield str(plan["stage"])
        for key, part in plan.items():
            if key not in ("rejectedPlans", "command", "parsedQuery", "slotBasedPlan"):
                yield from stages_of(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from stages_of(part)


@pytest.fixture
def caught(monkeypatch: pytest.MonkeyPatch) -> Caught:
    """A listener in whatever client is opened."""
    listener = Caught()
    options = client_module._options

    def listening(seconds: float) -> dict[str, Any]:
        return options(seconds) | {"event_listeners": [listener]}

    monkeypatch.setattr(client_module, "_options", listening)
    return listener


@pytest_asyncio.fixture
async def watched(mongod_uri: str, mongo_database: str, caught: Caught) -> AsyncIterator[MongoStorage]:
    """A prepared storage with enough in it for the planner to have a choice."""
    async with open_storage(mongod_uri, mongo_database, "pymongo") as storage:
        await storage.prepare()
        await fill(storage)
        yield storage


async def fill(storage: MongoStorage) -> None:
    """Something of everything."""
    batch = [
        entry(f"c{each % 10}", each // 10 + 1, delivery=Delivery.OWED if each % 3 == 0 else None)
        for each in range(300)
    ]
    batch += [
        entry(f"c{each}", 31, body=Delivered(1, 1, DeliveryOutcome.SENT), client_id="d") for each in range(10)
    ]
    await storage.entries.insert_batch([storage.entries.encode(each) for each in batch])
    snapshots = [queued(f"q{each}", each, team=("support", "sales")[each % 2]) for each in range(40)]
    olga = WithOperator("olga", "Olga", "support", NOON)
    snapshots += [conversation(f"o{each}", responder=olga) for each in range(40)]
    snapshots += [conversation(f"r{each}", status=ResolvedAt(NOON)) for each in range(40)]
    duty = Duty(DutyKind.BOT_ANSWER, 1, NOON)
    snapshots += [conversation(f"b{each}", duties=(duty,)) for each in range(40)]
    await storage.conversations.save_many(snapshots)
    for each in range(30):
        await storage.contacts.put_new(contact(f"p{each}"))
        await storage.contacts.add_token(token(f"t{each}"))
        await storage.operators.put_new(operator(f"p{each}"))
        await storage.operators.add_session(session(f"s{each}"))
        await storage.operators.record_failed_login(f"k{each}", NOON)
        await storage.orders.put_new(order(f"o{each}", f"{each:08}", announced=each > 2))
        await storage.cases.put_new(case(f"k{each}", f"{each:07}", announced=each > 2))
        await storage.cursors.advance(f"c{each}", JANA.key, 1)
        await storage.presence.beat(f"h{each}", ["olga"], NOON)
        await storage.loads.add(f"p{each}", "c1", 2)
        await storage.inboxes.put(inbox(f"i{each}"))
        await storage.outages.put_new(outage(f"u{each}", over=each % 3 * 60 or None))
        await storage.sentences.hear(hearing(f"h{each}", f"s{each}", each), sentence(f"s{each}", each))
        await storage.episodes.save_many([episode(each, f"c{each % 10}")])
        await storage.walks.claim(f"w{each}", "hub", NOON, later(60))
        ended = TrainingState.DONE if each else TrainingState.RUNNING
        await storage.trainings.put_new(training(f"t{each}", f"p{each % 3}", started=each, state=ended))
        await storage.versions.put_new(version(each, client_id=f"k{each}", listed=each < 28))
    held = version(30, VersionState.PUBLISHING, holder="h1", held_until=NOON)
    await storage.versions.put_new(held)


async def ask_everything(storage: MongoStorage) -> None:
    """Every method of every port."""
    entries, outbox, conversations = storage.entries, storage.outbox, storage.conversations
    await entries.by_client_id("c1", JANA.key, "k1")
    await entries.after("c1", 3, 5)
    await entries.before("c1", 3, 5)
    await entries.after_public("c1", 3, 5)
    await entries.before_public("c1", 3, 5)
    await entries.touching("c1", [1, 2])
    await entries.recorded_since(later(10), 5)
    await outbox.conversations_owed("web", NOON, 5)
    fence = await outbox.claim("c0", "bot", NOON, later(30))
    assert fence is not None
    await outbox.owed("c0", 5)
    await outbox.start("c0", 1, fence, later(60))
    await outbox.settle("c0", 1, fence, 1)
    await outbox.postpone("c0", fence, later(60), 2)
    await outbox.abandon("bot")
    await outbox.release("c0", fence)
    await outbox.put_dead_letter("telegram", "k", "why", {})
    await conversations.get("q1")
    await conversations.save_many([queued("q1", 0), conversation("new")])
    for view in View:
        for teams in (None, ["support"], ["support", "sales"]):
            for before in (None, (later(20), "o5")):
                await conversations.page(view, operator_id="olga", teams=teams, before=before, limit=5)
    for teams in (None, ["support"], ["support", "sales"]):
        await conversations.counts(teams, 100)
    await conversations.in_hand()
    await conversations.in_line(5)
    await conversations.lease_next(["support"], NOON, later(5))
    await conversations.lease_next(["support", "sales"], NOON, later(5))
    await conversations.due(later(60), 5)
    await conversations.versions(["q1", "q2"])
    await conversations.of_contact("jana", 5)
    await storage.loads.add("p1", "c2", 2)
    await storage.loads.remove("p1", "c2")
    await storage.loads.get("p1")
    await storage.contacts.get("p1")
    await storage.contacts.get_many(["p1", "p2"])
    await storage.contacts.put_new(contact("p1"))
    await storage.contacts.update("p1", name="x")
    await storage.contacts.by_token("t1")
    await storage.cursors.advance("c1", JANA.key, 2)
    await storage.cursors.of("c1")
    await storage.cursors.of_many(["c1", "c2"])
    await storage.operators.get("p1")
    await storage.operators.by_login("p1")
    await storage.operators.all()
    await storage.operators.set_availability("p1", Availability.AWAY)
    await storage.operators.session("s1")
    await storage.operators.sessions(["s1", "s2"])
    await storage.operators.extend_session("s1", later(60))
    await storage.operators.end_session("s1")
    await storage.operators.failed_logins("k1", NOON)
    await storage.operators.forget_failed_logins("k1")
    await storage.presence.beat("h1", [], NOON)
    await storage.presence.present(later(1))
    await storage.presence.leave("h1")
    await storage.orders.put_new(order("o1", "00000001"))
    await storage.orders.get("o1")
    await storage.orders.by_number("00000001")
    await storage.orders.of_contact("jana", 5)
    await storage.orders.unannounced(5)
    await storage.orders.mark_announced("o1")
    await storage.cases.put_new(case("k1", "0000001"))
    await storage.cases.get("k1")
    await storage.cases.of_contact("jana", 5)
    await storage.cases.unannounced(5)
    await storage.cases.mark_announced("k1")
    await storage.catalogue.put_tariffs([tariff("a", 1)])
    await storage.catalogue.put_equipment([equipment("a")])
    await storage.catalogue.tariffs()
    await storage.catalogue.equipment()
    await storage.catalogue.put_promotions([promotion("a")])
    await storage.catalogue.promotions()
    await storage.inboxes.get("i1")
    await storage.inboxes.put(inbox("i1"))
    await storage.inboxes.all()
    await storage.areas.put_all([area("Brno")])
    await storage.areas.all()
    await storage.drafts.put_next(draft())
    await storage.drafts.put_next(draft(version=2))
    await storage.drafts.get("fany")
    await storage.drafts.open(5)
    await storage.done_edits.add([done_edit()])
    await storage.done_edits.of_place("topic:greet", 5)
    await storage.done_edits.versions_of(["e1", "e2"])
    await storage.outages.put_new(outage("u1"))
    await storage.outages.get("u1")
    await storage.outages.put_next(outage("u1", version=2))
    await storage.outages.not_over(later(60), 5)
    await storage.outages.over(later(600), 5)
    await storage.outages.over(later(600), 5, before=(later(60), "u3"))
    await storage.sentences.hear(hearing("h1", "s1"), sentence("s1"))
    await storage.sentences.get("s1")
    await storage.sentences.page(Standing.OPEN, 5)
    await storage.sentences.page(Standing.OPEN, 5, before=(later(20), "s20"))
    await storage.sentences.count(Standing.OPEN, 100)
    await storage.sentences.ungrouped(5)
    await storage.sentences.group("s1", "s1", by_meaning=False)
    await storage.sentences.rule("s1", 0, Standing.HUMAN, None, later(60))
    await storage.episodes.newest(["c1", "c2"])
    await storage.episodes.save_many([episode(1, "c1", seq=2), episode(99, "c1")])
    await storage.episodes.count_anew(NOON.date(), 5)
    await storage.episodes.days(NOON.date(), NOON.date())
    await storage.walks.claim("w1", "hub", NOON, later(60))
    await storage.walks.advance("w1", "hub", later(1))
    await storage.done_edits.versions_of(["e1", "e2"])
    await storage.walks.leave("w1", "hub")
    await storage.trainings.get("t1")
    await storage.trainings.newest_of("p1")
    await storage.trainings.running(5)
    await storage.trainings.settle(training("t0", state=TrainingState.DONE))
    await storage.versions.get(1)
    await storage.versions.of_client_id("k1")
    await storage.versions.newest(5)
    await storage.versions.current()
    await storage.trainings.withdraw("t1")
    await storage.versions.publishing()
    await storage.versions.unlisted(5)
    await storage.versions.mark_listed(28)
    await storage.versions.hold(30, "h1", NOON)
    await storage.versions.take_over(30, later(1), "h2", later(9))
    await storage.versions.settle(30, "h2", VersionState.FAILED, NOON)
    await storage.versions.keep_texts({"a1": "text"})
    await storage.versions.texts(["a1", "a2"])
    await storage.prepare()


async def test_every_query_is_served_by_an_index(
    watched: MongoStorage, caught: Caught, sync_client: SyncClient
) -> None:
    caught.on = True
    await ask_everything(watched)
    caught.on = False
    assert len(caught.commands) > 80
    slow = []
    for command in caught.commands:
        name = next(iter(command))
        for plan in explained(sync_client, watched.database_name, command):
            bad = SLOW.intersection(stages_of(plan))
            if bad and not (
                (command[name], name) in WITHOUT_FILTER and bad == {"COLLSCAN"} and not command["filter"]
            ):
                slow.append((sorted(bad), command))
    assert slow == []


async def test_every_port_is_asked(caught: Caught) -> None:
    """So that a new method cannot stay out of the test above."""
    import inspect
    import typing

    from storage.ports import Storage

    source = inspect.getsource(ask_everything)
    elsewhere = {
        "encode",
        "insert_batch",
        "watch",
        "add_token",
        "put_new",
        "add_session",
        "record_failed_login",
    }
    for name, member in inspect.getmembers(Storage):
        if not isinstance(member, property):
            continue
        assert member.fget is not None
        port = typing.get_type_hints(member.fget)["return"]
        for method in vars(port):
            if not method.startswith("_") and method not in elsewhere:
                assert f".{method}(" in source, f"{name}.{method} is not asked"


async def test_the_test_would_see_a_scan(watched: MongoStorage, sync_client: SyncClient) -> None:
    database = watched.database_name
    (scan,) = explained(sync_client, database, {"find": "entries", "filter": {"episode": 7}})
    assert "COLLSCAN" in stages_of(scan)
    sorting = {"find": "entries", "filter": {"conversation_id": "c1"}, "sort": {"recorded_at": 1}}
    (sort,) = explained(sync_client, database, sorting)
    assert "SORT" in stages_of(sort)
    grouped = {"aggregate": "entries", "pipeline": [{"$group": {"_id": "$episode"}}]}
    (group,) = explained(sync_client, database, grouped)
    assert "COLLSCAN" in stages_of(group)


async def test_the_board_counts_from_an_index_alone(
    watched: MongoStorage, sync_client: SyncClient, caught: Caught
) -> None:
    caught.on = True
    for teams in (None, ["support"], ["support", "sales"]):
        await watched.conversations.counts(teams, 10)
    await watched.conversations.in_hand()
    await watched.conversations.in_line(10)
    await watched.entries.recorded_since(later(10), 5)
    caught.on = False
    for command in caught.commands:
        (plan,) = explained(sync_client, watched.database_name, command)
        assert "FETCH" not in stages_of(plan), command


async def test_each_declared_index_is_there_as_declared(
    watched: MongoStorage, sync_client: SyncClient
) -> None:
    for declared in schema.INDEXES:
        there = sync_client[watched.database_name][declared.collection].index_information()[declared.name]
        assert tuple(there["key"]) == declared.keys
        assert there.get("unique", False) == declared.unique
        assert there.get("partialFilterExpression", {}) == declared.partial
        expires = None if declared.expires is None else declared.expires.total_seconds()
        assert there.get("expireAfterSeconds") == expires
