"""The price list and what is asked of it: which tariffs fit, which is the fastest or the cheapest, what is in one."""

import json
from collections.abc import Sequence

from actions import extras, quantities, tariffs
from actions.content import Button
from actions.hub import Hub
from actions.quantities import Limits
from actions.tariffs import MINOR_UNITS, Tariff
from actions.turn import Reply, Turn, asking

_DESCRIBED_AT_ONCE = 3


async def tariff_list(turn: Turn, hub: Hub) -> Reply:
    """All tariffs or, if a speed, a price or what is to come with it was said, those that fit."""
    catalogue = await hub.catalogue(turn.language)
    offered = catalogue.tariffs
    if not offered:
        return Reply("no_tariffs")
    if _asks_price_of_one(turn, offered):
        return await tariff_details(turn, hub)
    wanted = extras.asked_for(turn)
    if within := within_limits(turn, extras.among(offered, wanted) or offered):
        return within
    if wanted:
        return extras.told(turn, catalogue, wanted, _spoken_of(turn, offered))
    return Reply("tariffs", {"tariffs": tariffs.listed(offered, turn.words)})


def _asks_price_of_one(turn: Turn, offered: Sequence[Tariff]) -> bool:
    """Whether a number in a question about a price is the name of a tariff: "how much is the 500 a month"."""
    vocabulary = turn.words.listens
    named, _ = tariffs.mentioned(turn.typed, offered, vocabulary.tariff_numbers)
    bound = any(each.bound for each in quantities.quantities(turn.typed, vocabulary))
    return bool(named) and not bound and vocabulary.matters["price"].within(turn.parts)


def _spoken_of(turn: Turn, offered: Sequence[Tariff]) -> Tariff | None:
    return tariffs.called(offered, turn.entities.get("tariff") or turn.memory.known.get("tariff"))


def within_limits(turn: Turn, offered: Sequence[Tariff]) -> Reply | None:
    """The tariffs of the speed or price that was said, if one was."""
    limits = quantities.limits(turn.typed, turn.words.listens)
    if not limits:
        return None
    fit = fitting(offered, limits)
    answer, shown = ("tariffs_fitting", fit) if fit else ("tariffs_none_fits", offered)
    known = {"tariff": fit[0].name} if len(fit) == 1 else {}
    return Reply(answer, {"tariffs": tariffs.listed(shown, turn.words)}, known=known)


def fitting(offered: Sequence[Tariff], limits: Limits) -> tuple[Tariff, ...]:
    """The tariffs within limits."""
    return tuple(
        tariff
        for tariff in offered
        if (limits.least_mbps is None or tariff.download_mbps >= limits.least_mbps)
        and (limits.most_mbps is None or tariff.download_mbps <= limits.most_mbps)
        and (limits.least_upload_mbps is None or tariff.upload_mbps >= limits.least_upload_mbps)
        and (limits.least_money is None or tariff.price_amount >= limits.least_money * MINOR_UNITS)
        and (limits.most_money is None or tariff.price_amount <= limits.most_money * MINOR_UNITS)
    )


async def fastest_tariff(turn: Turn, hub: Hub) -> Reply:
    """The one with the highest speed, within the price that was said."""
    return await _best(turn, hub, "fastest_tariff")


async def cheapest_tariff(turn: Turn, hub: Hub) -> Reply:
    """The one with the lowest price, of the speed that was said."""
    return await _best(turn, hub, "cheapest_tariff")


async def _best(turn: Turn, hub: Hub, answer: str) -> Reply:
    offered = (await hub.catalogue(turn.language)).tariffs
    if not offered:
        return Reply("no_tariffs")
    having = extras.among(offered, extras.asked_for(turn))
    fit = fitting(having, quantities.limits(turn.typed, turn.words.listens))
    if not fit:
        return Reply("tariffs_none_fits", {"tariffs": tariffs.listed(offered, turn.words)})
    best = tariffs.fastest(fit) if answer == "fastest_tariff" else tariffs.cheapest(fit)
    return one_tariff(turn, answer, best)


async def tariff_details(turn: Turn, hub: Hub) -> Reply:
    """What is in the tariff that is named, or was spoken of last; else asks which one.

    Who says what a tariff must have wants to know which ones do, whatever was spoken of.
    """
    catalogue = await hub.catalogue(turn.language)
    offered = catalogue.tariffs
    if not offered:
        return Reply("no_tariffs")
    named, unknown = tariffs.mentioned(turn.typed, offered, turn.words.listens.tariff_numbers)
    if (not named or _demands(turn)) and (within := within_limits(turn, offered)):
        return within
    if unknown:
        return Reply("tariff_unknown", {"tariffs": tariffs.listed(offered, turn.words)})
    known = _spoken_of(turn, offered)
    chosen = named or ((known,) if known else ())
    if (wanted := extras.asked_for(turn)) and len(chosen) <= 1:
        return extras.told(turn, catalogue, wanted, chosen[0] if chosen else None)
    if not chosen:
        return asking(turn, "tariff_which", "tariff", buttons=tariff_buttons(turn, offered))
    shown = chosen[:_DESCRIBED_AT_ONCE]
    return Reply(
        "tariff_details",
        {"details": tariffs.described(shown, turn.words)},
        known={"tariff": shown[-1].name},
    )


def _demands(turn: Turn) -> bool:
    """Whether the numbers are limits, or nothing but speeds of the way up, and so no names of tariffs."""
    said = list(quantities.quantities(turn.typed, turn.words.listens))
    speeds = [each for each in said if each.unit == "mbps"]
    return any(each.is_limit for each in said) or (bool(speeds) and all(each.upload for each in speeds))


async def promotions(turn: Turn, hub: Hub) -> Reply:
    """The special offers of today."""
    offers = (await hub.catalogue(turn.language)).promotions
    if not offers:
        return Reply("no_promotions")
    words = turn.words
    told = [
        words.form("promotion_until", text=offer.text, until=offer.until)
        if offer.until
        else words.form("promotion", text=offer.text)
        for offer in offers
    ]
    return Reply("promotions", {"promotions": "\n".join(told)})


def one_tariff(turn: Turn, answer: str, tariff: Tariff) -> Reply:
    """An answer about one tariff, which is then the one that is spoken of."""
    return Reply(answer, tariffs.values_of(tariff, turn.words), known={"tariff": tariff.name})


def tariff_buttons(turn: Turn, offered: Sequence[Tariff]) -> tuple[Button, ...]:
    """A button for each tariff, as an answer to what the turn is about."""
    return tuple(
        Button(tariff.name, f"/{turn.about}{json.dumps({'tariff': tariff.code})}") for tariff in offered
    )
