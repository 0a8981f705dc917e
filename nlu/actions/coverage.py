"""Whether somebody can be connected, and whether the line is out where they live."""

import json
from collections.abc import Iterable, Sequence

from actions import tariffs
from actions.content import Button
from actions.hub import Hub
from actions.places import Availability, Outage
from actions.turn import Reply, Turn, asking

_SUGGESTED = 4
_TOLD_AT_ONCE = 5


async def availability(turn: Turn, hub: Hub) -> Reply:
    """Whether there is service in the town, and on the street where that matters."""
    turn, part, which = await one_town(turn, hub)
    if which:
        return which
    town = _town(turn)
    if town is None:
        return asking(turn, "availability_ask_town", "town")
    street = turn.told("street") or ""
    if turn.answers("street") and "town" in turn.entities and (before := turn.given.get("town")):
        # A street that bears the name of a town, or a part of one, looks like a town.
        there = await _there(turn, hub, before, (street or turn.typed, *turn.named("town")))
        if there.street or there.suggestions:
            return await _told(turn, hub, there, street)
    found = await _there(turn, hub, town, (street or part, part))
    if found.town is None and (before := _town_before(turn)):
        there = await hub.availability(before, town, turn.language)
        found = there if there.street else found
    elif part and not street and not (found.street or found.suggestions):
        found = await hub.availability(town, "", turn.language)  # what else was named is not known there
    return await _told(turn, hub, found, street)


async def _there(turn: Turn, hub: Hub, town: str, names: Iterable[str]) -> Availability:
    """What the hub knows of a town: of the first of these parts that is known there, or else may be meant."""
    found = [await hub.availability(town, name, turn.language) for name in dict.fromkeys(names)]
    known = next((each for each in found if each.street), None)
    return known or next((each for each in found if each.suggestions), found[0])


async def _told(turn: Turn, hub: Hub, found: Availability, street: str) -> Reply:
    if found.town is None:
        return _unknown_town(turn, found.suggestions, "availability_ask_town")
    values, known = {"town": found.town}, _known(turn, found.town, found.street)
    match found.verdict:
        case "available":
            return Reply("availability_available", values | await _tariffs(turn, hub, found), known=known)
        case "some_streets" if not turn.answers("street") or found.suggestions:
            return asking(
                turn,
                "availability_ask_street",
                "street",
                values=values,
                known=known,
                filled={"town": found.town, "street": ""},
                buttons=_buttons(turn, "street", found.suggestions),
            )
        case "soon" if found.from_text:
            return Reply("availability_soon", values | {"from": found.from_text}, known=known)
        case "soon":
            return Reply("availability_planned", values, known=known)
        case "not_available" if not street or not await _is_in_some_streets(turn, hub, found.town):
            return Reply("availability_not", values, known=known)
    # A street that nobody knows says nothing of the town.
    return Reply("availability_some_streets", values, known=known)


async def outages(turn: Turn, hub: Hub) -> Reply:
    """What is known to be out in the town; everywhere, for who presses the button or where there is nothing at all."""
    turn, part, which = await one_town(turn, hub)
    if which:
        return which
    town = _town(turn)
    wide = turn.pressed or turn.words.listens.everywhere.within(turn.parts)
    if town is None or (wide and "town" not in turn.entities):
        everywhere = await hub.outages("", "", turn.language)
        if not everywhere.outages:
            return Reply("outages_nowhere")
        if wide:
            return Reply("outages_all", {"outages": listed(turn, everywhere.outages)})
        return asking(turn, "outage_ask_town", "town")
    found = await hub.outages(town, turn.told("street") or part, turn.language)
    unknown: dict[str, str] = {}
    if found.town is None and (before := _town_before(turn)):
        there = await hub.outages(before, town, turn.language)
        if there.street:
            found = there
        elif turn.memory.topic == turn.about and not found.suggestions:
            found, unknown = (
                there,
                {"part": town},
            )  # rather a part of the town just spoken of than another town
    if found.town is None:
        return _unknown_town(turn, found.suggestions, "outage_ask_town")
    values, known = {"town": found.town}, _known(turn, found.town, found.street)
    if found.street:
        values["town"] = turn.words.form("part_of_town", town=found.town, part=found.street)
    values, first = values | unknown, ("part_unknown",) if unknown else ()
    if found.outages:
        told = values | {"outages": listed(turn, found.outages)}
        return Reply("outage_known", told, before=first, known=known)
    return Reply("outage_none", values, before=first, known=known)


def listed(turn: Turn, outages: Sequence[Outage]) -> str:
    """One line for each of the first few."""
    return "\n".join(turn.words.form("outage", text=outage.text) for outage in outages[:_TOLD_AT_ONCE])


async def _is_in_some_streets(turn: Turn, hub: Hub, town: str) -> bool:
    """Whether it is for the street alone that the town seems to be without service."""
    return (await hub.availability(town, "", turn.language)).verdict == "some_streets"


def _known(turn: Turn, town: str, street: str | None) -> dict[str, str]:
    """What is to be remembered of a place: not the street of another town."""
    if street:
        return {"town": town, "street": street}
    lasts = "street" in turn.entities or town == turn.memory.known.get("town")
    return {"town": town} if lasts else {"town": town, "street": ""}


def _town(turn: Turn) -> str | None:
    return turn.told("town") or turn.memory.known.get("town")


def _town_before(turn: Turn) -> str | None:
    """The town that was spoken of before another name was said, which may be that of a part of it."""
    return turn.given.get("town") or turn.memory.known.get("town") if "town" in turn.entities else None


async def one_town(turn: Turn, hub: Hub) -> tuple[Turn, str, Reply | None]:
    """The turn with one town in it, and what else is named, perhaps a part of that; if it names several towns that are
    known, a reply that asks which of them is meant.
    """
    said = turn.named("town")
    if len(said) < 2:
        return turn, "", None
    found = {town: await hub.availability(town, "", turn.language) for town in said[:_SUGGESTED]}
    towns = tuple(dict.fromkeys(each.town for each in found.values() if each.town))
    if turn.answers("street") and len(towns) > 1:
        return turn, "", None
    if len(towns) > 1:
        buttons = _buttons(turn, "town", towns)
        return turn, "", asking(turn, "town_which", "town", buttons=buttons, filled={"town": ""})
    part = next((name for name, each in found.items() if each.town is None), "")
    return (turn.meaning(turn.about, town=towns[0]), part, None) if towns else (turn, "", None)


def _unknown_town(turn: Turn, suggestions: Iterable[str], otherwise: str) -> Reply:
    town = turn.told("town")
    if town is None:
        return asking(turn, otherwise, "town")  # what was remembered of another matter was no town
    buttons = _buttons(turn, "town", suggestions)
    return asking(turn, "town_unknown", "town", values={"town": town}, buttons=buttons, filled={"town": ""})


def _buttons(turn: Turn, name: str, values: Iterable[str]) -> tuple[Button, ...]:
    return tuple(
        Button(value, f"/{turn.about}{json.dumps({name: value}, ensure_ascii=False)}")
        for value in list(values)[:_SUGGESTED]
    )


async def _tariffs(turn: Turn, hub: Hub, found: Availability) -> dict[str, str]:
    offered = (await hub.catalogue(turn.language)).tariffs
    there = [tariff for tariff in offered if tariff.code in found.tariffs]
    return {"tariffs": tariffs.listed(there, turn.words)}
