"""What somebody wrote and the hub has not confirmed. Pure: the rules of the widget's and the panel's outboxes.

An item keeps the client_id that it was born with for ever, so sending it twice is harmless. One item of a conversation
is under way at a time, in the order of writing: else the refusal of the first would reorder the two.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two tries


@dataclass(frozen=True, slots=True)
class Item:
    """One request that must be carried out once. Times are seconds of the client's own clock."""

    client_id: str
    conversation_id: str
    event: str  # the request that carries it: message.send, note.add, conversation.take…
    data: dict[str, Any] = field(
        default_factory=dict
    )  # of the request, besides client_id and conversation_id
    at: float = 0.0
    tries: int = 0  # since it was written
    attempts: int = 0  # in a row of which nothing came, on this connection
    retry_at: float = 0.0
    failed: str | None = None  # the code of a refusal for good


Outbox = tuple[Item, ...]


def written(outbox: Outbox, item: Item) -> Outbox:
    """One more; the same client_id is the same item."""
    known = any(each.client_id == item.client_id for each in outbox)
    return outbox if known else (*outbox, item)


def accepted(outbox: Outbox, client_ids: Collection[str]) -> Outbox:
    """The hub has them, whether an acknowledgement said so or the timeline did."""
    return tuple(item for item in outbox if item.client_id not in client_ids)


def refused(outbox: Outbox, client_id: str, code: str) -> Outbox:
    """For good: set aside, so that its author can decide."""
    return _changed(outbox, client_id, failed=code)


def sent(outbox: Outbox, client_id: str) -> Outbox:
    """It is on its way. From the second time on, a refusal does not prove that an earlier try will come to nothing."""
    return tuple(
        replace(item, tries=item.tries + 1) if item.client_id == client_id else item for item in outbox
    )


def put_off(outbox: Outbox, client_id: str, now: float, retry_after: float | None, spread: float) -> Outbox:
    """No answer, or "not now": it is offered again later, as it is. ``spread`` (0–1) keeps clients apart."""
    [item] = [each for each in outbox if each.client_id == client_id] or [None]
    if item is None:
        return outbox
    pause = retry_after or min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**item.attempts)
    retry_at = now + pause * (1 + spread / 4)
    return _changed(outbox, client_id, attempts=item.attempts + 1, retry_at=retry_at)


def retried(outbox: Outbox, client_id: str) -> Outbox:
    """Its author wants a failed one tried again: as the newest, with the client_id it has."""
    again = [replace(item, failed=None, retry_at=0.0) for item in outbox if item.client_id == client_id]
    return (*(item for item in outbox if item.client_id != client_id), *again)


def hurried(outbox: Outbox) -> Outbox:
    """There is a new connection: nothing has to wait any longer."""
    return tuple(replace(item, retry_at=0.0, attempts=0) for item in outbox)


def sendable(outbox: Outbox, busy: Collection[str], now: float) -> list[Item]:
    """The head of each conversation that is not ``busy`` with an earlier one, if its time has come."""
    heads: dict[str, Item] = {}
    for item in outbox:
        if item.failed is None:
            heads.setdefault(item.conversation_id, item)
    return [item for item in heads.values() if item.conversation_id not in busy and item.retry_at <= now]


def next_moment(outbox: Outbox, now: float) -> float | None:
    """When something that waits may be tried again, or None."""
    return min(
        (item.retry_at for item in outbox if item.failed is None and item.retry_at > now), default=None
    )


def saved(outbox: Outbox) -> str:
    """What is kept across a reload."""
    return json.dumps([asdict(item) for item in outbox])


def restored(text: str) -> Outbox:
    """After a reload; what was under way is offered again."""
    return hurried(tuple(Item(**item) for item in json.loads(text)))


def waiting(outbox: Iterable[Item]) -> list[Item]:
    """What is still to be sent."""
    return [item for item in outbox if item.failed is None]


def _changed(outbox: Outbox, client_id: str, **fields: Any) -> Outbox:
    return tuple(replace(item, **fields) if item.client_id == client_id else item for item in outbox)
