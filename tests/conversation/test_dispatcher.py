"""From command to durable entry, whatever becomes of the batches."""

import asyncio
from uuid import uuid4

import pytest

from hub.conversation import dispatcher as module
from hub.conversation.commands import AddNote, HandOff, SendMessage, Take
from hub.conversation.mailbox import MOST_WAITING, Mailboxes
from hub.errors import Refusal
from storage.errors import StorageUnavailable, Unstorable
from storage.journal import Limits
from storage.memory import MemoryStorage
from storage.memory.faults import BatchFault, Fate
from storage.model.entry import Entry, HandoffReason, Message, Note
from storage.mongo import open_storage
from tests.conversation.bench import ANNA, JANA, PETR, Bench, Clock, begin, blank, hub, memory, renamed

HELLO = SendMessage("Hello")
QUICK = Limits(first_pause=0.001, longest_pause=0.002, patience=0.2)
AND_NO_ANSWER = [BatchFault(Fate.UNKNOWN_LOST)] * 1_000


def texts(entries: list[Entry]) -> list[str]:
    return [entry.body.text for entry in entries if isinstance(entry.body, Message | Note)]


async def test_an_accepted_command_is_durable_and_heard_of_once(bench: Bench) -> None:
    accepted = await bench.do(JANA, HELLO, "a")
    assert accepted.entry.seq == 1
    assert not accepted.repeated
    assert accepted.conversation is not None
    assert await bench.timeline() == [accepted.entry] == bench.heard


async def test_a_repeat_gets_the_first_answer(bench: Bench) -> None:
    first = await bench.do(JANA, HELLO, "a")
    await bench.do(JANA, SendMessage("More"), "b")
    again = await bench.do(renamed(JANA, "Jana, meanwhile renamed"), HELLO, "a")
    assert again.repeated
    assert again.entry == first.entry
    assert texts(await bench.timeline()) == ["Hello", "More"] == texts(bench.heard)


async def test_a_repeat_with_another_body_is_a_conflict(bench: Bench) -> None:
    await bench.do(JANA, HELLO, "a")
    with pytest.raises(Refusal) as refused:
        await bench.do(JANA, SendMessage("Goodbye"), "a")
    assert refused.value.code == "conflict"
    assert texts(await bench.timeline()) == ["Hello"]


async def test_client_ids_are_each_authors_own(bench: Bench) -> None:
    await bench.do(JANA, HELLO, "a")
    await bench.do(ANNA, AddNote("note"), "a")
    await bench.do(PETR, AddNote("note"), "a")
    assert len(await bench.timeline()) == 3


async def test_a_repeat_that_no_longer_fits_gets_the_first_answer(bench: Bench) -> None:
    await bench.do(JANA, HELLO, "a")
    taken = await bench.do(ANNA, Take(), "t")
    again = await bench.do(ANNA, Take(), "t")
    assert again.repeated
    assert again.entry == taken.entry


async def test_an_unknown_conversation(bench: Bench) -> None:
    with pytest.raises(Refusal) as refused:
        await bench.do(JANA, HELLO, "a", "nowhere")
    assert refused.value.code == "not_found"


async def test_a_partial_batch_harms_only_whom_it_hits() -> None:
    storage = await memory(blank("c1"), blank("c2"))
    gate = storage.faults.gate = asyncio.Event()
    async with hub(storage, Clock(), QUICK) as bench:
        storage.faults.plan(BatchFault(Fate.REFUSED, lambda entry: entry.conversation_id == "c1"))
        first = asyncio.create_task(bench.do(JANA, HELLO, "a", "c1"))
        other = asyncio.create_task(bench.do(JANA, HELLO, "a", "c2"))
        while bench.journal.waiting + (2 if bench.journal._writing.locked() else 0) < 2:
            await asyncio.sleep(0)
        gate.set()
        with pytest.raises(Unstorable):
            await first
        assert (await other).entry.seq == 1
        assert (await bench.do(JANA, SendMessage("After"), "b", "c1")).entry.seq == 1
        assert texts(await bench.timeline("c1")) == ["After"]


