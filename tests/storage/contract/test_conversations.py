"""The contract of ``ConversationStore``, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import Unstorable
from storage.model.conversation import (
    Channel,
    Conversation,
    Duty,
    DutyKind,
    Handoff,
    Queued,
    ResolvedAt,
    SnoozedUntil,
    WithBot,
    WithOperator,
)
from storage.model.entry import HandoffReason
from storage.ports import Counts, Storage, View
from tests.storage.making import NOON, conversation, later, queued

OLGA = WithOperator("olga", "Olga", "support", NOON)
PETR = WithOperator("petr", "Petr", "sales", NOON)


async def page(
    storage: Storage,
    view: View,
    *,
    teams: list[str] | None = None,
    before: Conversation | None = None,
    limit: int = 50,
) -> list[str]:
    """Ids of a page of Olga's, behind a row she has."""
    last = None
    if before is not None:
        at = before.responder.rank_at if isinstance(before.responder, Queued) else before.updated_at
        assert at is not None
        last = (at, before.id)
    rows = await storage.conversations.page(view, operator_id="olga", teams=teams, before=last, limit=limit)
    return [row.id for row in rows]


async def test_a_snapshot_is_read_back_equal(storage: Storage) -> None:
    written = conversation(
        responder=Queued("support", NOON, 3),
        status=SnoozedUntil(later(60)),
        handoff=Handoff(HandoffReason.REQUESTED, "support", NOON),
        duties=(Duty(DutyKind.BOT_ANSWER, 1, later(8)),),
    )
    await storage.conversations.save_many([written])
    assert await storage.conversations.get("c1") == written
    assert await storage.conversations.get("c2") is None


async def test_an_older_snapshot_never_replaces_a_newer_one(storage: Storage) -> None:
    old, new = conversation(seq=3), conversation(seq=5, responder=OLGA)
    await storage.conversations.save_many([new])
    await storage.conversations.save_many([old, conversation("c2")])
    await storage.conversations.save_many([replace(new, language="de")])
    assert await storage.conversations.get("c1") == new
    assert await storage.conversations.get("c2") == conversation("c2")
    await storage.conversations.save_many([conversation(seq=6)])
    assert await storage.conversations.get("c1") == conversation(seq=6)


async def test_of_many_first_snapshots_at_once_the_newest_stays(storage: Storage) -> None:
    await asyncio.gather(
        *(storage.conversations.save_many([conversation(seq=seq)]) for seq in (3, 9, 1, 7, 5, 2, 8, 6, 4))
    )
    stored = await storage.conversations.get("c1")
    assert stored is not None
    assert stored.seq == 9


async def test_nothing_to_save(storage: Storage) -> None:
    await storage.conversations.save_many([])


async def test_what_cannot_be_stored(storage: Storage) -> None:
    with pytest.raises(Unstorable):
        await storage.conversations.save_many([conversation(language="\ud800")])


async def test_a_listing_follows_the_responder(storage: Storage) -> None:
    await storage.conversations.save_many([queued("c1", 0)])
    assert await page(storage, View.QUEUE) == ["c1"]
    await storage.conversations.save_many([conversation("c1", 2, responder=OLGA)])
    assert await page(storage, View.QUEUE) == []
    assert await page(storage, View.MINE) == ["c1"]
    await storage.conversations.save_many([conversation("c1", 3, responder=WithBot())])
    assert await page(storage, View.MINE) == []
    assert await page(storage, View.BOT) == ["c1"]
    resolved = conversation("c1", 4, responder=OLGA, status=ResolvedAt(NOON))
    await storage.conversations.save_many([resolved])
    assert await page(storage, View.BOT) == []
    assert await page(storage, View.MINE) == []
    assert await page(storage, View.ALL) == []
    assert await page(storage, View.RESOLVED) == ["c1"]


