"""Something does not work: what the customer can try, and people when that was told before."""

from dataclasses import replace

from actions import extras
from actions.coverage import listed, one_town
from actions.hub import Hub
from actions.turn import Reply, Turn, asking
from actions.wireless import is_wireless

TROUBLE = {"connection_problem", "did_not_help"}
"""What may be for an outage."""

_OUTAGE = "ask_outage"
_WIFI = "router_wifi"


async def no_connection(turn: Turn, hub: Hub) -> Reply:
    """First aid; but where the line is known to be out nobody need crawl under a table.

    That is certain for the whole of a town, or the part of it, that the customer has just named. Otherwise theirs may
    be another trouble, and they are told of both.
    """
    aid = await first_aid(turn, hub)
    named, part, several = await one_town(turn, hub)
    said = None if turn.pressed or several else named.told("town")
    remembered = turn.memory.known.get("town")
    town, told_before = said or remembered, turn.memory.topic in (turn.about, _OUTAGE)
    if town is None or (told_before and not said):
        return aid
    found = await hub.outages(town, named.told("street") or part, turn.language)
    on = [outage for outage in found.outages if outage.on]
    if found.town is None:
        return aid
    known = {"town": found.town} | ({"street": found.street} if found.street else {})
    if not on or (told_before and found.town == remembered):
        return replace(aid, known=known)
    told = {**known, "outages": listed(turn, on)}
    if said and (found.street or not all(outage.streets for outage in on)):
        return Reply("outage_known", told, known=known, topic=_OUTAGE)
    return replace(aid, before=("outage_elsewhere",), values=told, known=known)


async def first_aid(turn: Turn, hub: Hub) -> Reply:
    """What can be tried. Who writes of the same trouble again, right after that, has tried it."""
    if turn.memory.topic == turn.about and not turn.pressed:
        return Reply("did_not_help")
    return Reply(turn.about)


async def slow_connection(turn: Turn, hub: Hub) -> Reply:
    """First aid, which asks how it is by cable: the Wi-Fi can be helped with, the line is for people."""
    if turn.answers("cable"):
        return Reply(_WIFI, topic=_WIFI) if is_wireless(turn) else Reply("did_not_help")
    reply = await first_aid(turn, hub)
    return asking(turn, reply.answer, "cable") if reply.answer == turn.about else reply


async def wifi(turn: Turn, hub: Hub) -> Reply:
    """Advice, or the price of a router. Another question about the Wi-Fi does not say that advice has failed, unless
    something was tried.
    """
    if turn.words.listens.matters["owning"].within(turn.parts) and (wanted := extras.asked_for(turn)):
        return extras.told(turn, await hub.catalogue(turn.language), wanted, None)
    tried = turn.words.listens.line["tried"].within(turn.parts)
    return await first_aid(turn, hub) if tried else Reply(_WIFI)
