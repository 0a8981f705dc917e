"""The board of a panel: how much waits, is open and in hand, for each operator as far as they see."""

import asyncio

from hub.nlu import Nlu
from hub.people.access import visible_teams
from hub.protocol import operator
from hub.queue.board import Board
from hub.realtime.announcer import Announcer
from hub.realtime.rooms import operator_room
from hub.realtime.sockets import Sockets
from hub.realtime.watchers import OPERATOR
from storage.model.people import Operator

BOT_STATE_EVERY = 1.0  # seconds between two looks


class Boards:
    """A follower of the board."""

    def __init__(self, announcer: Announcer, sockets: Sockets, board: Board, nlu: Nlu) -> None:
        self._announcer = announcer
        self._sockets = sockets
        self._board = board
        self._nlu = nlu

    def recounted(self) -> None:
        """There are new counts: every panel gets its own."""
        for who in self._sockets.operators():
            changed = operator.BoardChanged(board=self.view(who))
            self._announcer.tell(OPERATOR, "board.changed", changed, operator_room(who.id))

    async def welcome(self, who: Operator) -> None:
        """Somebody came: count what they may see."""
        await self._board.include(visible_teams(who))

    def view(self, who: Operator) -> operator.BoardView:
        """The counts for one operator."""
        counts = self._board.counts_of(visible_teams(who))
        return operator.BoardView(
            queued=counts.queued,
            open=counts.open,
            mine=self._board.in_hand.get(who.id, 0),
            bot=self._nlu.state.value,
        )

    def loads(self) -> dict[str, int]:
        """How many open conversations each operator has."""
        return self._board.in_hand

    async def tell_bot_state(self) -> None:
        """The job: when the bot comes or goes, every panel's board says so."""
        told = self._nlu.state
        while True:
            await asyncio.sleep(BOT_STATE_EVERY)
            if self._nlu.state is not told:
                told = self._nlu.state
                self.recounted()
