"""Operators at the desk: nobody gets two, nobody above capacity, nobody what is not theirs to see."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from hub.conversation.commands import HandOff, SendMessage, Take
from hub.conversation.snapshots import Snapshots
from hub.errors import Refusal
from hub.queue.desk import LEASE, Desk
from hub.queue.hands import Hands
from storage.memory import MemoryStorage
from storage.model.conversation import Conversation, Queued, ResolvedAt, SnoozedUntil, WithOperator
from storage.model.entry import Author, AuthorKind, HandoffReason
from storage.model.people import Operator, Role
from tests.conversation.bench import JANA, Bench, Clock, begin, blank, hub


def person(
    name: str, role: Role = Role.OPERATOR, teams: tuple[str, ...] = ("support",), capacity: int = 2
) -> Operator:
    return Operator(name, name, name.title(), role, "argon2", teams=teams, capacity=capacity)


ANNA, PETR = person("anna"), person("petr")
SALES = person("sam", teams=("sales",))
SARA = person("sara", Role.SUPERVISOR)


def author(operator: Operator) -> Author:
    return Author(AuthorKind.OPERATOR, operator.id, operator.name)


@dataclass
class Office:
    """A desk over a storage in memory, whose snapshots are written when told to."""

    bench: Bench
    desk: Desk
    snapshots: Snapshots

    async def waiting(self, conversation_id: str, team: str = "support") -> str:
        """A conversation in a team's queue."""
        await begin(self.bench.storage, blank(conversation_id))
        await self.bench.do(JANA, SendMessage("Hello"), "a", conversation_id)
        await self.bench.do(JANA, HandOff(HandoffReason.REQUESTED, team), "h", conversation_id)
        self.bench.clock.forward(1)
        await self.snapshots.flush()
        return conversation_id

    async def now(self, conversation_id: str) -> Conversation:
        return await self.bench.dispatcher._timelines.load(conversation_id)

    async def holder(self, conversation_id: str) -> str | None:
        responder = (await self.now(conversation_id)).responder
        return responder.operator_id if isinstance(responder, WithOperator) else None

    async def load(self, operator: Operator) -> frozenset[str]:
        return await self.bench.storage.loads.get(operator.id)


@pytest_asyncio.fixture
async def office() -> AsyncIterator[Office]:
    clock = Clock()
    async with hub(MemoryStorage(), clock) as bench:
        snapshots = Snapshots(bench.storage)
        bench.dispatcher.listen(snapshots.note)
        yield Office(bench, Desk(bench.storage, bench.dispatcher, clock), snapshots)


async def test_taking_fills_a_hand_and_resolving_empties_it(office: Office) -> None:
    await office.waiting("c1")
    await office.desk.take(ANNA, "c1", "t")
    assert await office.load(ANNA) == {"c1"}
    await office.snapshots.flush()
    await office.desk.resolve(ANNA, "c1", "r")
    assert not await office.load(ANNA)
    assert isinstance((await office.now("c1")).status, ResolvedAt)


@pytest.mark.parametrize("away", ["release", "hand_back", "transfer", "take over"])
async def test_whoever_gives_away_has_a_free_hand(office: Office, away: str) -> None:
    await office.waiting("c1")
    await office.desk.take(ANNA, "c1", "t")
    await office.snapshots.flush()
    match away:
        case "release":
            await office.desk.release(ANNA, "c1", "x")
        case "hand_back":
            await office.desk.hand_back(ANNA, "c1", "x")
        case "transfer":
            await office.desk.transfer(ANNA, "c1", "x", team=None, colleague=PETR)
            assert await office.load(PETR) == {"c1"}
        case _:
            await office.desk.take(SARA, "c1", "x")
            assert await office.load(SARA) == {"c1"}
    assert not await office.load(ANNA)


async def test_nobody_holds_more_than_their_capacity(office: Office) -> None:
    for name in ("c1", "c2", "c3"):
        await office.waiting(name)
    await office.desk.take(ANNA, "c1", "t1")
    await office.desk.take(ANNA, "c2", "t2")
    with pytest.raises(Refusal) as refused:
        await office.desk.take(ANNA, "c3", "t3")
    assert refused.value.code == "invalid_state"
    assert refused.value.details == {"reason": "capacity"}
    assert await office.holder("c3") is None


async def test_a_load_that_is_wrong_is_mended_before_anybody_is_turned_away(office: Office) -> None:
    await office.waiting("c1")
    for ghost in ("g1", "g2"):
        await begin(office.bench.storage, blank(ghost))
        await office.bench.storage.loads.add("anna", ghost, 9)
    await office.desk.take(ANNA, "c1", "t")
    assert await office.load(ANNA) == {"c1"}


