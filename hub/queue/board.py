"""The state of the queue at a glance: lengths by team (for the place in line) and counts (for the panel)."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime

from hub.clock import Clock
from hub.conversation.commands import Context, always_open
from hub.queue.teams import TEAMS
from storage.model.conversation import Conversation, Responder, Status
from storage.ports import Counts, Storage

GATHER = 0.1  # seconds in which changes are gathered before counting again
COUNT_EVERY = 5.0  # seconds, when nothing seems to change
REST = 10.0  # times as long as counting took is nothing counted: it never takes more than a tenth of anything
MOST_COUNTED = 10_000  # "that many or more"
MOST_NOTED = 10_000  # conversations of which is known how they were counted
MOST_PLACES = 1_000  # queued conversations whose place is told

Follower = Callable[[], None]
Audiences = Callable[[], Collection[frozenset[str]]]


NOTHING = Counts(0, 0)


class Board:
    """Counts again whenever something has changed; followers are told after each count that differs."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        default_team: str,
        closed_until: Callable[[datetime], datetime | None] = always_open,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._default_team = default_team
        self._closed_until = closed_until
        self._lengths: dict[str, int] = {}
        self.counts = NOTHING
        self.in_hand: dict[str, int] = {}
        self._of_teams: dict[frozenset[str], Counts] = {}
        self.places: dict[str, int] = {}
        self._noted: OrderedDict[str, tuple[Status, Responder]] = OrderedDict()
        self._wake = asyncio.Event()
        self._followers: list[Follower] = []
        self._audiences: Audiences = self._included

    def context(self) -> Context:
        """What decisions may look at."""
        return Context(self._clock.now(), self._lengths, self._default_team, self._closed_until)

    def follow(self, follower: Follower) -> None:
        """Call ``follower()`` when counts or places have changed. It must not block."""
        self._followers.append(follower)

    def count_for(self, audiences: Audiences) -> None:
        """Count for the sets of teams that ``audiences()`` names and no others; without it for all ever included."""
        self._audiences = audiences

    def note(self, conversation: Conversation) -> None:
        """A snapshot has been written. Mere words change no number: only a new place in the lists does."""
        place = (conversation.status, conversation.responder)
        if self._noted.get(conversation.id) != place:
            self._noted[conversation.id] = place
            self._noted.move_to_end(conversation.id)
            if len(self._noted) > MOST_NOTED:
                self._noted.popitem(last=False)
            self._wake.set()

    async def include(self, teams: Sequence[str] | None) -> None:
        """From now on count for these teams too (None: for all); what ``counts_of`` then knows."""
        if teams is not None and frozenset(teams) not in self._of_teams:
            self._of_teams[frozenset(teams)] = await self._count(list(teams))

    def counts_of(self, teams: Sequence[str] | None) -> Counts:
        """The counts over what somebody of these teams (None: all) sees in lists."""
        return self.counts if teams is None else self._of_teams.get(frozenset(teams), NOTHING)

    def place(self, conversation_id: str) -> int | None:
        """In the queue, 1 = next; None if it is not known yet."""
        return self.places.get(conversation_id)

    def _included(self) -> Collection[frozenset[str]]:
        return self._of_teams.keys()

    async def _count(self, teams: list[str] | None) -> Counts:
        return await self._storage.conversations.counts(teams, MOST_COUNTED)

    async def watch(self) -> None:
        """The job."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await self.count()
            took = loop.time() - began
            with suppress(TimeoutError):  # nothing changed: count all the same, another hub may have
                # Not wait_for, which in Python 3.11 may swallow a cancellation that comes with the news.
                async with asyncio.timeout(COUNT_EVERY):
                    await self._wake.wait()
            await asyncio.sleep(max(GATHER, REST * took))

    async def count(self) -> None:
        """Count now."""
        self._wake.clear()
        counts = await self._count(None)
        of_teams = {teams: await self._count(sorted(teams)) for teams in list(self._audiences())}
        in_hand = await self._storage.conversations.in_hand()
        waiting = await self._storage.conversations.in_line(MOST_PLACES)
        lengths, places = number(waiting)
        if len(waiting) == MOST_PLACES:  # there are more
            lengths = {team: (await self._count([team])).queued for team in TEAMS}
        self._lengths = lengths
        before = (
            self.counts,
            self.in_hand,
            self.places,
            {teams: self._of_teams.get(teams) for teams in of_teams},
        )
        changed = (counts, in_hand, places, of_teams) != before
        self.counts, self.in_hand, self.places = counts, in_hand, places
        here = set(self._audiences())  # with whoever came while this was counted
        self._of_teams = {
            teams: each for teams, each in {**self._of_teams, **of_teams}.items() if teams in here
        }
        if changed:
            for follower in self._followers:
                follower()


def number(waiting: Sequence[tuple[str, str]]) -> tuple[dict[str, int], dict[str, int]]:
    """Lengths by team and each conversation's place within its team, of (conversation, team) in line. Pure."""
    lengths: dict[str, int] = {}
    places: dict[str, int] = {}
    for conversation_id, team in waiting:
        places[conversation_id] = lengths[team] = lengths.get(team, 0) + 1
    return lengths, places