@pytest.mark.parametrize("fate", [Fate.UNKNOWN_APPLIED, Fate.UNKNOWN_LOST])
async def test_an_unknown_outcome_is_offered_again_until_it_is_known(fate: Fate) -> None:
    storage = await memory()
    async with hub(storage, Clock(), QUICK) as bench:
        storage.faults.plan(BatchFault(fate), BatchFault(Fate.UNKNOWN_LOST))
        accepted = await bench.do(JANA, HELLO, "a")
        assert accepted.entry.seq == 1
        assert not accepted.repeated
        assert (await bench.do(JANA, SendMessage("More"), "b")).entry.seq == 2
        assert texts(await bench.timeline()) == ["Hello", "More"] == texts(bench.heard)


async def test_what_was_applied_after_patience_ended_is_found_by_the_retry() -> None:
    storage = await memory()
    async with hub(storage, Clock(), QUICK) as bench:
        storage.faults.plan(BatchFault(Fate.UNKNOWN_LATE), *AND_NO_ANSWER)
        with pytest.raises(StorageUnavailable):
            await bench.do(JANA, HELLO, "a")
        storage.faults.plans.clear()
        storage.faults.apply_late()
        again = await bench.do(JANA, HELLO, "a")
        assert again.repeated
        assert texts(await bench.timeline()) == ["Hello"]
        assert (await bench.do(JANA, SendMessage("More"), "b")).entry.seq == 2


async def test_after_an_unknown_outcome_the_next_command_reads_the_timeline_first() -> None:
    storage = await memory()
    async with hub(storage, Clock(), QUICK) as bench:
        storage.faults.plan(BatchFault(Fate.UNKNOWN_APPLIED), *AND_NO_ANSWER)
        with pytest.raises(StorageUnavailable):
            await bench.do(JANA, HELLO, "a")
        storage.faults.plans.clear()
        assert (await bench.do(JANA, SendMessage("More"), "b")).entry.seq == 2
        assert texts(await bench.timeline()) == ["Hello", "More"]


async def test_losing_a_place_to_another_hub_means_deciding_again(storage: MemoryStorage) -> None:
    clock = Clock()
    async with hub(storage, clock) as one, hub(storage, clock) as two:
        await one.do(JANA, HELLO, "a")
        await two.do(JANA, SendMessage("From elsewhere"), "b")
        accepted = await one.do(JANA, SendMessage("More"), "c")
        assert accepted.entry.seq == 3
        assert texts(await one.timeline()) == ["Hello", "From elsewhere", "More"]


async def test_a_rejection_from_a_stale_cache_is_decided_again(storage: MemoryStorage) -> None:
    clock = Clock()
    async with hub(storage, clock) as one, hub(storage, clock) as two:
        await one.do(JANA, HELLO, "a")
        with pytest.raises(Refusal) as refused:
            await one.do(ANNA, SendMessage("Not mine yet"), "b")
        assert refused.value.code == "invalid_state"
        await two.do(ANNA, Take(), "t")
        assert (await one.do(ANNA, SendMessage("Mine now"), "c")).entry.seq == 3


async def test_a_rejection_by_what_another_hub_knew_is_final(storage: MemoryStorage) -> None:
    clock = Clock()
    async with hub(storage, clock) as one, hub(storage, clock) as two:
        await one.do(JANA, HELLO, "a")
        await two.do(PETR, Take(), "t")
        with pytest.raises(Refusal) as refused:
            await one.do(ANNA, Take(), "t")
        assert refused.value.code == "invalid_state"
        assert "Petr" in refused.value.message


