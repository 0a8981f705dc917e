"""Whether what somebody says answers the question that the bot has asked. Pure.

A question must trap nobody: who wants something else, clearly, gets that, and the question waits for two turns. What
holds the answer is one whatever topic it seems to be about, if it says little else or holds two wanted things.
"""

from actions import quantities
from actions.memory import Question
from actions.order_numbers import OrderNumber
from actions.order_status import is_rather_a_phone, number_written
from actions.plain import plain_words
from actions.turn import FALLBACK_INTENT, Turn
from actions.visits import NUMBER_UNKNOWN
from actions.when import ANY_TIME
from actions.wireless import compares

MOST_ASIDES = 2
"""Turns about something else for which a question waits."""

_WANTED = {
    "ask_order_status": {"order_number", "phone"},
    "move_visit": {"order_number", "phone", "date", "time"},
    "cancel_visit": {"order_number", "phone"},
    "call_me_back": {"phone", "date", "time"},
    "ask_availability": {"town", "street"},
    "ask_outage": {"town"},
    "recommend_tariff": {"people", "use"},
    "compare_tariffs": {"tariff"},
    "ask_tariff_details": {"tariff"},
}
"""What tells something of a matter, whichever of it was asked for."""

_FREE = {"town", "street", "date", "time"}
"""Kinds of answers that may be in words which nobody has marked."""

CLEAR = 0.9
"""The confidence from which it is certain what words are about."""

NOTHING_UNDERSTOOD = {FALLBACK_INTENT, "out_of_scope"}
PLACES = {"ask_availability", "ask_outage"}
"""A name of a place alone may seem to be about either of them."""

_ON_RECORD = {"complaint", "wish"}
_BUYING = {
    *("ask_tariffs", "ask_fastest_tariff", "ask_cheapest_tariff", "compare_tariffs", "recommend_tariff"),
    *("ask_promotions", "ask_availability", "how_to_order"),
}
"""What nobody complains of or wishes for in these words; a message to people may well be about it."""

_OF_A_LINE = {
    *("connection_problem", "slow_connection", "router_wifi", "did_not_help"),
    *("affirm", "deny", *NOTHING_UNDERSTOOD),
}
"""What an answer to how the line is by cable may seem to be about."""

_LEAVING = {"request_human", "deny", "goodbye", "insult"}
_SAYS_LITTLE = 3  # words beside the answer
_SHORT = 6  # words of a wish to leave, or of a question that is no reproach
_LONGEST_TIME = 8  # words of an answer that nobody has marked
_LONGEST_NAME = 4  # words of a place without a capital


def answering(turn: Turn) -> Turn | None:
    """The turn as an answer to the question that is open; None if there is none, or it is about something else."""
    question = turn.memory.question
    if question is None:
        return None
    if turn.intent == NUMBER_UNKNOWN and question.about in ("move_visit", "cancel_visit"):
        return turn.answering(question, {})  # of the order or, where that was asked for, of the phone
    if turn.pressed:
        return turn.answering(question, {}) if turn.intent == question.about else None
    if question.kind == "words":
        return _telling(turn, question)
    if question.kind == "cable":
        return turn.answering(question, {}) if compares(turn) and not _clearly_else(turn) else None
    if (
        question.kind == "time"
        and len(turn.parts) <= _SHORT
        and turn.words.listens.any_time.within(turn.parts)
    ):
        return turn.answering(question, {"time": ANY_TIME})
    wanted = {question.kind} | _WANTED.get(question.about, set())
    sure = turn.confidence >= turn.content.sure and turn.intent not in {question.about, *NOTHING_UNDERSTOOD}
    if question.kind == "phone" and is_rather_a_phone(turn):
        clear = sure and turn.intent != "give_order_number"
        return None if clear else turn.answering(question, {})
    if "order_number" in turn.entities and "order_number" not in wanted:
        return None  # never a time or a town, and enough to know what it is about
    if (
        question.kind == "time"
        and len(turn.parts) <= _SAYS_LITTLE
        and turn.words.listens.at_once.within(turn.parts)
    ):
        return turn.answering(question, {"time": turn.typed})  # "right now" is no goodbye
    held = [kind for kind in wanted if _says(turn, question, kind)]
    if held:
        elsewhere = sure and says_much(turn) and (len(held) == 1 or turn.confidence >= CLEAR)
        return None if elsewhere else turn.answering(question, {})
    if turn.intent == "affirm" and _is_aside(turn) and not (question.asides or turn.memory.offered):
        return turn.asked_again(question)
    if question.asides or _is_aside(turn) or (sure and not _names_only(turn, question)):
        return None
    if question.kind in _FREE and _may_answer(turn, question.kind):
        return turn.answering(question, {question.kind: turn.typed})
    return turn.answering(question, {}) if turn.intent in NOTHING_UNDERSTOOD else None


