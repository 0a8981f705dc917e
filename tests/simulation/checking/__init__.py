"""The rules, judged in the calm from what the clients saw and what the database holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from storage.model.entry import Entry
from tests.simulation.checking.screens import promptness, screens, telegram
from tests.simulation.checking.timelines import numbers, one_responder, silence, snapshots, timelines
from tests.simulation.people import Person
from tests.simulation.world import World


def judge(world: World) -> None:
    """Add to ``world.violations``; each begins with the name of its rule."""
    found = [
        *numbers(world),
        *one_responder(world),
        *snapshots(world),
        *silence(world),
        *_outboxes(world),
        *_messages(world),
        *screens(world),
        *promptness(world),
        *telegram(world),
        *_machinery(world),
    ]
    world.violations += found


def judge_early(world: World) -> None:
    """Some way into the calm, before new words cover what was left undone."""
    world.violations = [*snapshots(world), *silence(world)]


def _outboxes(world: World) -> Iterator[str]:
    for person in world.people:
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
    for _, entries in timelines(world):
        for entry in entries:
            found[entry.author.key, entry.client_id].append(entry)
    for person in world.people:
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
            for _, entries in timelines(world)
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
    for conversation_id, entries in timelines(world):
        wished = [each.client_id for each in attempted if each.conversation_id == conversation_id]
        place = {client_id: index for index, client_id in enumerate(wished)}
        order = [
            place[entry.client_id]
            for entry in entries
            if entry.author.key == key and entry.client_id in place
        ]
        if order != sorted(order):
            yield f"in the sender's order: {person.name} in {conversation_id}: {order}"


def _machinery(world: World) -> Iterator[str]:
    yield from (f"nothing unforeseen happens: {error}" for error in world.errors)
    yield from (f"nothing unforeseen happens: {failure}" for failure in world.loop.failures)
    for person in world.people:
        for log in person.logs:
            yield from (f"clients notice nothing odd: {anomaly}" for anomaly in log.anomalies)
        if person.task.done():
            yield f"clients live on: {person.name} ended: {person.task!r}"
    for hub in world.hubs:
        if hub.server is None:
            yield f"hubs live on: {hub.name} does not answer"