async def test_the_same_command_at_two_hubs_is_one_entry(storage: MemoryStorage) -> None:
    clock = Clock()
    async with hub(storage, clock) as one, hub(storage, clock) as two:
        answers = await asyncio.gather(*(bench.do(JANA, HELLO, "a") for bench in (one, two, one, two)))
        assert len({answer.entry.id for answer in answers}) == 1
        assert sum(not answer.repeated for answer in answers) == 1
        assert len(await one.timeline()) == 1


async def test_an_impatient_caller_does_not_undo_a_write(storage: MemoryStorage) -> None:
    gate = storage.faults.gate = asyncio.Event()
    async with hub(storage, Clock()) as bench:
        caller = asyncio.create_task(bench.do(JANA, HELLO, "a"))
        while not bench.journal._writing.locked():
            await asyncio.sleep(0)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        gate.set()
        assert (await bench.do(JANA, SendMessage("More"), "b")).entry.seq == 2
        assert texts(bench.heard) == ["Hello", "More"]


async def test_commands_of_one_conversation_go_one_at_a_time_in_order(bench: Bench) -> None:
    said = [bench.do(JANA, SendMessage(f"{n}"), f"k{n}") for n in range(50)]
    await asyncio.gather(*said)
    assert texts(await bench.timeline()) == [f"{n}" for n in range(50)]
    assert bench.journal.counters.duplicates == 0


async def test_too_many_waiting_are_told_to_come_back(storage: MemoryStorage) -> None:
    gate = storage.faults.gate = asyncio.Event()
    async with hub(storage, Clock()) as bench:
        said = [
            asyncio.create_task(bench.do(JANA, SendMessage(f"{n}"), f"k{n}")) for n in range(MOST_WAITING + 5)
        ]
        turned_away, _ = await asyncio.wait(said, return_when=asyncio.FIRST_COMPLETED)
        failure = turned_away.pop().exception()
        assert isinstance(failure, Refusal)
        assert failure.code == "unavailable"
        assert failure.retry_after
        gate.set()
        await asyncio.gather(*said, return_exceptions=True)
        assert len(await bench.timeline()) == MOST_WAITING


@pytest.mark.parametrize("text", ["half \ud800", "x" * 300_000])
async def test_what_cannot_be_stored_is_refused_alone(text: str) -> None:
    storage = await memory(blank("c1"), blank("c2"))
    async with hub(storage, Clock()) as bench:
        bad = bench.do(JANA, SendMessage(text), "a", "c1")
        good = bench.do(JANA, HELLO, "a", "c2")
        refused, accepted = await asyncio.gather(bad, good, return_exceptions=True)
        assert isinstance(refused, Unstorable)
        assert not isinstance(accepted, BaseException)
        assert (await bench.do(JANA, HELLO, "b", "c1")).entry.seq == 1


