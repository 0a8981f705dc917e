"""Rules of the timelines, and of what is derived from them."""

from collections.abc import Iterator
from itertools import pairwise

from hub.conversation.evolve import evolve
from storage.model.conversation import (
    Channel,
    Conversation,
    DutyKind,
    Queued,
    ResolvedAt,
    WithBot,
    WithOperator,
)
from storage.model.entry import AuthorKind, Entry, Message
from tests.simulation.hub import NOON
from tests.simulation.world import World

LATE = 5.0  # seconds that a duty may be overdue in calm: two looks and the clocks' difference


def timelines(world: World) -> Iterator[tuple[str, list[Entry]]]:
    """Whatever is stored, by conversation."""
    for conversation_id in world.conversation_ids:
        yield conversation_id, world.twin.entries.timeline(conversation_id)


def numbers(world: World) -> Iterator[str]:
    """Without gaps, in time, episode after episode."""
    for conversation_id, entries in timelines(world):
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


def one_responder(world: World) -> Iterator[str]:
    """Words come from who is in charge."""
    for conversation_id, entries in timelines(world):
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


def snapshots(world: World) -> Iterator[str]:
    """They follow the timelines, and say the same."""
    for conversation_id, entries in timelines(world):
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


def silence(world: World) -> Iterator[str]:
    """What is owed is done."""
    now = world.loop.time()
    for conversation_id, entries in timelines(world):
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
