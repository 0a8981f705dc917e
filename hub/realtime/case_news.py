"""A case that was opened: said on its conversation's timeline, and to the panels that show it."""

from hub.cases.views import case_view
from hub.conversation.bot_turn import BOT
from hub.conversation.commands import Command, OpenCase
from hub.conversation.dispatcher import Dispatcher
from hub.protocol import operator
from hub.realtime.watchers import Watchers
from storage.model.cases import Case


class CaseNews:
    """Tells of cases; each once on the timeline, however often it is asked to."""

    def __init__(self, dispatcher: Dispatcher, watchers: Watchers) -> None:
        self._dispatcher = dispatcher
        self._watchers = watchers

    async def announce(self, case: Case) -> None:
        """Raises what ``Dispatcher.submit`` raises."""
        command = Command(BOT, f"case:{case.id}", OpenCase(case.summary))
        await self._dispatcher.submit(case.conversation_id, command)
        changed = operator.CaseChanged(conversation_id=case.conversation_id, case=case_view(case))
        self._watchers.tell("case.changed", changed, case.conversation_id)
