"""The contract of ``OutboxStore``, over memory, Motor and PyMongo."""

import asyncio

from storage.model.entry import Delivery
from storage.ports import Storage
from tests.storage.making import delivery_of, entry, later


async def owe(storage: Storage, *owed: tuple[str, int, float]) -> None:
    """Entries (conversation, seq, recorded at) that Telegram is to get."""
    batch = [
        entry(conversation_id, seq, recorded_at=later(at), delivery=Delivery.OWED, inbox_id="tg")
        for conversation_id, seq, at in owed
    ]
    await storage.entries.insert_batch([storage.entries.encode(each) for each in batch])


async def test_conversations_owed_longest_waiting_first(storage: Storage) -> None:
    await owe(storage, ("b", 1, 20), ("b", 2, 21), ("a", 1, 30), ("c", 1, 10))
    plain = entry("d", delivery=None, inbox_id="tg")
    elsewhere = entry("e", delivery=Delivery.OWED, inbox_id="other")
    await storage.entries.insert_batch([storage.entries.encode(each) for each in (plain, elsewhere)])
    assert list(await storage.outbox.conversations_owed("tg", later(60), 10)) == ["c", "b", "a"]
    assert list(await storage.outbox.conversations_owed("tg", later(60), 2)) == ["c", "b"]


