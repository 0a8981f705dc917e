"""Two wishes in one message: both are seen to, or the customer hears how to come back to the other. Pure.

Each part of the message was understood by itself. It is of two wishes only if two parts are surely of different
matters: what goes to people whole, and one trouble that is told at length, is one.
"""

from dataclasses import replace

from actions.content import Button
from actions.listening import NOTHING_UNDERSTOOD
from actions.turn import Reply, Turn

SURE = 0.8
"""The confidence from which a part is a wish of its own."""

_ALONE = {
    *("request_human", "call_me_back", "leave_message", "wish", "insult", "deny", "who_are_you"),
    *("give_order_number", "order_number_unknown", "did_not_help"),
}
"""What is answered for the whole message, or not at all."""

_KIN = (
    {"connection_problem", "slow_connection", "router_wifi", "ask_outage", "complaint"},
    {
        *(
            "ask_tariffs",
            "ask_fastest_tariff",
            "ask_cheapest_tariff",
            "ask_tariff_details",
            "compare_tariffs",
        ),
        *("recommend_tariff", "change_tariff", "ask_promotions"),
    },
    {"ask_invoice", "ask_payment", "payment_reminder", "what_to_pay", "complaint"},
    {"ask_order_status", "move_visit", "cancel_visit", "prepare_for_technician", "how_to_order", "complaint"},
    {"end_contract", "moving_house", "cancel_visit", "change_tariff"},
    {"ask_availability", "moving_house", "how_to_order"},
    {"ask_opening_hours", "ask_contacts"},
)
"""Intents that one matter may seem to be about."""


def wishes(turn: Turn) -> tuple[Turn, Turn] | None:
    """The parts of a turn that are of two matters, if there are two."""
    if turn.answered is not None or turn.pressed or turn.is_code:
        return None
    sure = [part for part in turn.clauses if part.confidence >= SURE]
    if any(part.intent in _ALONE for part in sure):
        return None
    told = [part for part in sure if part.intent not in turn.content.asides]
    return next(((told[0], part) for part in told if not _akin(told[0], part)), None)


def together(turn: Turn, one: tuple[Turn, Reply], two: tuple[Turn, Reply]) -> tuple[Turn, Reply]:
    """The turn and the reply to both parts.

    What asks, offers or hands over comes last, or nobody would know what a "yes" is to. Of two such replies only the
    first is given, or the one that hands over, as people read all of the message; the other matter is named.
    """
    if _closes(*one):
        one, two = two, one
    (first, reply), (last, closing) = one, two
    if not _closes(first, reply):
        known = {**reply.known, **closing.known}
        proven, topic = closing.proven or reply.proven, closing.topic or last.about
        return _of(turn, first), replace(closing, beside=reply, known=known, proven=proven, topic=topic)
    if _hands_over(first, reply) and not _hands_over(last, closing):
        return _of(turn, first), reply
    return _of(turn, last), closing if _hands_over(last, closing) else _naming(first, closing)


def _of(turn: Turn, part: Turn) -> Turn:
    """The whole turn as one about the matter of a part, which is what was understood where the whole was not."""
    meant = replace(turn, about=part.about, given=part.given)
    if turn.intent not in NOTHING_UNDERSTOOD:
        return meant
    return replace(meant, intent=part.intent, confidence=part.confidence)


def _naming(other: Turn, reply: Reply) -> Reply:
    """The reply, after words that name the other matter; its button is the way there."""
    names = other.content.likely_buttons([other.about])
    if not names:
        return reply
    title = other.words.buttons[names[0]]
    also = Reply("also_heard", {"other": title})
    return replace(
        reply, beside=also, buttons=(*reply.buttons, Button(title, other.content.payloads[names[0]]))
    )


def _akin(one: Turn, other: Turn) -> bool:
    return one.intent == other.intent or any({one.intent, other.intent} <= kin for kin in _KIN)


def _closes(turn: Turn, reply: Reply) -> bool:
    """Whether an answer to it is waited for, or none of the bot's comes any more."""
    offers = turn.content.answers[reply.answer].offer is not None
    return offers or reply.question is not None or _hands_over(turn, reply)


def _hands_over(turn: Turn, reply: Reply) -> bool:
    return turn.content.answers[reply.answer].handoff is not None
