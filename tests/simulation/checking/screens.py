"""Rules of what was seen: on screens, and in Telegram."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from hub.realtime.bodies import operator_body, public_body
from storage.model.conversation import Channel
from storage.model.entry import AuthorKind, Delivery, Entry
from tests.clients.log import Log
from tests.simulation.people import Person
from tests.simulation.world import World

HIDDEN = {"note", "snoozed", "snooze_ended", "delivered"}
PROMPT = 4.0  # seconds, in calm


def screens(world: World) -> Iterator[str]:
    """Everybody saw the timeline, each entry once and in order, and nothing that is not theirs to see."""
    for person in world.people:
        contact = person in world.customers
        for log in person.logs:
            yield from _screen(world, person, log, contact, whole=log is person.logs[-1])


def _screen(world: World, person: Person, log: Log, contact: bool, whole: bool) -> Iterator[str]:
    shown: defaultdict[str, list[Any]] = defaultdict(list)
    for each in log.shown:
        shown[each.conversation_id].append(each)
        if contact and (each.kind in HIDDEN or each.text.startswith("note:")):
            yield f"notes are hidden: {person.name} saw {each.text or each.kind}"
    opened = person.client.screens if whole else ()
    for conversation_id in dict.fromkeys((*shown, *opened)):
        entries = world.twin.entries.timeline(conversation_id)
        expected = _expected(entries, person.name, contact)
        parts: list[list[Any]] = [[] for _ in range(log.openings[conversation_id])]
        for each in shown[conversation_id]:
            line = (each.seq, each.client_id, each.author, each.kind, each.text)
            parts[each.opening - 1].append(line)
        if conversation_id in opened:
            now = parts.pop()
            if now != expected:
                yield f"every screen shows the timeline: {person.name}: {_difference(now, expected)}"
        for part in parts:
            if part != expected[: len(part)]:
                yield f"screens show what is there: {person.name}: {_difference(part, expected)}"


def _expected(entries: Iterable[Entry], viewer: str, contact: bool) -> list[Any]:
    lines = []
    for entry in entries:
        body = public_body(entry.body) if contact else operator_body(entry.body)
        if body is None:
            continue
        own = entry.author.kind is AuthorKind.CONTACT if contact else entry.author.id == viewer
        lines.append(
            (
                entry.public_seq if contact else entry.seq,
                entry.client_id if own else None,
                str(entry.author.kind.value),
                body.kind,
                getattr(body, "text", "") or "",
            )
        )
    return lines


def _difference(seen: list[Any], expected: list[Any]) -> str:
    for index, (one, other) in enumerate(zip(seen, expected, strict=False)):
        if one != other:
            return f"at {index} it shows {one}, which should be {other}"
    return f"it shows {len(seen)} of {len(expected)}; the last is {seen[-1:]}"


def promptness(world: World) -> Iterator[str]:
    """In calm, words are on every screen at once: nobody has to wait for a digest."""
    for conversation_id, text in world.probes.items():
        entries = world.twin.entries.timeline(conversation_id)
        at = next((world.stored[e.id] for e in entries if getattr(e.body, "text", "") == text), None)
        if at is None:
            continue  # another rule says whether it should be there
        for person in world.people:
            if conversation_id in person.client.screens:
                shown = [each.at - at for each in person.client.log.shown if each.text == text]
                if not shown or shown[0] > PROMPT:
                    yield f"news travel by themselves: {person.name} saw {text!r} after {shown} s"


def telegram(world: World) -> Iterator[str]:
    """What was confirmed is there; what was owed has arrived, in order."""
    telegram = world.telegram
    if world.carrier is None:
        return
    yield from (f"the carrier: {problem}" for problem in world.carrier.problems)
    if telegram.pending:
        yield f"updates are taken: {len(telegram.pending)} still wait"
    for chat, conversation_id in world.chats.items():
        entries = world.twin.entries.timeline(conversation_id)
        there = [entry.client_id for entry in entries if entry.author.kind is AuthorKind.CONTACT]
        for client_id in telegram.written[chat]:
            buried = (Channel.TELEGRAM, client_id) in world.twin.outbox.dead_letters
            if buried and not world.climate.unstorable:
                yield f"only what cannot be stored is buried: {client_id}"
            if client_id in telegram.confirmed and there.count(client_id) != (0 if buried else 1):
                yield f"confirmed is durable: {client_id} is {there.count(client_id)} times there"
        written = [client_id for client_id in telegram.written[chat] if client_id in there]
        if there != written:
            yield f"in the sender's order: {chat} wrote {written}, there is {there}"
        owed = [entry.seq for entry in entries if entry.delivery is not None]
        received = [seq for seq, _ in telegram.received[chat]]
        if sorted(set(received)) != owed:
            yield f"everything is delivered: {chat} was owed {owed} and received {received}"
        firsts = list(dict.fromkeys(received))
        if firsts != sorted(firsts):
            yield f"delivered in order: {chat} received {received}"
        if any(kind in HIDDEN for _, kind in telegram.received[chat]):
            yield f"notes are hidden: {chat} received {telegram.received[chat]}"
        left = [entry.seq for entry in entries if entry.delivery not in (None, Delivery.SETTLED)]
        if left:
            yield f"deliveries are settled: {chat} is still owed {left}"