async def test_a_load_of_a_conversation_that_is_gone_is_mended_too(office: Office) -> None:
    await office.bench.storage.loads.add("anna", "nowhere", 9)
    await Hands(office.bench.storage).reconcile(ANNA)
    assert not await office.load(ANNA)


async def test_a_second_click_does_not_empty_the_hand(office: Office) -> None:
    """The snapshot of the first take is not written yet."""
    await office.waiting("c1")
    await office.desk.take(ANNA, "c1", "t")
    with pytest.raises(Refusal):
        await office.desk.take(ANNA, "c1", "another click")
    assert await office.load(ANNA) == {"c1"}


async def test_a_late_retry_of_a_release_does_not_empty_the_hand(office: Office) -> None:
    await office.waiting("c1")
    await office.desk.take(ANNA, "c1", "t")
    await office.desk.release(ANNA, "c1", "r")
    await office.desk.take(ANNA, "c1", "t2")
    assert (await office.desk.release(ANNA, "c1", "r")).repeated
    assert await office.holder("c1") == "anna"
    assert await office.load(ANNA) == {"c1"}


async def test_fifty_operators_take_the_same(office: Office) -> None:
    await office.waiting("c1")
    people = [person(f"p{n}") for n in range(50)]
    tries = await asyncio.gather(
        *(office.desk.take(each, "c1", "t") for each in people), return_exceptions=True
    )
    won = [
        each for each, outcome in zip(people, tries, strict=True) if not isinstance(outcome, BaseException)
    ]
    assert len(won) == 1
    assert all(
        isinstance(each, Refusal) and each.code == "invalid_state"
        for each in tries
        if isinstance(each, BaseException)
    )
    assert await office.holder("c1") == won[0].id
    for each in people:
        assert await office.load(each) == ({"c1"} if each is won[0] else frozenset())


async def test_next_is_who_waits_longest_in_ones_own_teams(office: Office) -> None:
    await office.waiting("other", "sales")
    await office.waiting("first")
    await office.waiting("second")
    assert await office.desk.take_next(ANNA, "n1") == "first"
    assert await office.desk.take_next(ANNA, "n2") == "second"
    assert await office.desk.take_next(PETR, "n1") is None
    assert await office.desk.take_next(SARA, "n1") == "other"


async def test_a_retry_of_next_takes_no_second_one(office: Office) -> None:
    await office.waiting("first")
    await office.waiting("second")
    assert await office.desk.take_next(ANNA, "n") == "first"
    assert await office.desk.take_next(ANNA, "n") == "first"
    assert await office.load(ANNA) == {"first"}


async def test_everybody_takes_next_at_once_and_gets_another(office: Office) -> None:
    for n in range(10):
        await office.waiting(f"c{n}")
    people = [person(f"p{n}") for n in range(12)]
    got = await asyncio.gather(*(office.desk.take_next(each, "n") for each in people))
    taken = [each for each in got if each is not None]
    assert len(taken) == len(set(taken)) == 10


async def test_next_never_takes_over(office: Office) -> None:
    """Petr took it a moment ago; the snapshot still says that it waits."""
    await office.waiting("c1")
    await office.waiting("c2")
    await office.bench.do(author(PETR), Take(), "t", "c1")
    assert await office.desk.take_next(SARA, "n") == "c2"
    assert await office.holder("c1") == "petr"


async def test_full_hands_keep_nobody_else_off_the_next(office: Office) -> None:
    for name in ("c1", "c2", "c3"):
        await office.waiting(name)
    await office.desk.take(ANNA, "c1", "t1")
    await office.desk.take(ANNA, "c2", "t2")
    await office.snapshots.flush()
    with pytest.raises(Refusal) as refused:
        await office.desk.take_next(ANNA, "n")
    assert refused.value.details == {"reason": "capacity"}
    assert await office.desk.take_next(PETR, "n") == "c3"


async def test_a_leased_conversation_is_free_again_after_the_lease(office: Office) -> None:
    await office.waiting("c1")
    now = office.bench.clock.now()
    await office.bench.storage.conversations.lease_next(["support"], now, now + LEASE)
    assert await office.desk.take_next(ANNA, "n") is None
    office.bench.clock.forward(LEASE.total_seconds())
    assert await office.desk.take_next(ANNA, "n2") == "c1"


