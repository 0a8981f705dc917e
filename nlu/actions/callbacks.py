"""Somebody wants to be called: on which number, and when."""

import json
from collections.abc import Mapping

from actions import phones
from actions.content import Button
from actions.handover import team_of
from actions.hub import Hub
from actions.plain import plain_words
from actions.turn import Reply, Turn, asking
from actions.when import ANY_TIME, WHEN, time_said

_REPEATED = 8  # words of an answer that is read back as it was given
_BETWEEN = 2  # words that may stand between a day and its hour: "tomorrow at about 10"


async def call_me_back(turn: Turn, hub: Hub) -> Reply:
    """To people, with the number and the time. A number that was said of something else is only offered."""
    when, phones_said = time_said(turn), turn.named("phone")
    phone = turn.told("phone") if len(phones_said) <= 1 else None
    if phone is None:
        no_phone = (
            turn.answers("phone") and not phones_said and not any(name in turn.entities for name in WHEN)
        )
        answer = "callback_phone_wrong" if no_phone else "callback_ask_phone"
        known = {} if turn.pressed else when
        return asking(turn, answer, "phone", buttons=_offered(turn), filled=when, known=known)
    if not when:
        values, filled = {"phone": phones.shown(phone)}, {"phone": phone}
        return asking(turn, "callback_ask_time", "time", values=values, filled=filled)
    any_time = when.get("time") == ANY_TIME
    if any_time:
        when["time"] = turn.words.buttons["any_time"].lower()
    values = {
        "phone": phones.shown(phone),
        "time": " ".join(when.values()) if any_time else _repeated(turn, when),
    }
    known = {"phone": phone, **dict.fromkeys(WHEN, ""), **when}
    return Reply("call_me_back", values, team=team_of(turn), known=known)


def _repeated(turn: Turn, when: Mapping[str, str]) -> str:
    """The day and hour as the customer hears them: in their own words, if they stand together."""
    if turn.answers("time") and 0 < len(turn.parts) <= _REPEATED:
        return turn.typed.rstrip(" .,!?")
    said = sorted((mark for mark in turn.marks if mark.name in WHEN), key=lambda mark: mark.start)
    if len(said) == len(when) == 2 and len(plain_words(turn.text[said[0].end : said[1].start])) <= _BETWEEN:
        return turn.text[said[0].start : said[1].end]
    return " ".join(when.values())


def _offered(turn: Turn) -> tuple[Button, ...]:
    """Those of which one may be meant: the several that were said, or the one that was said of something else."""
    known = turn.memory.known.get("phone")
    numbers = turn.named("phone") or ((known,) if known else ())
    return tuple(
        Button(phones.shown(number), f"/{turn.about}{json.dumps({'phone': number})}") for number in numbers
    )
