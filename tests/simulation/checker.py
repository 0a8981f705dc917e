"""The rules, judged in the calm from what the clients saw and what the database holds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from hub.conversation.evolve import evolve
from hub.realtime.bodies import operator_body, public_body
from storage.model.conversation import (
    Channel,
    Conversation,
    DutyKind,
    Queued,
    ResolvedAt,
    WithBot,
    WithOperator,
)
from storage.model.entry import AuthorKind, Delivery, Entry, Message
from tests.clients.log import Log
from tests.simulation.hub import NOON
from tests.simulation.people import Person
from tests.simulation.world import World

HIDDEN = {"note", "snoozed", "snooze_ended", "delivered"}
PROMPT = 4.0  # seconds, in calm
LATE = 5.0  # seconds that a duty may be overdue in calm: two looks and the clocks' difference


def judge(world: World) -> None:
    """Add to ``world.violations``; each begins with the name of its rule."""
    found = [
        *_numbers(world),
        *_one_responder(world),
        *_snapshots(world),
        *_silence(world),
        *_outboxes(world),
        *_messages(world),
        *_screens(world),
        *_promptness(world),
        *_telegram(world),
        *_machinery(world),
    ]
    world.violations += found


def judge_early(world: World) -> None:
    """Some way into the calm, before new words cover what was left undone."""
    world.violations = [*_snapshots(world), *_silence(world)]


def _timelines(world: World) -> Iterator[tuple[str, list[Entry]]]:
    for conversation_id in world.conversation_ids:
        yield conversation_id, world.twin.entries.timeline(conversation_id)


def _numbers(world: World) -> Iterator[str]:
    for conversation_id, entries in _timelines(world):
        seqs = [entry.seq for entry in entries]
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"gapless seq: {conversation_id} has {seqs}"
        public = [entry.public_seq for entry in entries if entry.public]
        if public != list(range(1, len(public) + 1)):
            yield f"gapless public seq: {conversation_id} has {public}"
        times = [entry.recorded_at for entry in entries]
        if times != sorted(times):
            yield f"time goes on: {conversation_id} goes back in time"
        episodes = [entry.episode for entry in entries]
        if any(after - before not in (0, 1) for before, after in pairwise(episodes)):
            yield f"one episode after another: {conversation_id} has {episodes}"


def _blank(world: World, conversation_id: str) -> Conversation:
    for customer in world.customers:
        if customer.conversation_id == conversation_id:
            return Conversation(conversation_id, "demo", customer.name, Channel.WEBCHAT)
    snapshot = world.twin.conversations._rows[conversation_id][0]
    return Conversation(conversation_id, snapshot.inbox_id, snapshot.contact_id, Channel.TELEGRAM)


def _states(world: World, conversation_id: str, entries: list[Entry]) -> Iterator[tuple[Conversation, Entry]]:
    """Each entry with the state before it; ends at the first that does not follow."""
    if not entries:
        return
    state = _blank(world, conversation_id)
    for entry in entries:
        yield state, entry
        try:
            state = evolve(state, entry)
        except ValueError:
            return


def _one_responder(world: World) -> Iterator[str]:
    for conversation_id, entries in _timelines(world):
        for before, entry in _states(world, conversation_id, entries):
            if not isinstance(entry.body, Message):
                continue
            match entry.author.kind, before.responder:
                case AuthorKind.BOT, WithBot():
                    owed = any(duty.kind is DutyKind.BOT_ANSWER for duty in before.duties)
                    if not owed or isinstance(before.status, ResolvedAt):
                        yield f"one responder: the bot says {entry.body.text!r}, which nobody waits for"
                case AuthorKind.OPERATOR, WithOperator(operator_id=operator_id) if (
                    operator_id == entry.author.id
                ):
                    pass
                case AuthorKind.CONTACT, _:
                    pass
                case kind, responder:
                    yield f"one responder: {kind} {entry.author.id} speaks at {entry.seq} while {responder}"


def _final(world: World, conversation_id: str, entries: list[Entry]) -> Conversation | None:
    state = None
    for before, entry in _states(world, conversation_id, entries):
        if entry.seq != before.seq + 1:
            return None
        state = evolve(before, entry)
    return state


def _snapshots(world: World) -> Iterator[str]:
    for conversation_id, entries in _timelines(world):
        state = _final(world, conversation_id, entries)
        row = world.twin.conversations._rows.get(conversation_id)
        if state is None or row is None:
            continue
        kept = row[0]
        if kept.seq != state.seq:
            missing = [world.stored[entry.id] for entry in entries if entry.seq > kept.seq]
            if not missing or world.loop.time() - min(missing) > LATE:
                yield f"snapshots follow: {conversation_id} is at {kept.seq} of {state.seq}"
        elif (kept.status, kept.responder, kept.duties, kept.episode, kept.public_seq) != (
            state.status,
            state.responder,
            state.duties,
            state.episode,
            state.public_seq,
        ):
            yield f"snapshots equal the replay: {kept} but {state}"


def _silence(world: World) -> Iterator[str]:
    now = world.loop.time()
    for conversation_id, entries in _timelines(world):
        state = _final(world, conversation_id, entries)
        if state is None:
            continue
        for duty in state.duties:
            overdue = now - (duty.due_at - NOON).total_seconds()
            if overdue > LATE:
                yield f"nobody is left in silence: {duty.kind} of {conversation_id} is {overdue:.0f} s overdue"
        last = next((entry for entry in reversed(entries) if isinstance(entry.body, Message)), None)
        if last is None or last.author.kind is not AuthorKind.CONTACT or isinstance(state.status, ResolvedAt):
            continue
        waits = isinstance(state.responder, Queued | WithOperator) or state.duties
        if not waits and state.waiting_since is not None:
            yield f"nobody is left in silence: {conversation_id} waits for nobody"


def _people(world: World) -> list[Person]:
    return [*world.customers, *world.workers]


def _outboxes(world: World) -> Iterator[str]:
    for person in _people(world):
        waiting = [item for item in person.client.outbox if item.failed is None]
        if waiting:
            yield f"no outbox is stuck: {person.name} still holds {[item.data for item in waiting]}"
        if person.client.connection is None:
            yield f"everybody is connected: {person.name} is not, {person.client.turned_away}"


def _author_key(world: World, person: Person) -> str:
    kind = "contact" if person in world.customers else "operator"
    return f"{kind}:{person.name}"


def _messages(world: World) -> Iterator[str]:
    """What was acknowledged is there, once, at its place; what was attempted is there at most once, in order."""
    found: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for _, entries in _timelines(world):
        for entry in entries:
            found[entry.author.key, entry.client_id].append(entry)
    for person in _people(world):
        key = _author_key(world, person)
        attempted = [each for log in person.logs for each in log.attempted]
        refused = {each.client_id for log in person.logs for each in log.refused}
        doubted = {each.client_id for log in person.logs for each in log.refused if each.in_doubt}
        asked: dict[str, list[float]] = {}
        for refusal in (each for log in person.logs for each in log.refused):
            asked.setdefault(refusal.client_id, []).append(refusal.asked_at)
        for each in attempted:
            entries = found[key, each.client_id]
            if len(entries) > 1:
                yield f"at most once: {each.text or each.event} of {person.name} is {len(entries)} times there"
            if entries and each.text and getattr(entries[0].body, "text", "") != each.text:
                yield f"the same words: {each.text!r} became {entries[0].body}"
            if each.client_id in refused - doubted and entries:
                yield f"refused is refused: {each.text or each.event} of {person.name} is there"
            wrongly = [at for at in asked.get(each.client_id, ()) for e in entries if world.stored[e.id] < at]
            if wrongly:
                yield f"refused is refused: {each.text or each.event} of {person.name} was there already"
            kept = any(item.client_id == each.client_id for item in person.client.outbox)
            if not entries and each.client_id not in refused and not kept:
                yield f"nothing is forgotten: {each.text or each.event} of {person.name} is nowhere"
        texts = [each.text for each in attempted if each.text]
        stored = Counter(
            entry.body.text
            for _, entries in _timelines(world)
            for entry in entries
            if entry.author.key == key and hasattr(entry.body, "text")
        )
        for text in texts:
            if stored[text] > 1:
                yield f"exactly once: {text!r} is {stored[text]} times there"
        for log in person.logs:
            for ack in log.acknowledged:
                entries = found[key, ack.client_id]
                numbers = [entry.public_seq if person in world.customers else entry.seq for entry in entries]
                if numbers != [ack.seq]:
                    yield (
                        f"acknowledged is durable: {ack.client_id} of {person.name} was acknowledged as "
                        f"{ack.seq} and is at {numbers}"
                    )
        yield from _in_order(
            world, person, key, [each for each in attempted if each.client_id not in doubted]
        )


def _in_order(world: World, person: Person, key: str, attempted: list[Any]) -> Iterator[str]:
    for conversation_id, entries in _timelines(world):
        wished = [each.client_id for each in attempted if each.conversation_id == conversation_id]
        place = {client_id: index for index, client_id in enumerate(wished)}
        order = [
            place[entry.client_id]
            for entry in entries
            if entry.author.key == key and entry.client_id in place
        ]
        if order != sorted(order):
            yield f"in the sender's order: {person.name} in {conversation_id}: {order}"


def _screens(world: World) -> Iterator[str]:
    for person in _people(world):
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


def _promptness(world: World) -> Iterator[str]:
    """In calm, words are on every screen at once: nobody has to wait for a digest."""
    for conversation_id, text in world.probes.items():
        entries = world.twin.entries.timeline(conversation_id)
        at = next((world.stored[e.id] for e in entries if getattr(e.body, "text", "") == text), None)
        if at is None:
            continue  # another rule says whether it should be there
        for person in _people(world):
            if conversation_id in person.client.screens:
                shown = [each.at - at for each in person.client.log.shown if each.text == text]
                if not shown or shown[0] > PROMPT:
                    yield f"news travel by themselves: {person.name} saw {text!r} after {shown} s"


def _telegram(world: World) -> Iterator[str]:
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


def _machinery(world: World) -> Iterator[str]:
    yield from (f"nothing unforeseen happens: {error}" for error in world.errors)
    yield from (f"nothing unforeseen happens: {failure}" for failure in world.loop.failures)
    for person in _people(world):
        for log in person.logs:
            yield from (f"clients notice nothing odd: {anomaly}" for anomaly in log.anomalies)
        if person.task.done():
            yield f"clients live on: {person.name} ended: {person.task!r}"
    for hub in world.hubs:
        if hub.server is None:
            yield f"hubs live on: {hub.name} does not answer"
