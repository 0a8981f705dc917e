"""Where conversations are listed, and what entries belong to the outbox."""

from storage.derived import listing_of, target_of, undelivered
from storage.model.conversation import Handoff, ResolvedAt, SnoozedUntil, WithOperator
from storage.model.entry import Delivered, Delivery, DeliveryOutcome, HandoffReason
from tests.storage.making import NOON, conversation, entry, later, queued

OLGA = WithOperator("olga", "Olga", "sales", NOON)


def test_queued() -> None:
    listing = listing_of(queued("c1", since=120, team="sales", priority=2))
    assert listing.queued
    assert not listing.with_bot
    assert (listing.team, listing.operator_id, listing.rank_at) == ("sales", None, NOON)


def test_with_an_operator() -> None:
    for status in (None, SnoozedUntil(later(9))):
        listing = listing_of(conversation(responder=OLGA, status=status))
        assert (listing.team, listing.operator_id, listing.rank_at) == ("sales", "olga", None)
        assert not listing.queued
        assert not listing.resolved


def test_with_the_bot_the_team_is_the_one_it_had_come_to() -> None:
    assert listing_of(conversation()).team is None
    handed_back = conversation(handoff=Handoff(HandoffReason.TOPIC, "billing", NOON))
    assert listing_of(handed_back).team == "billing"
    assert listing_of(handed_back).with_bot


def test_resolved_is_with_no_one() -> None:
    for row in (queued("c1", 0), conversation(responder=OLGA), conversation()):
        listing = listing_of(
            conversation(responder=row.responder, status=ResolvedAt(NOON)),
        )
        assert listing.resolved
        assert not listing.queued
        assert not listing.with_bot
        assert (listing.operator_id, listing.rank_at) == (None, None)


def test_targets() -> None:
    assert target_of(entry()) is None
    assert target_of(entry(seq=5, body=Delivered(2, 1, DeliveryOutcome.SENT))) == 2


def test_undelivered() -> None:
    assert [undelivered(entry(delivery=each)) for each in (None, *Delivery)] == [False, True, True, False]
