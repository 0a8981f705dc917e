"""People who write to the Telegram bot. What they said and what reached them is the stand-in Bot API's own record."""

import asyncio
from dataclasses import dataclass

from tests.faults.rasa import HUMAN
from tests.faults.world import World

MOST_UNCONFIRMED = 10
WANT_HUMAN_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Said:
    """A text that somebody sent to the bot, by its update's number."""

    update_id: int
    chat_id: int
    text: str
    at: float


class TelegramUser:
    """One chat."""

    def __init__(self, world: World, chat_id: int, pause: float) -> None:
        self.said: list[Said] = []
        self.chat_id = chat_id
        self.who = f"chat {chat_id}"
        self._world = world
        self._person = world.fleet.api.customer(chat_id, language="en")
        self._pause = pause
        self._random = world.child()

    async def run(self) -> None:
        """See ``Person``."""
        while not self._world.over.is_set():
            await asyncio.sleep(self._random.expovariate(1 / self._pause))
            if self._world.over.is_set() or self._unconfirmed() >= MOST_UNCONFIRMED:
                continue
            wish = f" {HUMAN}" if self._random.random() < WANT_HUMAN_SHARE else ""
            text = f"t{self._person.id}:{len(self.said) + 1}{wish}"
            self.said.append(Said(self._person.writes(text), self._person.id, text, self._world.clock()))

    @property
    def settled(self) -> bool:
        return self._unconfirmed() == 0

    def _unconfirmed(self) -> int:
        pending = {update["update_id"] for update in self._world.fleet.api.pending}
        return sum(said.update_id in pending for said in self.said[-MOST_UNCONFIRMED:])