@pytest.mark.parametrize("who", [SALES, person("fay", Role.FAQ_MAINTAINER), person("off", teams=())])
async def test_what_is_not_ones_own_does_not_exist(office: Office, who: Operator) -> None:
    await office.waiting("c1")
    for attempt in (
        office.desk.visible(who, "c1"),
        office.desk.take(who, "c1", "t"),
        office.desk.say(who, "c1", "m", "Hi"),
        office.desk.note(who, "c1", "n", "Hi"),
        office.desk.resolve(who, "c1", "r"),
        office.desk.visible(ANNA, "nowhere"),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code == "not_found"


async def test_a_snooze_is_recognised_again(office: Office) -> None:
    """A browser may send more digits of a second than are kept."""
    await office.waiting("c1")
    await office.desk.take(ANNA, "c1", "t")
    until = office.bench.clock.now() + timedelta(hours=1, microseconds=1_234)
    first = await office.desk.snooze(ANNA, "c1", "z", until)
    again = await office.desk.snooze(ANNA, "c1", "z", until)
    assert again.repeated
    assert again.entry.seq == first.entry.seq
    assert isinstance((await office.now("c1")).status, SnoozedUntil)


async def test_a_transfer_to_full_hands_changes_nothing(office: Office) -> None:
    for name in ("c1", "c2", "c3"):
        await office.waiting(name)
    await office.desk.take(PETR, "c1", "t1")
    await office.desk.take(PETR, "c2", "t2")
    await office.desk.take(ANNA, "c3", "t3")
    await office.snapshots.flush()
    with pytest.raises(Refusal):
        await office.desk.transfer(ANNA, "c3", "x", team=None, colleague=PETR)
    assert await office.holder("c3") == "anna"
    assert await office.load(ANNA) == {"c3"}


async def test_a_transferred_conversation_waits_for_the_other_team(office: Office) -> None:
    await office.waiting("c1")
    await office.desk.take(ANNA, "c1", "t")
    await office.desk.transfer(ANNA, "c1", "x", team="sales", colleague=None)
    responder = (await office.now("c1")).responder
    assert isinstance(responder, Queued)
    assert responder.team == "sales"
    await office.snapshots.flush()
    assert await office.desk.take_next(SALES, "n") == "c1"


async def test_a_retry_of_a_transfer_out_of_sight_gets_its_first_answer(office: Office) -> None:
    conversation_id = await office.waiting("c1")
    await office.desk.take(ANNA, conversation_id, "t")
    first = await office.desk.transfer(ANNA, conversation_id, "away", team="sales", colleague=None)
    await office.snapshots.flush()
    with pytest.raises(Refusal):
        await office.desk.visible(ANNA, conversation_id)
    again = await office.desk.transfer(ANNA, conversation_id, "away", team="sales", colleague=None)
    assert (again.entry, again.repeated) == (first.entry, True)
    with pytest.raises(Refusal) as other:
        await office.desk.transfer(ANNA, conversation_id, "another", team="sales", colleague=None)
    assert other.value.code == "not_found"


async def test_nobody_is_turned_away_because_a_snapshot_lags(office: Office) -> None:
    conversation_id = await office.waiting("c1", team="sales")
    await office.desk.transfer(SALES, conversation_id, "over", team="support", colleague=None)
    snapshot = await office.bench.storage.conversations.get(conversation_id)
    assert snapshot is not None
    assert snapshot.seq < (await office.now(conversation_id)).seq
    await office.desk.take(ANNA, conversation_id, "t")
    assert await office.holder(conversation_id) == "anna"


async def test_a_late_retry_of_a_take_gets_its_first_answer_though_hands_are_full(office: Office) -> None:
    first, second, third = [await office.waiting(name) for name in ("c1", "c2", "c3")]
    taken = await office.desk.take(ANNA, first, "t")
    await office.desk.release(ANNA, first, "r")
    await office.desk.take(ANNA, second, "t")
    await office.desk.take(ANNA, third, "t")
    again = await office.desk.take(ANNA, first, "t")
    assert (again.entry, again.repeated) == (taken.entry, True)
    assert await office.bench.storage.loads.get("anna") == {second, third}
    with pytest.raises(Refusal) as full:
        await office.desk.take(ANNA, first, "new")
    assert full.value.details == {"reason": "capacity"}


async def test_full_hands_are_looked_at_all_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    in_hand = ["c1", "c2", "c3"]
    conversations = office.bench.storage.conversations
    get, asked, all_asked = conversations.get, set[str](), asyncio.Event()

    async def slow(conversation_id: str) -> Conversation | None:
        asked.add(conversation_id)
        if len(asked) == len(in_hand):
            all_asked.set()
        await all_asked.wait()
        return await get(conversation_id)

    for conversation_id in in_hand:
        await office.waiting(conversation_id)
        await office.bench.storage.loads.add(ANNA.id, conversation_id, 9)
    monkeypatch.setattr(conversations, "get", slow)
    async with asyncio.timeout(5):
        await Hands(office.bench.storage).reconcile(ANNA)
    assert not await office.load(ANNA)
