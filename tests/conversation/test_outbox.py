"""What is owed to Telegram: in order, by one carrier at a time, with an outcome on the timeline."""

import pytest

from hub.conversation.commands import HandOff, RecordDelivery, SendMessage, Take
from hub.conversation.delivery import CARRIER, LEASE, Outbox
from hub.errors import Refusal
from storage.memory import MemoryStorage
from storage.model.conversation import Channel
from storage.model.entry import Delivered, Delivery, DeliveryOutcome, HandoffReason
from tests.conversation.bench import ANNA, JANA, Bench, Clock, begin, blank, hub
from tests.storage.making import delivery_of

SENT = DeliveryOutcome.SENT


@pytest.fixture
async def owing(bench: Bench) -> Bench:
    """Anna has written two messages in each of two conversations by Telegram."""
    for name in ("t1", "t2"):
        await begin(bench.storage, blank(name, Channel.TELEGRAM))
        await bench.do(JANA, SendMessage("Ahoj"), "a", name)
        await bench.do(ANNA, Take(), "t", name)
        await bench.do(ANNA, SendMessage("one"), "1", name)
        await bench.do(ANNA, SendMessage("two"), "2", name)
        bench.clock.forward(1)
    return bench


def outbox_of(bench: Bench) -> Outbox:
    return Outbox(bench.storage, bench.dispatcher, bench.clock)


async def test_whole_conversations_are_claimed_in_order_by_one_carrier(owing: Bench) -> None:
    outbox = outbox_of(owing)
    first = await outbox.claim("telegram", "one", 1)
    assert [(claim.conversation_id, [entry.seq for entry in claim.entries]) for claim in first] == [
        ("t1", [2, 3, 4])
    ]
    second = await outbox.claim("telegram", "two", 10)
    assert [claim.conversation_id for claim in second] == ["t2"]
    assert not await outbox.claim("telegram", "three", 10)
    assert not await outbox.claim("demo", "three", 10)


async def test_an_outcome_is_an_entry_and_ends_what_is_owed(owing: Bench) -> None:
    outbox = outbox_of(owing)
    (claim, _) = await outbox.claim("telegram", "one", 10)
    for entry in claim.entries:
        attempt = await outbox.start("t1", entry.seq, claim.fence)
        assert attempt == 1
        assert await outbox.settle("t1", entry.seq, claim.fence, attempt, SENT, None, ("77",))
    timeline = await owing.timeline("t1")
    assert [entry.body.target_seq for entry in timeline if isinstance(entry.body, Delivered)] == [2, 3, 4]
    assert not any(entry.public for entry in timeline[4:])
    assert timeline[4].client_id == "delivery:2:1"
    await outbox.release("t1", claim.fence)
    assert not await outbox.claim("telegram", "two", 10)
    assert await delivery_of(owing.storage, "t1", 3) is Delivery.SETTLED


async def test_settling_twice_is_settling_once(owing: Bench) -> None:
    outbox = outbox_of(owing)
    (claim, _) = await outbox.claim("telegram", "one", 10)
    await outbox.start("t1", 2, claim.fence)
    for _ in range(2):
        assert await outbox.settle("t1", 2, claim.fence, 1, SENT, None, ())
    assert sum(isinstance(entry.body, Delivered) for entry in await owing.timeline("t1")) == 1


async def test_who_lost_the_lease_sends_nothing(owing: Bench) -> None:
    outbox = outbox_of(owing)
    (old, _) = await outbox.claim("telegram", "one", 10)
    assert await outbox.start("t1", 2, old.fence) == 1
    owing.clock.forward(LEASE.total_seconds() + 1)
    new = (await outbox.claim("telegram", "two", 10))[0]
    assert new.fence > old.fence
    assert new.entries[0].delivery is Delivery.STARTED
    assert await outbox.start("t1", 2, old.fence) is None
    assert await outbox.start("t1", 2, new.fence) == 2
    assert not await outbox.settle("t1", 2, old.fence, 1, SENT, None, ())
    assert await delivery_of(owing.storage, "t1", 2) is Delivery.STARTED
    assert await outbox.settle("t1", 2, new.fence, 2, SENT, None, ())


async def test_a_channel_that_wants_to_be_left_alone_is(owing: Bench) -> None:
    outbox = outbox_of(owing)
    claims = await outbox.claim("telegram", "one", 10)
    for claim in claims:
        await outbox.postpone(claim.conversation_id, claim.fence, 30)
    owing.clock.forward(29)
    assert not await outbox.claim("telegram", "one", 10)
    owing.clock.forward(1)
    assert len(await outbox.claim("telegram", "one", 10)) == 2


async def test_what_a_carrier_that_left_had_not_begun_goes_to_the_next_at_once(owing: Bench) -> None:
    outbox = outbox_of(owing)
    first, second = await outbox.claim("telegram", "one", 10)
    assert await outbox.start(second.conversation_id, 2, second.fence) == 1
    await outbox.abandon("one")
    (free,) = await outbox.claim("telegram", "two", 10)
    assert free.conversation_id == first.conversation_id
    owing.clock.forward(LEASE.total_seconds() - 1)
    assert not await outbox.claim("telegram", "two", 10)
    owing.clock.forward(1)
    rest = (await outbox.claim("telegram", "two", 10))[1]
    assert rest.conversation_id == second.conversation_id
    assert rest.entries[0].delivery is Delivery.STARTED


async def test_what_is_known_to_be_sent_is_not_offered_again(owing: Bench) -> None:
    """The hub died after the outcome was on the timeline and before the entry left the outbox; so did the bot."""
    outbox = outbox_of(owing)
    (claim, _) = await outbox.claim("telegram", "one", 10)
    await outbox.start("t1", 2, claim.fence)
    known = RecordDelivery(2, 1, SENT, None, ("77",))
    await owing.do(CARRIER, known, "delivery:2:1", "t1")
    owing.clock.forward(LEASE.total_seconds())
    again = next(one for one in await outbox.claim("telegram", "two", 10) if one.conversation_id == "t1")
    assert [entry.seq for entry in again.entries] == [3, 4]
    assert await delivery_of(owing.storage, "t1", 2) is Delivery.SETTLED


async def test_an_outcome_of_nothing_is_refused(owing: Bench) -> None:
    with pytest.raises(Refusal) as refused:
        await outbox_of(owing).settle("t1", 99, 1, 1, SENT, None, ())
    assert refused.value.code == "invalid_state"


async def test_entries_of_two_hubs_are_claimed_by_either(storage: MemoryStorage) -> None:
    clock = Clock()
    await begin(storage, blank("t1", Channel.TELEGRAM))
    async with hub(storage, clock) as one, hub(storage, clock) as two:
        await one.do(JANA, SendMessage("Ahoj"), "a", "t1")
        await one.do(JANA, HandOff(HandoffReason.REQUESTED, "support"), "h", "t1")
        await two.do(ANNA, Take(), "t", "t1")
        (claim,) = await outbox_of(one).claim("telegram", "one", 10)
        assert [entry.seq for entry in claim.entries] == [2, 3]
        assert claim.contact.external_id == "tg-t1"
