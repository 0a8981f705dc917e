"""Judges what reached Telegram: nothing lost, in order, and a duplicate only where it is flagged. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.faults.evidence import Evidence, Stored

if TYPE_CHECKING:
    from tests.faults.checker import Verdict


def judge_outgoing(evidence: Evidence, verdict: "Verdict") -> None:
    """Each chat against its timeline."""
    for chat_id, conversation_id in evidence.telegram.chats.items():
        timeline = evidence.timelines.get(conversation_id, ())
        sent = evidence.telegram.sent.get(chat_id, ())
        _chat(f"chat {chat_id}", timeline, sent, verdict)


def _chat(name: str, timeline: Sequence[Stored], sent: Sequence[str], verdict: "Verdict") -> None:
    flagged = {entry.target for entry in timeline if entry.outcome == "ambiguous"}
    settled = {entry.target for entry in timeline if entry.outcome is not None}
    for entry in timeline:
        if entry.outcome == "failed":
            verdict.against("lost", f"{name}: a delivery was given up", entry)
    owed = [entry for entry in timeline if entry.owed]
    expected = [(entry, text) for entry in owed for text in entry.shown_as]
    verdict.counts["telegram owed"] += len(expected)
    verdict.counts["telegram sent"] += len(sent)
    for entry in owed:
        if entry.undelivered or (entry.shown_as and entry.seq not in settled):
            verdict.against("stuck", f"{name}: never delivered", entry)
    _compare(name, expected, sent, flagged, verdict)


def _compare(
    name: str,
    expected: Sequence[tuple[Stored, str]],
    sent: Sequence[str],
    flagged: set[int | None],
    verdict: "Verdict",
) -> None:
    """Walk along both. One that is sent again comes right behind itself: nothing of its chat goes out in between."""
    place = 0
    for text in sent:
        if place < len(expected) and expected[place][1] == text:
            place += 1
            continue
        twin = _just_before(expected, place, text)
        if twin is not None:
            doubtful = twin.seq in flagged
            verdict.counts["telegram duplicates, flagged"] += doubtful
            if not doubtful:
                verdict.against("duplicated", f"{name}: sent twice and not flagged: {text!r}", twin)
            continue
        ahead = next((at for at in range(place, len(expected)) if expected[at][1] == text), None)
        if ahead is None:
            verdict.against("reordered", f"{name}: {text!r} came out of place", *expected[place : place + 1])
            continue
        _skipped(name, expected[place:ahead], flagged, verdict)
        place = ahead + 1
    _skipped(name, expected[place:], flagged, verdict)


def _just_before(expected: Sequence[tuple[Stored, str]], place: int, text: str) -> Stored | None:
    """The entry before ``place`` that this may be a second copy of; of equal neighbours, a flagged one is as good."""
    found: Stored | None = None
    for entry, shown in reversed(expected[:place]):
        if shown != text:
            # A message of several parts is sent again from the part that is in doubt.
            break
        found = found or entry
    return found


def _skipped(
    name: str, missing: Sequence[tuple[Stored, str]], flagged: set[int | None], verdict: "Verdict"
) -> None:
    for entry, text in missing:
        if entry.seq in flagged:
            # It was tried twice without an answer each time: people are told that it may not have arrived.
            verdict.counts["telegram not arrived, flagged"] += 1
        else:
            verdict.against("lost", f"{name}: never reached the chat: {text!r}", entry)