async def lists(storage: Storage) -> dict[str, Conversation]:
    """Something for each list."""
    rows = [
        conversation("bot1", updated=1),
        conversation("bot2", updated=2, handoff=Handoff(HandoffReason.TOPIC, "sales", NOON)),
        conversation("mine1", updated=3, responder=OLGA),
        conversation("mine2", updated=4, responder=OLGA, status=SnoozedUntil(later(99))),
        conversation("his", updated=5, responder=PETR),
        queued("q-low", since=100, team="support"),
        queued("q-high", since=160, team="sales", priority=5),
        queued("q-old", since=50, team="support"),
        conversation("done1", updated=6, responder=OLGA, status=ResolvedAt(NOON)),
        conversation(
            "done2",
            updated=7,
            status=ResolvedAt(NOON),
            handoff=Handoff(HandoffReason.REQUESTED, "sales", NOON),
        ),
    ]
    await storage.conversations.save_many(rows)
    return {row.id: row for row in rows}


async def test_the_lists(storage: Storage) -> None:
    await lists(storage)
    assert await page(storage, View.MINE) == ["mine2", "mine1"]
    assert await page(storage, View.MINE, teams=["sales"]) == ["mine2", "mine1"], "one's own is one's own"
    assert await page(storage, View.BOT) == ["bot2", "bot1"]
    assert await page(storage, View.RESOLVED) == ["done2", "done1"]
    assert await page(storage, View.ALL) == [
        *("his", "mine2", "mine1", "bot2", "q-old", "q-low", "q-high", "bot1"),
    ]
    assert await page(storage, View.QUEUE) == ["q-high", "q-old", "q-low"]


async def test_the_lists_of_teams(storage: Storage) -> None:
    await lists(storage)
    assert await page(storage, View.QUEUE, teams=["support"]) == ["q-old", "q-low"]
    assert await page(storage, View.QUEUE, teams=["support", "sales"]) == ["q-high", "q-old", "q-low"]
    assert await page(storage, View.QUEUE, teams=[]) == []
    assert await page(storage, View.ALL, teams=["sales"]) == ["his", "bot2", "q-high"]
    assert await page(storage, View.RESOLVED, teams=["support"]) == ["done1"]
    assert await page(storage, View.RESOLVED, teams=["billing"]) == []


@pytest.mark.parametrize("view", list(View))
async def test_pages_of_a_list_are_the_list(storage: Storage, view: View) -> None:
    rows = await lists(storage)
    same_time = [replace(row, id=f"{row.id}-twin") for row in rows.values()]
    await storage.conversations.save_many(same_time)
    whole = await page(storage, view)
    assert len(whole) > 2
    known = rows | {row.id: row for row in same_time}
    pieces: list[str] = []
    last: Conversation | None = None
    while True:
        rows_got = await storage.conversations.page(
            view,
            operator_id="olga",
            teams=None,
            before=None if last is None else (_sort_value(view, last), last.id),
            limit=1,
        )
        if not rows_got:
            break
        pieces += [row.id for row in rows_got]
        last = known[rows_got[-1].id]
    assert pieces == whole


def _sort_value(view: View, row: Conversation):  # type: ignore[no-untyped-def]
    if view is View.QUEUE:
        assert isinstance(row.responder, Queued)
        return row.responder.rank_at
    return row.updated_at


async def test_counts(storage: Storage) -> None:
    await lists(storage)
    assert await storage.conversations.counts(None, 100) == Counts(3, 8)
    assert await storage.conversations.counts(["sales"], 100) == Counts(1, 3)
    assert await storage.conversations.counts(["sales", "support"], 100) == Counts(3, 7)
    assert await storage.conversations.counts([], 100) == Counts(0, 0)


async def test_counts_go_no_further_than_they_are_asked(storage: Storage) -> None:
    await lists(storage)
    assert await storage.conversations.counts(None, 3) == Counts(3, 3)
    assert await storage.conversations.counts(["support"], 1) == Counts(1, 1)


