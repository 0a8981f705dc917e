"""What needs no more than words: answers that stand ready, hours and contacts, and not having understood."""

from actions.handover import team_of
from actions.hub import Hub
from actions.listening import CLEAR
from actions.memory import MOST_MISSES
from actions.turn import Reply, Turn

_GUESSES_SHOWN = 2


async def ready_answer(turn: Turn, hub: Hub) -> Reply:
    """The answer of the intent's own name; an intent without one was not understood."""
    return Reply(turn.about) if turn.about in turn.content.answers else not_understood(turn)


async def opening_hours(turn: Turn, hub: Hub) -> Reply:
    """When people answer, and whether they do now."""
    hours = await hub.hours(turn.language)
    values = {"hours": hours.hours_text}
    if hours.open and hours.closes:
        return Reply("hours_open", values | {"closes": hours.closes})
    if not hours.open and hours.opens:
        return Reply("hours_closed", values | {"opens": hours.opens})
    return Reply("ask_opening_hours", values)


async def contacts(turn: Turn, hub: Hub) -> Reply:
    """Where to reach people, and when; who names a town that has no branch is told so."""
    values = {"hours": (await hub.hours(turn.language)).hours_text}
    said = None if turn.pressed else turn.entities.get("town")
    if said is None:
        return Reply("ask_contacts", values)
    town = (await hub.availability(said, "", turn.language)).town
    if town is None or town in turn.words.facts["branch"]:
        return Reply("ask_contacts", values)
    return Reply("ask_contacts", values | {"town": town}, before=("branch_elsewhere",), known={"town": town})


async def out_of_scope(turn: Turn, hub: Hub) -> Reply:
    """Something that is clearly not the bot's to know. A mere guess, and words of which nobody says any, are not that:
    they are not understood.
    """
    if turn.confidence >= CLEAR and any(word in turn.common for word in turn.parts):
        return Reply("out_of_scope")
    return not_understood(turn)


def not_understood(turn: Turn) -> Reply:
    """The first time asks to rephrase, with the likeliest topics; the second time in a row a person takes over.

    What was typed for a machine is no reason for either.
    """
    if turn.is_code:
        return Reply("not_understood", misunderstood=turn.memory.misunderstood)
    misunderstood = turn.memory.misunderstood + 1
    if misunderstood >= MOST_MISSES:
        return Reply("handoff_not_understood", team=team_of(turn))
    likely = turn.content.likely_buttons(turn.guesses)[:_GUESSES_SHOWN]
    return Reply("not_understood", button_names=tuple(likely), misunderstood=misunderstood)