async def test_a_claim_keeps_others_off_until_it_ends(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    first = await storage.outbox.claim("a", "one", later(0), later(30))
    assert first is not None
    assert await storage.outbox.claim("a", "two", later(29), later(60)) is None
    assert list(await storage.outbox.conversations_owed("tg", later(29), 10)) == []
    assert list(await storage.outbox.conversations_owed("tg", later(30), 10)) == ["a"]
    second = await storage.outbox.claim("a", "two", later(30), later(60))
    assert second is not None
    assert second > first


async def test_a_holder_may_claim_again_with_a_greater_fence(storage: Storage) -> None:
    first = await storage.outbox.claim("a", "one", later(0), later(30))
    second = await storage.outbox.claim("a", "one", later(10), later(40))
    assert first is not None
    assert second is not None
    assert second > first


async def test_of_many_claims_at_once_one_wins(storage: Storage) -> None:
    claims = [storage.outbox.claim("a", f"bot{each}", later(0), later(30)) for each in range(12)]
    fences = await asyncio.gather(*claims)
    assert len([fence for fence in fences if fence is not None]) == 1


async def test_a_delivery_from_claim_to_settled(storage: Storage) -> None:
    await owe(storage, ("a", 2, 1), ("a", 1, 0), ("a", 3, 2))
    fence = await storage.outbox.claim("a", "one", later(10), later(30))
    assert fence is not None
    assert [each.seq for each in await storage.outbox.owed("a", 2)] == [1, 2]
    assert await storage.outbox.start("a", 1, fence, later(60)) == 1
    assert await delivery_of(storage, "a", 1) is Delivery.STARTED
    assert [(each.seq, each.delivery) for each in await storage.outbox.owed("a", 1)] == [
        (1, Delivery.STARTED)
    ]
    assert await storage.outbox.settle("a", 1, fence, 1)
    assert await storage.outbox.settle("a", 1, fence, 1), "idempotent"
    assert await delivery_of(storage, "a", 1) is Delivery.SETTLED
    assert [each.seq for each in await storage.outbox.owed("a", 10)] == [2, 3]
    assert await storage.outbox.start("a", 1, fence, later(60)) is None, "it is settled"


async def test_settled_without_a_start(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    await owe(storage, ("a", 2, 1))
    assert await storage.outbox.settle("a", 1, fence, 1)
    assert await storage.outbox.settle("a", 2, fence, 1), "also what came after the claim"
    assert list(await storage.outbox.conversations_owed("tg", later(60), 10)) == []


async def test_a_second_attempt_has_the_next_number(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    first = await storage.outbox.claim("a", "one", later(0), later(30))
    assert first is not None
    assert await storage.outbox.start("a", 1, first, later(30)) == 1
    second = await storage.outbox.claim("a", "two", later(31), later(60))
    assert second is not None
    assert await storage.outbox.start("a", 1, second, later(60)) == 2
    assert await storage.outbox.start("a", 1, second, later(60)) == 3


async def test_an_attempt_keeps_others_off_until_it_is_over(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    assert await storage.outbox.start("a", 1, fence, later(55)) == 1
    assert list(await storage.outbox.conversations_owed("tg", later(54), 10)) == []
    assert await storage.outbox.claim("a", "two", later(54), later(99)) is None
    assert list(await storage.outbox.conversations_owed("tg", later(55), 10)) == ["a"]


async def test_an_attempt_never_shortens_the_lease(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    assert await storage.outbox.start("a", 1, fence, later(20)) == 1
    assert await storage.outbox.claim("a", "two", later(29), later(60)) is None


async def test_a_lease_that_ended_holds_again_with_an_attempt_if_nobody_claimed(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    assert await storage.outbox.start("a", 1, fence, later(100)) == 1
    assert await storage.outbox.claim("a", "two", later(99), later(130)) is None


async def test_what_a_gone_holder_has_not_started_is_free_at_once(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0), ("b", 1, 0), ("c", 1, 0), ("c", 2, 1))
    fences = {each: await storage.outbox.claim(each, "one", later(0), later(30)) for each in "ac"}
    await storage.outbox.claim("b", "other", later(0), later(30))
    assert fences["c"] is not None
    assert await storage.outbox.start("c", 1, fences["c"], later(30)) == 1
    assert await storage.outbox.settle("c", 1, fences["c"], 1)
    await storage.outbox.abandon("one")
    await storage.outbox.abandon("nobody")
    assert list(await storage.outbox.conversations_owed("tg", later(1), 10)) == ["a", "c"]
    assert await storage.outbox.claim("a", "two", later(1), later(31)) is not None
    assert await storage.outbox.start("a", 1, fences["a"] or 0, later(30)) is None


async def test_what_a_gone_holder_may_still_be_sending_has_its_time(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    fence = await storage.outbox.claim("a", "one", later(0), later(90))
    assert fence is not None
    assert await storage.outbox.start("a", 1, fence, later(25)) == 1
    await storage.outbox.abandon("one")
    assert list(await storage.outbox.conversations_owed("tg", later(24), 10)) == []
    assert await storage.outbox.claim("a", "two", later(24), later(60)) is None
    assert list(await storage.outbox.conversations_owed("tg", later(25), 10)) == ["a"]
    assert await storage.outbox.settle("a", 1, fence, 1), (
        "it was not dead: its outcome counts while nobody has claimed"
    )


async def test_a_gone_holder_that_is_alive_goes_on_until_another_claims(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    await storage.outbox.abandon("one")
    assert await storage.outbox.start("a", 1, fence, later(31)) == 1
    assert await storage.outbox.claim("a", "two", later(30), later(60)) is None


async def test_an_attempt_that_sent_nothing_is_as_if_it_had_never_been(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0), ("a", 2, 1))
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    assert await storage.outbox.start("a", 1, fence, later(30)) == 1
    await storage.outbox.postpone("a", fence, later(10), 1)
    assert await delivery_of(storage, "a", 1) is Delivery.OWED
    assert list(await storage.outbox.conversations_owed("tg", later(9), 10)) == []
    second = await storage.outbox.claim("a", "two", later(10), later(40))
    assert second is not None
    assert await storage.outbox.start("a", 1, second, later(40)) == 2, "each attempt has a number of its own"
    await storage.outbox.postpone("a", fence, later(60), 1)
    assert await delivery_of(storage, "a", 1) is Delivery.STARTED, "only who holds the lease may say so"
    assert await storage.outbox.settle("a", 1, second, 1)
    await storage.outbox.postpone("a", second, later(60), 1)
    assert await delivery_of(storage, "a", 1) is Delivery.SETTLED
    await storage.outbox.postpone("a", second, later(60), 99)


async def test_who_lost_the_lease_can_do_nothing(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    lost = await storage.outbox.claim("a", "one", later(0), later(30))
    held = await storage.outbox.claim("a", "two", later(31), later(60))
    assert lost is not None
    assert held is not None
    await owe(storage, ("a", 2, 1))
    for seq in (1, 2):
        assert await storage.outbox.start("a", seq, lost, later(60)) is None
        assert not await storage.outbox.settle("a", seq, lost, 1)
    await storage.outbox.postpone("a", lost, later(999))
    await storage.outbox.release("a", lost)
    assert await storage.outbox.claim("a", "three", later(40), later(70)) is None, "two still holds it"
    assert await storage.outbox.start("a", 1, held, later(60)) == 1


async def test_release_gives_it_to_the_next_at_once(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    await storage.outbox.release("a", fence)
    assert await storage.outbox.start("a", 1, fence, later(60)) is None
    assert list(await storage.outbox.conversations_owed("tg", later(1), 10)) == ["a"]
    assert await storage.outbox.claim("a", "two", later(1), later(30)) is not None


async def test_postponed_is_off_for_everybody(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    await storage.outbox.postpone("a", fence, later(100))
    await storage.outbox.release("a", fence)
    assert list(await storage.outbox.conversations_owed("tg", later(99), 10)) == []
    assert await storage.outbox.claim("a", "one", later(99), later(130)) is None
    assert list(await storage.outbox.conversations_owed("tg", later(100), 10)) == ["a"]
    assert await storage.outbox.claim("a", "two", later(100), later(130)) is not None


async def test_nothing_is_owed_of_what_has_no_delivery(storage: Storage) -> None:
    await storage.entries.insert_batch([storage.entries.encode(entry("a"))])
    fence = await storage.outbox.claim("a", "one", later(0), later(30))
    assert fence is not None
    assert await storage.outbox.start("a", 1, fence, later(60)) is None
    assert not await storage.outbox.settle("a", 1, fence, 1)
    assert await delivery_of(storage, "a", 1) is None
    assert await delivery_of(storage, "a", 9) is None


async def test_no_lease_no_start(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    assert await storage.outbox.start("a", 1, 1, later(60)) is None
    assert not await storage.outbox.settle("a", 1, 1, 1)


async def test_a_dead_letter_is_kept_whatever_is_in_it(storage: Storage) -> None:
    hostile = {"text": "half \ud800", "$where": 2**70, "a.b": {"\0": [1, {"deep": "\udfff"}]}}
    await storage.outbox.put_dead_letter("telegram", "telegram:7", "too large", hostile)
    await storage.outbox.put_dead_letter("telegram", "telegram:7", "again", {})


async def test_who_made_the_last_attempt_may_tell_its_outcome_late(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0), ("a", 2, 1))
    slow = await storage.outbox.claim("a", "one", later(0), later(30))
    assert slow is not None
    assert await storage.outbox.start("a", 1, slow, later(30)) == 1
    held = await storage.outbox.claim("a", "two", later(31), later(60))
    assert held is not None
    assert await storage.outbox.settle("a", 1, slow, 1)
    assert await storage.outbox.start("a", 1, held, later(60)) is None, "it has been sent"
    assert [each.seq for each in await storage.outbox.owed("a", 10)] == [2]
    assert await storage.outbox.start("a", 2, held, later(60)) == 1, "and the other goes on"


async def test_outcome_of_an_attempt_is_moot_when_another_has_begun(storage: Storage) -> None:
    await owe(storage, ("a", 1, 0))
    slow = await storage.outbox.claim("a", "one", later(0), later(30))
    assert slow is not None
    assert await storage.outbox.start("a", 1, slow, later(30)) == 1
    held = await storage.outbox.claim("a", "two", later(31), later(60))
    assert held is not None
    assert await storage.outbox.start("a", 1, held, later(60)) == 2
    assert not await storage.outbox.settle("a", 1, slow, 1)
    assert await delivery_of(storage, "a", 1) is Delivery.STARTED