async def test_a_winner_that_never_shows_is_unavailable(
    bench: Bench, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINNER_WITHIN", 0.0)
    await bench.do(JANA, HELLO, "a")

    async def nobody(*_: object) -> None:
        return None

    async def nothing(*_: object) -> list[Entry]:
        return []

    async with hub(storage, Clock()) as stale:
        stale.dispatcher.mailboxes._boxes.clear()
        monkeypatch.setattr(storage.entries, "by_client_id", nobody)
        monkeypatch.setattr(storage.entries, "after", nothing)
        with pytest.raises(StorageUnavailable):
            await stale.do(JANA, SendMessage("Late"), "b")


async def test_who_always_loses_is_told_to_come_back(
    bench: Bench, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(storage, Clock()) as rival:
        tries = 0

        class Outrun:
            async def append(self, entry: Entry) -> object:
                nonlocal tries
                tries += 1
                await rival.do(JANA, SendMessage("first!"), f"rival{tries}")
                return await bench.journal.append(entry)

        monkeypatch.setattr(bench.dispatcher, "_journal", Outrun())
        with pytest.raises(Refusal) as refused:
            await bench.do(JANA, HELLO, "a")
        assert refused.value.code == "unavailable"
        assert tries == module.TRIES


async def test_a_listener_that_stumbles_does_not_undo_what_is_durable(bench: Bench) -> None:
    def stumble(*_: object) -> None:
        raise RuntimeError("on purpose")

    later: list[int] = []
    bench.dispatcher.listen(stumble)
    bench.dispatcher.listen(lambda entry, _: later.append(entry.seq))
    assert (await bench.do(JANA, HELLO, "a")).entry.seq == 1
    assert (await bench.do(JANA, SendMessage("More"), "b")).entry.seq == 2
    assert later == [1, 2]


async def test_idle_mailboxes_are_forgotten_and_busy_ones_kept() -> None:
    boxes = Mailboxes(most=2)
    async with boxes.turn("busy"):
        for name in ("a", "b", "c"):
            async with boxes.turn(name):
                pass
        assert "busy" in boxes._boxes
    async with boxes.turn("d"):
        pass
    assert set(boxes._boxes) == {"c", "d"}


async def test_what_another_hub_stored_makes_an_idle_belief_stale(bench: Bench) -> None:
    await bench.do(JANA, HELLO, "a")
    box = bench.dispatcher.mailboxes._boxes["c1"]
    bench.dispatcher.mailboxes.seen_elsewhere("c1", 1)
    assert box.state is not None
    bench.dispatcher.mailboxes.seen_elsewhere("c1", 2)
    assert box.state is None


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_two_hubs_on_one_database_interleave_without_gaps_or_doubles(
    mongod_uri: str, mongo_database: str, driver: str
) -> None:
    """Each hub with its own connection; every message is sent twice, to either."""
    conversation = f"c-{uuid4()}"
    clock = Clock()
    async with (
        open_storage(mongod_uri, mongo_database, driver) as first,
        open_storage(mongod_uri, mongo_database, driver) as second,
    ):
        await first.prepare()
        await begin(first, blank(conversation))
        async with hub(first, clock) as one, hub(second, clock) as two:
            acknowledged: dict[str, str] = {}

            async def say(bench: Bench, key: str) -> None:
                while True:
                    try:
                        accepted = await bench.do(JANA, SendMessage(key), key, conversation)
                    except Refusal as refusal:
                        if refusal.code != "unavailable":
                            raise
                        continue  # lost eight times in a row: comes back
                    assert acknowledged.setdefault(key, accepted.entry.id) == accepted.entry.id
                    return

            senders = [say(bench, f"{n}") for n in range(30) for bench in (one, two)]
            asked = HandOff(HandoffReason.REQUESTED, "support")
            handing = [bench.do(JANA, asked, "human", conversation) for bench in (one, two)]
            await asyncio.gather(*senders, *handing)
            timeline = await one.timeline(conversation)
            assert [entry.seq for entry in timeline] == list(range(1, 32))
            assert [entry.public_seq for entry in timeline] == list(range(1, 32))
            assert {
                entry.client_id: entry.id for entry in timeline if entry.client_id != "human"
            } == acknowledged
            heard = sorted(entry.seq for bench in (one, two) for entry in bench.heard)
            assert heard == list(range(1, 32)), "each entry is heard of at the one hub that stored it"


async def test_what_the_listeners_may_have_missed_is_in_doubt(storage: MemoryStorage) -> None:
    async with hub(storage, Clock(), Limits(patience=0.2, first_pause=0.01, longest_pause=0.02)) as bench:
        doubted: list[tuple[str, int]] = []
        bench.dispatcher.in_doubt(lambda *doubt: doubted.append(doubt))
        await bench.do(JANA, HELLO, "a")
        assert doubted == []
        await bench.do(JANA, HELLO, "a")  # a retry that finds it there
        assert doubted == [("c1", 1)]
        await bench.do(JANA, SendMessage("More"), "b")
        storage.faults.away = True
        with pytest.raises(StorageUnavailable):
            await bench.do(JANA, SendMessage("Most"), "c")
        assert doubted[1:] == [("c1", 3)]
        storage.faults.away = False
