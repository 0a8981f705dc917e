"""Bugs of clients and of the carrier."""

import asyncio
from dataclasses import replace
from typing import Any

from hub.conversation.feed import Feed
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from tests.clients import outbox as box
from tests.clients import timeline as lines
from tests.clients.client import Client, Screen
from tests.clients.sides import News
from tests.clients.transport import Connection, Data
from tests.simulation.bugs.planting import bug
from tests.simulation.carrier import Carrier


class Unrepaired(Client):
    """Asks for nothing that is missing, once it has read what there was at first."""

    def needs_reading(self, screen: Screen) -> bool:
        return screen.stale


class GapsStay(Client):
    """What lies beyond a gap waits for ever."""

    def needs_reading(self, screen: Screen) -> bool:
        return super().needs_reading(screen) and (
            screen.stale or screen.timeline.known not in screen.timeline.ahead
        )


class AsItComes(Client):
    """Shows whatever is newer than the newest, gap or not."""

    def _take(self, screen: Screen, news: News) -> None:
        for entry in sorted(news.entries, key=lambda entry: entry["seq"]):
            last = screen.timeline.last
            if entry["seq"] > last + 1:
                screen.timeline = lines.Timeline(entry["seq"] - 1, entry["seq"] - 1)
            super()._take(screen, News(news.conversation_id, (entry,), news.known))
        super()._take(screen, replace(news, entries=()))


class Doubled(Client):
    """Shows what it has shown already."""

    def _take(self, screen: Screen, news: News) -> None:
        for entry in news.entries:
            if entry["seq"] <= screen.timeline.last:
                self.show(news.conversation_id, entry)
        super()._take(screen, news)


class Renamed(Client):
    """Takes a new client_id for each try."""

    def _answered(self, item: box.Item, answer: Data | None, asked_at: float) -> None:
        super()._answered(item, answer, asked_at)
        fresh = self.key()
        if any(each.client_id == item.client_id and each.failed is None for each in self.outbox):
            self.log.attempt(fresh, item.conversation_id, item.event, item.data.get("text", ""))
        self.outbox = tuple(
            replace(each, client_id=fresh) if each.client_id == item.client_id and not each.failed else each
            for each in self.outbox
        )


class Forgetful(Client):
    """Keeps nothing across a reload."""

    def saved(self) -> str:
        return box.saved(())


class GivesUp(Client):
    """Forgets what was not answered."""

    def _answered(self, item: box.Item, answer: Data | None, asked_at: float) -> None:
        if answer is None:
            self.outbox = box.accepted(self.outbox, {item.client_id})
        else:
            super()._answered(item, answer, asked_at)


class Hasty(Client):
    """Does not wait for the answer before sending the next."""

    async def _keep_shipping(self, connection: Connection, group: asyncio.TaskGroup) -> None:
        under_way: set[str] = set()

        async def ship(item: box.Item) -> None:
            await self._ship(connection, item)
            under_way.discard(item.client_id)

        while True:
            self._to_ship.clear()
            now = self._clock()
            for item in self.outbox:
                if item.failed is None and item.retry_at <= now and item.client_id not in under_way:
                    under_way.add(item.client_id)
                    group.create_task(ship(item))
            moment = box.next_moment(self.outbox, now)
            try:
                async with asyncio.timeout(None if moment is None else max(0.01, moment - now)):
                    await self._to_ship.wait()
            except TimeoutError:
                pass  # the time of an item has come


class Rash(Carrier):
    """Confirms an update to Telegram before the hub has it."""

    async def append(self, connection: Connection, updates: list[Data]) -> Data | None:
        for update in updates:
            self.telegram.confirm(update["client_id"])
        return await super().append(connection, updates)


class Unsettled(Carrier):
    """Forgets to tell what became of a delivery."""

    @staticmethod
    async def _ask(connection: Connection, event: str, **data: Any) -> Data | None:
        if event == "delivery.settle":
            return {"held": True}
        return await Carrier._ask(connection, event, **data)


def published_at_once(self: Any, entry: Entry, conversation: Conversation) -> None:
    """A hub's own entry, whatever of others' may still be missing before it: screens see gaps."""
    self._publish(entry, conversation)


bug(
    "no gap pull",
    "what lies beyond a gap waits for ever",
    (Feed, "stored", published_at_once),
    client=GapsStay,
)
bug("order of arrival", "entries are shown as they come", client=AsItComes)
bug("shown twice", "what was shown is shown again", client=Doubled)
bug("new id on retry", "each try has a client_id of its own", client=Renamed)
bug("outbox lost on reload", "what was not sent is forgotten with the page", client=Forgetful)
bug("no answer is the end", "what was not answered is never tried again", client=GivesUp)
bug("two in flight", "the next is sent before the first is answered", client=Hasty)
bug("confirmed before the ack", "Telegram is told too early that an update is safe", carrier=Rash)
bug("deliveries never settled", "what became of a delivery is not told", carrier=Unsettled)
