"""When a visit or a call is to be: the day and hour that were said, or all the words. Pure."""

from collections.abc import Sequence

from actions.plain import plain_words
from actions.turn import Mark, Turn

WHEN = ("date", "time")
ANY_TIME = "*"
"""The time of who does not mind."""


def time_said(turn: Turn) -> dict[str, str]:
    """The day and hour of this matter, now and in turns before, by the names in ``WHEN``.

    Where the words hold several, or one that may not suit, no part of them is the answer: they are kept whole.
    """
    said = {name: value for name in WHEN if (value := turn.entities.get(name))}
    several = any(len(turn.named(name)) > 1 for name in WHEN)
    if said and turn.typed and (several or turn.words.listens.qualifies.within(turn.parts)):
        return _whole(turn)
    return {name: turn.given[name] for name in WHEN if name in turn.given} | said


def time_wished(turn: Turn) -> dict[str, str]:
    """The same where nobody has asked for it. A day is the new one only after words like "to"; else it may be the one
    that does not suit, and the customer's ``words`` are kept for those who take over.
    """
    said = {name: turn.given[name] for name in (*WHEN, "words") if name in turn.given}
    days = [mark for mark in turn.marks if mark.name in WHEN]
    if not days:
        return said
    led = [day for day in days if turn.words.listens.moves_to.end(plain_words(turn.text[: day.start]))]
    new = [day for day in led if day.name == "date"] or led
    if len(new) == 1 and _is_plain(turn, new[0], days):
        following = days[days.index(new[0]) + 1 :][:1]
        return said | {day.name: day.value for day in (*following, new[0])}
    if new and len(turn.named("date")) > 1:
        return _whole(turn)
    return said | {"words": turn.typed}


def _is_plain(turn: Turn, new: Mark, days: Sequence[Mark]) -> bool:
    """Whether nothing speaks against the new day, but for what is said of another one before it."""
    qualifies = turn.words.listens.qualifies
    if qualifies.within(plain_words(turn.text[new.end :])):
        return False
    return days[0] != new or not qualifies.within(plain_words(turn.text[: new.start]))


def _whole(turn: Turn) -> dict[str, str]:
    """All the words, as the day or, if none is in them, as the hour."""
    return {"date" if "date" in turn.entities else "time": turn.typed}
