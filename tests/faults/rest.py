"""After the last fault: waits until nothing is unsent, unshown or undelivered any more, or says who is not at rest."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import AsyncMongoClient

from tests.faults.reading import newest, undelivered
from tests.faults.world import Life, Person, World, waits_in

TELL_EVERY = 20.0  # seconds
STILL_FOR = 3.0  # seconds of rest that are believed
MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Behind:
    """A screen that does not show all that is stored."""

    who: str
    conversation_id: str
    shown: int
    stored: int


@dataclass(frozen=True, slots=True)
class Rest:
    """``people`` with the tasks they live in."""

    world: World
    people: Sequence[tuple[Person, "asyncio.Task[Any]"]]
    say: Callable[[str], None]

    async def come(self, within: float) -> float | None:
        """Wait for rest; the seconds that it took, None if it never came."""
        clock = self.world.clock
        began = told = clock()
        quiet_since: float | None = None
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(self.world.fleet.direct_uri)
        async with client:
            while clock() - began < within:
                await asyncio.sleep(0.5)
                owed = await undelivered(client)
                behind = self._behind(await newest(client))
                if all(person.settled for person, _ in self.people) and not owed and not behind:
                    quiet_since = quiet_since or clock()
                    if clock() - quiet_since > STILL_FOR:
                        return quiet_since - began
                    continue
                quiet_since = None
                if clock() - told > TELL_EVERY:
                    told = clock()
                    self.say(self._describe(owed, behind))
        return None

    def _behind(self, last: dict[str, tuple[int, int]]) -> list[Behind]:
        found = []
        for life in self.world.lives:
            for conversation_id, screen in life.client.screens.items() if life.client else ():
                seq, public_seq = last.get(conversation_id, (0, 0))
                stored = public_seq if life.public else seq
                if screen.timeline.last < stored:
                    found.append(Behind(life.log.who, conversation_id, screen.timeline.last, stored))
        return found

    def _describe(self, owed: int, behind: list[Behind]) -> str:
        waits = [
            f"{person.who} in {' > '.join(waits_in(task))}"
            for person, task in self.people
            if not person.settled
        ]
        unsettled = [
            _of(life) for life in self.world.lives if life.client is not None and not life.client.settled
        ]
        pending = len(self.world.fleet.api.pending)
        lines = [f"not at rest; owed to Telegram {owed}, pending from it {pending}", *waits, *unsettled]
        return "\n    ".join([*lines, *map(str, behind)][:MOST_LINES])


def _of(life: Life) -> str:
    client = life.client
    assert client is not None
    unsent = [(item.event, item.tries) for item in client.outbox if item.failed is None]
    state = f"connection {client.connection is not None}, turned away {client.turned_away}"
    return f"{life.log.who}: {state}, unsent {unsent}"