async def test_what_operators_have_in_hand(storage: Storage) -> None:
    await lists(storage)
    assert await storage.conversations.in_hand() == {"olga": 2, "petr": 1}


async def test_the_queue(storage: Storage) -> None:
    await lists(storage)
    line = [("q-high", "sales"), ("q-old", "support"), ("q-low", "support")]
    assert list(await storage.conversations.in_line(9)) == line
    assert list(await storage.conversations.in_line(2)) == line[:2]


async def test_the_head_of_the_queue_is_leased_to_one(storage: Storage) -> None:
    await lists(storage)
    lease = storage.conversations.lease_next
    both = ["support", "sales"]
    taken = await asyncio.gather(*(lease(both, NOON, later(5)) for _ in range(5)))
    assert sorted(row.id for row in taken if row is not None) == ["q-high", "q-low", "q-old"]
    assert await lease(both, later(4), later(9)) is None
    again = await lease(both, later(5), later(10))
    assert again is not None
    assert again.id == "q-high"


async def test_only_ones_own_teams_are_leased(storage: Storage) -> None:
    await lists(storage)
    taken = await storage.conversations.lease_next(["support"], NOON, later(5))
    assert taken is not None
    assert taken.id == "q-old"
    assert await storage.conversations.lease_next(["billing"], NOON, later(5)) is None


async def test_a_snapshot_does_not_undo_a_lease(storage: Storage) -> None:
    await storage.conversations.save_many([queued("c1", 0)])
    assert await storage.conversations.lease_next(["support"], NOON, later(5)) is not None
    await storage.conversations.save_many([replace(queued("c1", 0), seq=2)])
    assert await storage.conversations.lease_next(["support"], later(1), later(6)) is None


async def test_what_is_due(storage: Storage) -> None:
    def owing(conversation_id: str, *due: float) -> Conversation:
        duties = tuple(Duty(DutyKind.BOT_ANSWER, 1, later(at)) for at in due)
        return conversation(conversation_id, duties=duties)

    await storage.conversations.save_many([owing("b", 20, 10), owing("a", 15), owing("c", 30), owing("d")])
    assert [row.id for row in await storage.conversations.due(later(20), 10)] == ["b", "a"]
    assert [row.id for row in await storage.conversations.due(later(20), 1)] == ["b"]
    await storage.conversations.save_many([conversation("b", 2)])
    assert [row.id for row in await storage.conversations.due(later(20), 10)] == ["a"]


async def test_versions(storage: Storage) -> None:
    await storage.conversations.save_many([replace(conversation("a", 5), public_seq=3), conversation("b", 1)])
    assert await storage.conversations.versions(["a", "b", "c"]) == {"a": (5, 3), "b": (1, 1)}
    assert await storage.conversations.versions([]) == {}


async def test_of_contact(storage: Storage) -> None:
    await storage.conversations.save_many(
        [
            conversation("a", updated=1),
            conversation("b", updated=2),
            conversation("c", contact_id="other"),
        ]
    )
    assert [row.id for row in await storage.conversations.of_contact("jana", 10)] == ["b", "a"]
    assert [row.id for row in await storage.conversations.of_contact("jana", 1)] == ["b"]


async def test_a_conversation_in_which_nothing_was_said_is_in_no_list(storage: Storage) -> None:
    blank = Conversation("c1", "inbox", "contact", Channel.WEBCHAT)
    await storage.conversations.save_many([blank])
    assert await storage.conversations.get("c1") == blank
    for view in View:
        assert not await storage.conversations.page(view, operator_id="o", teams=None, before=None, limit=10)
    assert await storage.conversations.counts(None, 9) == Counts(0, 0)
    begun = replace(blank, seq=1, public_seq=1, episode=1, updated_at=NOON)
    await storage.conversations.save_many([begun])
    assert (await storage.conversations.counts(None, 9)).open == 1
