"""What is written down for people to read: a complaint or a wish as a case, and a message.

The number of a case is told by the line that the hub puts into the conversation, so it is not in the bot's words.
"""

from actions.handover import team_named, team_of
from actions.hub import Hub
from actions.turn import Reply, Turn, asking

_WORTH_KEEPING = 3  # words beyond those that only say that there is something to say


async def complaint(turn: Turn, hub: Hub) -> Reply:
    """Taken down, and then to people."""
    words = words_said(turn)
    if words is None:
        return asking(turn, "complaint_ask_words", "words")
    number = await hub.open_case(turn.conversation, turn.message_id, "complaint", words, turn.language)
    known = {"words": words, "case": number}
    return Reply("complaint", before=("complaint_taken",), team=_team(turn), known=known)


async def wish(turn: Turn, hub: Hub) -> Reply:
    """Taken down; nobody need answer it."""
    words = words_said(turn)
    if words is None:
        return asking(turn, "wish_ask_words", "words")
    number = await hub.open_case(turn.conversation, turn.message_id, "wish", words, turn.language)
    return Reply("wish", known={"words": words, "case": number})


async def leave_message(turn: Turn, hub: Hub) -> Reply:
    """Kept for those who take over."""
    words = words_said(turn)
    if words is None:
        return asking(turn, "message_ask_words", "words")
    return Reply("leave_message", team=team_of(turn), known={"words": words})


def _team(turn: Turn) -> str | None:
    """Whose matter is named, else whose the topic just before was. An older one tells nothing: that of somebody who
    asked for tariffs first.
    """
    if named := team_named(turn):
        return named
    before = [intent for intent in turn.memory.tried if intent != turn.about]
    return turn.content.topics.get(before[-1]) if before else None


def words_said(turn: Turn) -> str | None:
    """What somebody has to say: all that they write when asked for it, else what says more than that they want to."""
    if turn.answers("words"):
        return turn.given.get("words")
    if turn.intent != turn.about or turn.confidence < turn.content.sure:
        return None  # it may be no complaint at all; asked back, they will say
    telling = [part for part in turn.parts if part not in turn.words.listens.asks]
    return turn.typed if len(telling) >= _WORTH_KEEPING else None
