"""Handing over to people: when somebody asks for one, whose the matter is, and what those who take over are told."""

import asyncio
import json
import logging
from typing import Any

from actions.content import Button
from actions.hours import Hours
from actions.hub import Hub, HubUnavailable
from actions.memory import Memory
from actions.plain import written_words
from actions.turn import FALLBACK_INTENT, Reply, Turn

log = logging.getLogger(__name__)

MOST_INSULTS = 2
ANGRY_FACES = frozenset("😠😡🤬👿💢🖕")
_UNASKED = {"topic", "not_understood", "anger"}
_ANGRY_MARKS = {
    **dict.fromkeys(
        ("connection_problem", "slow_connection", "router_wifi", "did_not_help", "ask_outage"), 1
    ),
    **dict.fromkeys(("complaint", "insult"), 1),
    **dict.fromkeys((FALLBACK_INTENT, "out_of_scope"), 2),
}
"""How many exclamation marks behind capitals tell of anger, by what they are about. Thanks are shouted in joy."""

# Seconds, over and above what the reply itself may take: it must not be lost for the hours.
_HOURS_WITHIN = 1.0


async def request_human(turn: Turn, hub: Hub) -> Reply:
    """A person, of the team that was asked for or that the talk was about.

    While nobody answers the customer is told when people are back, and what can be done until then; who insists
    waits in the queue.
    """
    team = turn.entities.get("team") or team_named(turn) or team_of(turn)
    closed = await _closed(turn, hub)
    if closed is None:
        return Reply("handoff_requested", team=team)
    if turn.memory.closed_told == closed.opens_at:
        return Reply("queued", _told_of(closed), team=team)
    wait = Button(turn.words.buttons["wait"], f"/request_human{json.dumps({'team': team})}")
    return Reply("closed", _told_of(closed), buttons=(wait,), closed_told=closed.opens_at)


def team_named(turn: Turn) -> str | None:
    """Billing, for who wants somebody to talk to about their bill."""
    named = turn.words.listens.teams
    return next(
        (team for team in turn.content.teams if team in named and named[team].within(turn.parts)), None
    )


async def with_hours(turn: Turn, reply: Reply, hub: Hub) -> Reply:
    """A reply that hands over unasked also says when people are back, while nobody answers."""
    handoff = turn.content.answers[reply.answer].handoff
    if handoff is None or handoff.reason not in _UNASKED:
        return reply
    closed = await _closed(turn, hub)
    return reply if closed is None else reply.saying_also("queued", _told_of(closed))


async def _closed(turn: Turn, hub: Hub) -> Hours | None:
    """The hours, if people will be back; None while they answer, or when that is not known."""
    try:
        hours = await asyncio.wait_for(hub.hours(turn.language), _HOURS_WITHIN)
    except (HubUnavailable, asyncio.TimeoutError) as failure:
        # Whoever is to get a person gets one, whatever the clock says.
        log.warning("the hub could not be asked for its hours: %r", failure)
        return None
    return None if hours.open or hours.opens is None else hours


def _told_of(closed: Hours) -> dict[str, str]:
    return {"opens": closed.opens or "", "hours": closed.hours_text}


async def insult(turn: Turn, hub: Hub) -> Reply:
    """Calm the first time; a person when it goes on."""
    insults = turn.memory.insults + 1
    if insults >= MOST_INSULTS:
        return Reply("handoff_anger", team=team_of(turn))
    return Reply("insult", insults=insults)


def is_furious(turn: Turn) -> bool:
    """Whether the words are such that nobody writes who is calm, or trouble is shouted."""
    return _is_shouted(turn) or turn.words.listens.fury.within(written_words(turn.typed))


def _is_shouted(turn: Turn) -> bool:
    letters = [char for char in turn.typed if char.isalpha()]
    marks = _ANGRY_MARKS.get(turn.about if turn.answered else turn.intent)
    loud = len(letters) > 10 and all(char.isupper() for char in letters)
    return loud and marks is not None and turn.typed.count("!") >= marks


def in_anger(turn: Turn, reply: Reply) -> Reply:
    """What goes to a person instead of a reply, with what was written down and found out for it."""
    handoff = turn.content.answers[reply.answer].handoff
    team = reply.team or (handoff.team if handoff else team_of(turn))
    return Reply(
        "handoff_anger", reply.values, before=reply.before, team=team, known=reply.known, proven=reply.proven
    )


def team_of(turn: Turn) -> str:
    """The team that the newest topic belongs to."""
    intents = (*turn.memory.tried, turn.about)
    topics = turn.content.topics
    return next((topics[intent] for intent in reversed(intents) if intent in topics), turn.content.teams[0])


def told(reason: str, team: str, memory: Memory) -> dict[str, Any]:
    """The handoff in the form that the hub agreed on, with whether the order was proven to be theirs."""
    known = dict(memory.known)
    if number := known.get("order_number"):
        proven = number == memory.proven
        known["proven"] = "yes" if proven else "no"
        if not proven or known.get("tariff") != memory.ordered:
            known.pop("tariff", None)  # it was only spoken of, and would be read as that of the order
    return {
        "reason": reason,
        "team": team,
        "language": memory.language,
        "summary": {"topic": memory.topic, "known": known, "tried": list(memory.tried)},
    }
