"""Something does not work: what the customer can try, and people when that was told before."""

from actions.coverage import outages
from actions.hub import Hub
from actions.turn import Reply, Turn


async def no_connection(turn: Turn, hub: Hub) -> Reply:
    """First aid; but where it is known that the line is out, nobody need crawl under a table."""
    town = turn.entities.get("town") or turn.memory.known.get("town")
    if town:
        known = await outages(turn.meaning("ask_outage", town=town), hub)
        if known.answer == "outage_known":
            return known
    return await first_aid(turn, hub)


async def first_aid(turn: Turn, hub: Hub) -> Reply:
    """What can be tried. Who writes of the same trouble again, right after that, has tried it."""
    if turn.memory.topic == turn.about and not turn.pressed:
        return Reply("did_not_help")
    return Reply(turn.about)
