"""What to answer to what was said. Pure but for what the hub is asked."""

import json
from collections.abc import Sequence

from actions import orders, tariffs
from actions.content import Button
from actions.hub import Hub, NoOrderNumber, NoSuchOrder
from actions.order_numbers import Mistyped, OrderNumber, find
from actions.tariffs import Tariff
from actions.turn import Reply, Turn

EXPECTS_ORDER_NUMBER = "order_number"

_GUESSES_SHOWN = 2
_DESCRIBED_AT_ONCE = 3


def ready_answer(turn: Turn) -> Reply:
    """The answer that stands ready for an intent; an intent without one was not understood."""
    return Reply(turn.intent) if turn.intent in turn.content.answers else not_understood(turn)


async def tariff_list(turn: Turn, hub: Hub) -> Reply:
    """All tariffs."""
    offered = await hub.tariffs(turn.language)
    if not offered:
        return Reply("no_tariffs")
    return Reply("tariffs", {"tariffs": tariffs.listed(offered, turn.content.words[turn.language])})


async def fastest_tariff(turn: Turn, hub: Hub) -> Reply:
    """The one with the highest speed."""
    offered = await hub.tariffs(turn.language)
    return _one_tariff("fastest_tariff", tariffs.fastest(offered) if offered else None, turn)


async def cheapest_tariff(turn: Turn, hub: Hub) -> Reply:
    """The one with the lowest price."""
    offered = await hub.tariffs(turn.language)
    return _one_tariff("cheapest_tariff", tariffs.cheapest(offered) if offered else None, turn)


async def tariff_details(turn: Turn, hub: Hub) -> Reply:
    """What is in the tariff that is named, or was spoken of last; else asks which one."""
    offered = await hub.tariffs(turn.language)
    if not offered:
        return Reply("no_tariffs")
    words = turn.content.words[turn.language]
    named, unknown = tariffs.mentioned(turn.text, offered, words.spoken_numbers)
    if unknown:
        return Reply("tariff_unknown", {"tariffs": tariffs.listed(offered, words)})
    code = turn.entities.get("tariff") or turn.memory.tariff_in_hand
    known = tariffs.by_code(offered, code)
    chosen = named or ((known,) if known else ())
    if not chosen:
        return Reply("tariff_which", buttons=_choice(offered))
    shown = chosen[:_DESCRIBED_AT_ONCE]
    return Reply("tariff_details", {"details": tariffs.described(shown, words)}, tariff=shown[-1].code)


async def order_status(turn: Turn, hub: Hub) -> Reply:
    """Where the order stands whose number is said, or was said before; else asks for the number."""
    number = find(turn.text)
    if number is None and turn.memory.order_in_hand is not None:
        number = find(turn.memory.order_in_hand)
    if number is None:
        return Reply("order_ask_number", expects=EXPECTS_ORDER_NUMBER)
    if isinstance(number, Mistyped):
        return Reply("order_number_wrong", expects=EXPECTS_ORDER_NUMBER)
    return await _order(number, turn.language, hub)


def request_human(turn: Turn) -> Reply:
    """A person, of the team that was asked for if one was."""
    return Reply("handoff_requested", team=turn.entities.get("team"))


def affirm(turn: Turn) -> Reply:
    """A yes takes up the offer of a person that was just made."""
    if turn.memory.offered_team is None:
        return Reply("affirm")
    return Reply("handoff_requested", team=turn.memory.offered_team)


async def not_understood_or_number(turn: Turn, hub: Hub) -> Reply:
    """An order number says enough by itself; anything else was not understood."""
    number = find(turn.text)
    expected = turn.memory.expects == EXPECTS_ORDER_NUMBER and number is not None
    if expected or isinstance(number, OrderNumber):
        return await order_status(turn, hub)
    return not_understood(turn)


def not_understood(turn: Turn) -> Reply:
    """The first time asks to rephrase, with the likeliest topics; the second time in a row a person takes over."""
    if turn.memory.misunderstood:
        return Reply("handoff_not_understood")
    likely = turn.content.likely_buttons(turn.guesses)[:_GUESSES_SHOWN]
    return Reply(
        "not_understood",
        button_names=tuple(likely),
        expects=turn.memory.expects,
        misunderstood=turn.memory.misunderstood + 1,
    )


def failed() -> Reply:
    """The hub could not be asked: a person finds out."""
    return Reply("failed")


async def _order(number: OrderNumber, language: str, hub: Hub) -> Reply:
    try:
        order = await hub.order(number, language)
    except NoOrderNumber:
        return Reply("order_number_wrong", expects=EXPECTS_ORDER_NUMBER)
    except NoSuchOrder:
        return Reply("order_unknown", {"number": number.shown}, expects=EXPECTS_ORDER_NUMBER)
    return Reply(_ORDER_ANSWERS.get(order.state, "order_other"), orders.values_of(order), order=order.number)


_ORDER_ANSWERS = {state: f"order_{state}" for state in ("scheduled", "in_progress", "done", "cancelled")}


def _one_tariff(answer: str, tariff: Tariff | None, turn: Turn) -> Reply:
    if tariff is None:
        return Reply("no_tariffs")
    return Reply(answer, tariffs.values_of(tariff, turn.content.words[turn.language]), tariff=tariff.code)


def _choice(offered: Sequence[Tariff]) -> tuple[Button, ...]:
    return tuple(
        Button(tariff.name, f"/ask_tariff_details{json.dumps({'tariff': tariff.code})}") for tariff in offered
    )