def _clearly_else(turn: Turn) -> bool:
    """Whether more is said than how the line is, and surely of something else."""
    return turn.intent not in _OF_A_LINE and turn.confidence >= turn.content.sure and says_much(turn)


def _may_answer(turn: Turn, kind: str) -> bool:
    """Whether words that nobody has marked may be of this kind.

    A place is not named by words that everybody says, nor by a long sentence without a capital; but any one word may be
    the name of a street.
    """
    words = turn.parts
    if kind in ("date", "time"):
        return 0 < len(words) <= _LONGEST_TIME
    if kind == "street" and len(words) == 1:
        return True
    short = len(words) <= _LONGEST_NAME or any(char.isupper() for char in turn.typed[1:])
    return short and not all(word in turn.common for word in words)


def _is_aside(turn: Turn) -> bool:
    """A yes, a thank you, a no: never the name of a town, however unsure."""
    manners = turn.content.asides - NOTHING_UNDERSTOOD - {"give_order_number"}
    return turn.intent in manners and len(turn.parts) <= _SAYS_LITTLE


def _names_only(turn: Turn, question: Question) -> bool:
    """Whether it may be no more than a name or a number, which says nothing of what it is about."""
    placed = {turn.intent, question.about} <= PLACES and len(turn.parts) <= _SAYS_LITTLE
    return placed or turn.intent == "give_order_number"


def _telling(turn: Turn, question: Question) -> Turn | None:
    """When somebody was asked what has happened: what they tell, unless they clearly want something else instead."""
    if question.asides or not turn.parts or _wants_something_else(turn, question):
        return None
    asks_back = turn.typed.endswith("?") and len(turn.parts) <= _SAYS_LITTLE  # "to whom?"
    if asks_back or (_is_aside(turn) and turn.intent not in _LEAVING):
        return turn.asked_again(question)
    return turn.answering(question, {"words": turn.typed})


def _wants_something_else(turn: Turn, question: Question) -> bool:
    if turn.intent in _LEAVING and len(turn.parts) <= 2:
        return True
    if turn.confidence < turn.content.sure or turn.intent == question.about:
        return False
    short = len(turn.parts) <= _SHORT
    leaves = turn.intent in _LEAVING and short
    asks = turn.typed.endswith("?") and short and turn.intent not in NOTHING_UNDERSTOOD
    prices = turn.intent == "ask_tariff_details" and turn.words.listens.matters["price"].within(turn.parts)
    buys = question.about in _ON_RECORD and turn.intent in _BUYING and turn.confidence >= CLEAR
    return leaves or asks or buys or (prices and short)


def _says(turn: Turn, question: Question, kind: str) -> bool:
    """Whether the words hold a value of this kind."""
    vocabulary = turn.words.listens
    match kind:
        case "order_number":
            number = number_written(turn)
            return isinstance(number, OrderNumber) or (number is not None and question.kind == kind)
        case "own_order":
            return any(
                part in vocabulary.ordinals or part.isdecimal() or vocabulary.names_tariff(part)
                for part in turn.parts
            )
        case "people":
            return quantities.people(turn.without("amount"), vocabulary, asked=True) is not None
        case "use":
            return quantities.use(turn.typed, vocabulary) is not None
        case "tariff":
            return any(part.isdecimal() or vocabulary.names_tariff(part) for part in turn.parts)
        case _:
            return bool(turn.entities.get(kind))


def says_much(turn: Turn) -> bool:
    """Whether there is more in the words than values."""
    vocabulary = turn.words.listens
    rest = [
        word
        for word in plain_words(turn.without(*turn.entities))
        if not (word.isdecimal() or word in vocabulary.numbers or vocabulary.names_tariff(word))
    ]
    return len(rest) > _SAYS_LITTLE
