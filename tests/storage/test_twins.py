"""The twin in memory answers as MongoDB does, whatever is asked in whatever order."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from storage.memory import MemoryStorage
from storage.model.conversation import Queued, ResolvedAt, Responder, SnoozedUntil, WithBot, WithOperator
from storage.model.entry import Author, AuthorKind, Body, Delivered, Delivery, DeliveryOutcome, Message, Note
from storage.mongo import open_storage
from storage.ports import Storage, View
from tests.storage.conftest import SyncClient
from tests.storage.making import JANA, NOON, conversation, delivery_of, entry, later

IDS = st.sampled_from(["a", "b"])
SEQS = st.integers(1, 6)
TIMES = st.integers(0, 40)
LIMITS = st.integers(0, 4)
TEAMS = st.sampled_from([None, ["support"], ["support", "sales"], []])
HOLDERS = st.sampled_from(["one", "two"])
FENCES = st.integers(1, 4)
OLGA = Author(AuthorKind.OPERATOR, "olga")
BODIES = st.sampled_from([Message("m"), Note("n"), Delivered(1, 1, DeliveryOutcome.SENT)])
RESPONDERS = st.sampled_from(
    [
        *(
            WithBot(),
            WithOperator("olga", "Olga", "support", NOON),
            WithOperator("petr", "Petr", "sales", NOON),
        ),
        *(Queued("support", later(5)), Queued("sales", later(5)), Queued("support", later(70), 1)),
    ]
)
STATUSES = st.sampled_from([None, SnoozedUntil(later(5)), ResolvedAt(later(5))])


class Twins(RuleBasedStateMachine):
    """Each step is taken by both; the answers must be equal."""

    real_storage: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.twin: Storage = MemoryStorage()
        self.real: Storage = self.runner.run(self.stack.enter_async_context(self.real_storage()))

    def teardown(self) -> None:
        """After each example."""
        self.runner.run(self.stack.aclose())
        self.runner.close()

    def same(self, twin: Coroutine[Any, Any, Any], real: Coroutine[Any, Any, Any]) -> None:
        """Run both."""

        async def both() -> tuple[Any, Any]:
            return await twin, await real

        ours, theirs = self.runner.run(both())
        assert ours == theirs

    @rule(
        rows=st.lists(st.tuples(IDS, SEQS, SEQS, BODIES, st.sampled_from([None, Delivery.OWED])), max_size=3),
        author=st.sampled_from([JANA, OLGA]),
    )
    def insert(self, rows: list[tuple[str, int, int, Body, Delivery | None]], author: Author) -> None:
        """A batch, in which seqs and client ids may be taken already."""
        batch = [
            entry(each, seq, client_id=f"k{key}", body=body, delivery=delivery, author=author)
            for each, seq, key, body, delivery in rows
        ]
        self.same(
            self.twin.entries.insert_batch([self.twin.entries.encode(each) for each in batch]),
            self.real.entries.insert_batch([self.real.entries.encode(each) for each in batch]),
        )

    @rule(each=IDS, seq=st.integers(0, 7), limit=LIMITS)
    def read(self, each: str, seq: int, limit: int) -> None:
        """All pages."""
        for name in ("after", "before", "after_public", "before_public"):
            self.same(
                getattr(self.twin.entries, name)(each, seq, limit),
                getattr(self.real.entries, name)(each, seq, limit),
            )
        self.same(
            self.twin.entries.by_client_id(each, JANA.key, f"k{seq}"),
            self.real.entries.by_client_id(each, JANA.key, f"k{seq}"),
        )
        self.same(self.twin.entries.touching(each, [1, seq]), self.real.entries.touching(each, [1, seq]))

    @rule(at=TIMES, limit=st.integers(1, 4))
    def recorded(self, at: int, limit: int) -> None:
        """For the sweeper."""
        self.same(
            self.twin.entries.recorded_since(later(at), limit),
            self.real.entries.recorded_since(later(at), limit),
        )

    @rule(each=IDS, holder=HOLDERS, now=TIMES, long=st.integers(1, 20))
    def claim(self, each: str, holder: str, now: int, long: int) -> None:
        """A lease."""
        self.same(
            self.twin.outbox.claim(each, holder, later(now), later(now + long)),
            self.real.outbox.claim(each, holder, later(now), later(now + long)),
        )

    @rule(each=IDS, seq=SEQS, fence=FENCES, until=TIMES)
    def start(self, each: str, seq: int, fence: int, until: int) -> None:
        """An attempt."""
        self.same(
            self.twin.outbox.start(each, seq, fence, later(until)),
            self.real.outbox.start(each, seq, fence, later(until)),
        )
        self.same(delivery_of(self.twin, each, seq), delivery_of(self.real, each, seq))

    @rule(each=IDS, seq=SEQS, fence=FENCES, attempt=st.integers(1, 3))
    def settle(self, each: str, seq: int, fence: int, attempt: int) -> None:
        """Its end."""
        self.same(
            self.twin.outbox.settle(each, seq, fence, attempt),
            self.real.outbox.settle(each, seq, fence, attempt),
        )
        self.same(delivery_of(self.twin, each, seq), delivery_of(self.real, each, seq))

    @rule(each=IDS, fence=FENCES, until=TIMES, unsent=st.none() | SEQS)
    def postpone(self, each: str, fence: int, until: int, unsent: int | None) -> None:
        """Not now."""
        self.same(
            self.twin.outbox.postpone(each, fence, later(until), unsent),
            self.real.outbox.postpone(each, fence, later(until), unsent),
        )
        if unsent is not None:
            self.same(delivery_of(self.twin, each, unsent), delivery_of(self.real, each, unsent))

    @rule(each=IDS, fence=FENCES)
    def release(self, each: str, fence: int) -> None:
        """No more."""
        self.same(self.twin.outbox.release(each, fence), self.real.outbox.release(each, fence))

    @rule(holder=HOLDERS)
    def abandon(self, holder: str) -> None:
        """Gone."""
        self.same(self.twin.outbox.abandon(holder), self.real.outbox.abandon(holder))

    @rule(now=TIMES, limit=st.integers(1, 3), each=IDS)
    def owed(self, now: int, limit: int, each: str) -> None:
        """The outbox."""
        self.same(
            self.twin.outbox.conversations_owed("web", later(now), limit),
            self.real.outbox.conversations_owed("web", later(now), limit),
        )
        self.same(self.twin.outbox.owed(each, limit), self.real.outbox.owed(each, limit))

    @rule(each=st.sampled_from("abcdef"), seq=SEQS, responder=RESPONDERS, status=STATUSES, updated=TIMES)
    def save(self, each: str, seq: int, responder: Responder, status: Any, updated: int) -> None:
        """A snapshot, new or old."""
        row = conversation(each, seq, responder=responder, status=status, updated=updated)
        self.same(
            self.twin.conversations.save_many([row]),
            self.real.conversations.save_many([row]),
        )
        self.same(self.twin.conversations.get(each), self.real.conversations.get(each))

    @rule(
        view=st.sampled_from(View),
        teams=TEAMS,
        before=st.none() | st.tuples(TIMES.map(later), st.sampled_from("abcdef")),
        limit=LIMITS,
    )
    def listed(self, view: View, teams: list[str] | None, before: Any, limit: int) -> None:
        """A page of a list, and the numbers."""
        wanted: dict[str, Any] = {"operator_id": "olga", "teams": teams, "before": before, "limit": limit}
        self.same(self.twin.conversations.page(view, **wanted), self.real.conversations.page(view, **wanted))
        for up_to in (2, 100):
            self.same(
                self.twin.conversations.counts(teams, up_to), self.real.conversations.counts(teams, up_to)
            )
        self.same(self.twin.conversations.in_hand(), self.real.conversations.in_hand())

    @rule(teams=st.sampled_from([["support"], ["support", "sales"]]), now=TIMES, long=st.integers(1, 5))
    def lease(self, teams: list[str], now: int, long: int) -> None:
        """The head of the queue."""
        self.same(
            self.twin.conversations.lease_next(teams, later(now), later(now + long)),
            self.real.conversations.lease_next(teams, later(now), later(now + long)),
        )
        self.same(self.twin.conversations.in_line(3), self.real.conversations.in_line(3))

    @rule(operator=IDS, each=st.sampled_from("abcd"), capacity=st.integers(0, 3), adding=st.booleans())
    def load(self, operator: str, each: str, capacity: int, adding: bool) -> None:
        """What an operator has in hand."""
        if adding:
            self.same(
                self.twin.loads.add(operator, each, capacity), self.real.loads.add(operator, each, capacity)
            )
        else:
            self.same(self.twin.loads.remove(operator, each), self.real.loads.remove(operator, each))
        self.same(self.twin.loads.get(operator), self.real.loads.get(operator))

    @rule(each=IDS, reader=HOLDERS, seq=SEQS)
    def read_to(self, each: str, reader: str, seq: int) -> None:
        """A cursor."""
        self.same(self.twin.cursors.advance(each, reader, seq), self.real.cursors.advance(each, reader, seq))
        self.same(self.twin.cursors.of(each), self.real.cursors.of(each))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("driver", ["pymongo"])
def test_the_twins_answer_alike(mongod_uri: str, sync_client: SyncClient, driver: str) -> None:
    name = f"test_twins_{uuid4().hex}"

    async def prepare() -> None:
        async with open_storage(mongod_uri, name, driver) as storage:
            await storage.prepare()

    def emptied() -> Any:
        for collection in sync_client[name].list_collection_names():
            sync_client[name][collection].delete_many({})
        return open_storage(mongod_uri, name, driver)

    class OnThisDatabase(Twins):
        real_storage = staticmethod(emptied)

    asyncio.run(prepare())
    try:
        run_state_machine_as_test(
            OnThisDatabase,
            settings=settings(
                max_examples=settings.default.max_examples // 3,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
                database=None,
            ),
        )
    finally:
        sync_client.drop_database(name)
