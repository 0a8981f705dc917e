"""What the bot does with a turn: take it as an answer to its question, or do what the intent asks for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from actions import (
    advice,
    callbacks,
    cases,
    coverage,
    first_aid,
    handover,
    in_talk,
    listening,
    manners,
    offers,
    order_status,
    paying,
    quantities,
    several,
    visits,
)
from actions.hub import Hub
from actions.memory import MOST_MISSES, Question
from actions.plain import plain_words
from actions.pressing import pressed
from actions.turn import FALLBACK_INTENT, Reply, Turn

Answering = Callable[[Turn, Hub], Awaitable[Reply]]

ANSWERED: Mapping[str, Answering] = {
    "ask_tariffs": offers.tariff_list,
    "ask_fastest_tariff": offers.fastest_tariff,
    "ask_cheapest_tariff": offers.cheapest_tariff,
    "ask_tariff_details": offers.tariff_details,
    "ask_promotions": offers.promotions,
    "compare_tariffs": advice.compare_tariffs,
    "recommend_tariff": advice.recommend_tariff,
    "ask_availability": coverage.availability,
    "ask_outage": coverage.outages,
    "ask_order_status": order_status.order_status,
    "move_visit": visits.move_visit,
    "cancel_visit": visits.cancel_visit,
    "complaint": cases.complaint,
    "wish": cases.wish,
    "leave_message": cases.leave_message,
    "call_me_back": callbacks.call_me_back,
    "request_human": handover.request_human,
    "insult": handover.insult,
    "connection_problem": first_aid.no_connection,
    "slow_connection": first_aid.slow_connection,
    "router_wifi": first_aid.wifi,
    "ask_opening_hours": manners.opening_hours,
    "ask_contacts": manners.contacts,
    "what_to_pay": paying.what_to_pay,
    "out_of_scope": manners.out_of_scope,
}
"""Intents whose answer is made; all others have one that stands ready."""

_DROPPED = {"wish", "recommend_tariff", "compare_tariffs", "ask_tariff_details"}
"""What is not worth a person's time when the bot's question is not answered."""


_SHORT_YES = 3  # words
_WITHIN = 4.0  # seconds for all that a reply asks of the hub, which waits 6 for the answer

_CHOOSING = {
    "ask_tariffs",
    "ask_fastest_tariff",
    "ask_cheapest_tariff",
    "ask_tariff_details",
    "recommend_tariff",
}
_ONE_ABOVE_ALL = {"ask_fastest_tariff", "ask_cheapest_tariff"}

_CONNECTING = {"affirm", "request_human"}

_SAYING_NOTHING = {"greet", *listening.NOTHING_UNDERSTOOD}
"""What words seem to be about that may be about something else for all that."""


async def respond(turn: Turn, hub: Hub) -> tuple[Turn, Reply]:
    """The turn as it was taken, and the reply to it.

    Raises ``HubUnavailable`` or ``asyncio.TimeoutError`` when what the reply is made of cannot be had in time.
    """
    taken, reply = await asyncio.wait_for(_replied(_taken(pressed(turn)), hub), _WITHIN)
    if handover.is_furious(taken):
        reply = handover.in_anger(taken, reply)
    return taken, await handover.with_hours(taken, reply, hub)


def failed(turn: Turn) -> Reply:
    """The hub could not be asked: a person finds out."""
    return Reply("failed", team=handover.team_of(turn))


async def _replied(turn: Turn, hub: Hub) -> tuple[Turn, Reply]:
    """The reply to a turn, or to both wishes in it."""
    both = several.wishes(turn)
    parts = [_taken(part) for part in both or ()]
    if len({part.about for part in parts}) < 2:
        return turn, await _reply(turn, hub)
    one, two = await asyncio.gather(*(_reply(part, hub) for part in parts))
    return several.together(turn, (parts[0], one), (parts[1], two))


async def _reply(turn: Turn, hub: Hub) -> Reply:
    if turn.about == "deny" and turn.memory.question is not None:
        return Reply("form_dropped")
    reply = await ANSWERED.get(turn.about, manners.ready_answer)(turn, hub)
    asked = reply.question and _asked_again(turn, reply.question)
    return _given_up(turn) if asked and asked.misses >= MOST_MISSES else reply.asking(asked)


def _taken(turn: Turn) -> Turn:
    if turn.is_code or _is_murmured(turn):
        return turn.meaning(FALLBACK_INTENT)
    if not turn.parts and any(face in handover.ANGRY_FACES for face in turn.typed):
        return turn.meaning("insult")
    answering = listening.answering(turn)
    if answering is not None:
        return answering
    unsure = turn.intent in _SAYING_NOTHING or turn.confidence < turn.content.sure
    if turn.intent == "give_order_number" or (unsure and "order_number" in turn.entities):
        return turn.meaning("ask_order_status")  # a number says enough by itself
    if turn.intent in _SAYING_NOTHING and _limits_tariffs(turn):
        return turn.meaning("ask_tariffs")  # and so does a speed or a price: "hello, at least 300 megabits"
    if turn.intent in _ONE_ABOVE_ALL and _sets_lower_limit(turn):
        return turn.meaning("ask_tariffs")  # "at least half a gig" is not the fastest there is
    if turn.memory.topic in listening.PLACES and _is_another_place(turn):
        return turn.meaning(turn.memory.topic)
    if turn.memory.topic in first_aid.TROUBLE and _is_another_place(turn):
        return turn.meaning("ask_outage")  # the town of who has just said that nothing works
    offered = turn.memory.offered
    by_the_way = unsure or turn.intent in turn.content.asides
    if offered == "call_me_back" and by_the_way and turn.words.listens.waiting.within(turn.parts):
        return turn.meaning("request_human")  # rather in the queue than called back
    if (
        offered in turn.content.teams
        and turn.intent == FALLBACK_INTENT
        and set(turn.guesses[:2]) == _CONNECTING
    ):
        return turn.meaning("request_human", team=offered)  # "yes, connect me" is either, and both lead there
    if turn.intent == "affirm" and offered is not None and _is_plain_yes(turn):
        # A yes takes up what was offered just now.
        if offered in turn.content.teams:
            return turn.meaning("request_human", team=offered)
        return turn.meaning(offered)
    return turn.meaning(in_talk.meant(turn))


def _is_murmured(turn: Turn) -> bool:
    """Whether no word says anything: a "hmm" is no greeting, whatever it is likest to."""
    manners = turn.content.asides - listening.NOTHING_UNDERSTOOD
    if turn.memory.question is not None or turn.entities or turn.common & set(turn.parts) or not turn.parts:
        return False
    return turn.intent == "insult" or (turn.intent in manners and turn.confidence < turn.content.sure)


def _is_another_place(turn: Turn) -> bool:
    """Whether a place is all that is said, whatever it seems to be about: "a co v Ostravě na Porubě?".

    Where nothing was understood, what else is said may be anything.
    """
    if turn.pressed or "town" not in turn.entities:
        return False
    if turn.intent in listening.NOTHING_UNDERSTOOD:
        return turn.intent == FALLBACK_INTENT or not listening.says_much(turn)
    rest = plain_words(turn.without("town", "street"))
    return all(word in turn.words.listens.goes_on for word in rest)


def _limits_tariffs(turn: Turn) -> bool:
    """Whether a speed is said, or a price of a tariff. An amount alone may be of anything but for who is choosing one,
    and what is surely out of scope is of nothing here.
    """
    vocabulary = turn.words.listens
    if turn.intent == "out_of_scope" and turn.confidence >= listening.CLEAR:
        return False
    said = list(quantities.quantities(turn.typed, vocabulary))
    bounds = quantities.bounds(turn.typed, vocabulary)
    if turn.memory.topic in _CHOOSING and bounds:
        return True
    priced = vocabulary.tariffs.within(turn.parts) and (bounds.least_money or bounds.most_money) is not None
    return priced or any(each.unit == "mbps" or (each.upload and each.bound) for each in said)


def _sets_lower_limit(turn: Turn) -> bool:
    """Whether the least speed or price is said, and nothing asks for one tariff above all others."""
    bounds = quantities.bounds(turn.typed, turn.words.listens)
    least = (bounds.least_mbps, bounds.least_upload_mbps, bounds.least_money)
    return any(each is not None for each in least) and not turn.words.listens.best.within(turn.parts)


def _is_plain_yes(turn: Turn) -> bool:
    """Whether it is short, certain, or no yes with a but: such a one takes up nothing yet."""
    if len(turn.parts) <= _SHORT_YES or turn.confidence >= listening.CLEAR:
        return True
    return turn.confidence >= turn.content.sure and not turn.words.listens.but.within(turn.parts)


def _asked_again(turn: Turn, question: Question) -> Question:
    """The question with its misses counted: asked again, with nothing learnt in between, it was missed once more."""
    before = turn.memory.question
    if (
        before is None
        or turn.pressed
        or before.asides
        or (before.about, before.kind, before.filled) != (question.about, question.kind, question.filled)
    ):
        return question
    return question.missed(before.misses + 1)


def _given_up(turn: Turn) -> Reply:
    """Two answers that were none: a person takes over, or it is left at that."""
    if turn.about in _DROPPED:
        return Reply("form_dropped")
    return Reply("handoff_not_understood", team=handover.team_of(turn))
