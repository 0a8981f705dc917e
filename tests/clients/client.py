"""The honest client: what a customer's widget and an operator's panel promise, over any transport.

It reconnects with a jittered back-off, reads what it missed page by page, shows each entry once and in order, sends one
message per conversation at a time with a client_id that never changes, and keeps what is unsent across a reload
(``saved`` → ``Client(..., unsent=…)``). What it saw and did is in its ``log``.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from tests.clients import outbox as box
from tests.clients import timeline as lines
from tests.clients.log import Log
from tests.clients.sides import News, Side
from tests.clients.transport import Connection, Data, Transport, TurnedAway, Unreached

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0  # seconds before connecting again, doubled each time
AFTER_DISMISSAL = 1.0  # the hub ended the connection: it is there, or soon is again
ANSWER_WITHIN = 8.0
READ_AGAIN = 1.0


class _Lost(Exception):
    """The connection is over."""


@dataclass(slots=True)
class Screen:
    """One conversation as it is shown. ``marks`` recognises an entry that says something else than before."""

    timeline: lines.Timeline = field(default_factory=lines.Timeline)
    stale: bool = True  # not read since the connection came about
    watched: bool = False
    marks: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)  # seq by client_id


class Client:
    """One life of one client, from its opening to its reload or end. Give ``run`` to a task; cancelling it closes.

    ``clock`` gives seconds for the log. Pauses are those of the running event loop.
    """

    def __init__(
        self,
        who: str,
        side: Side,
        transport: Transport,
        *,
        clock: Callable[[], float],
        random: Random,
        unsent: str | None = None,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self.log = Log(who, clock)
        self.outbox: box.Outbox = box.restored(unsent) if unsent else ()
        self.screens: dict[str, Screen] = {}
        self.connection: Connection | None = None
        self.connections = 0  # that came about
        self.turned_away: Data | None = None  # the last refusal of a handshake, if no connection followed
        self._side = side
        self._transport = transport
        self._clock = clock
        self._random = random
        self._within = answer_within
        self._busy: set[str] = set()
        self._to_read = asyncio.Event()
        self._to_ship = asyncio.Event()
        self._comeback: float | None = None
        self._pause = FIRST_PAUSE

    @property
    def settled(self) -> bool:
        """Connected, nothing unsent, nothing known to be missing."""
        read = not any(self.needs_reading(screen) for screen in self.screens.values())
        return self.connection is not None and read and not box.waiting(self.outbox)

    @property
    def in_flight(self) -> int:
        """Requests of the outbox that wait for their answer."""
        return len(self._busy)

    def key(self) -> str:
        """A fresh client_id."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def open(self, conversation_id: str) -> None:
        """Show a conversation from now on."""
        if conversation_id not in self.screens:
            self.screens[conversation_id] = Screen()
            self.log.open(conversation_id)
            self._to_read.set()

    def close(self, conversation_id: str) -> None:
        """Show it no longer. Opened again, it is shown from its beginning."""
        if self.screens.pop(conversation_id, None) is not None:
            self.log.close(conversation_id)

    def write(self, conversation_id: str, event: str, text: str = "", **data: Any) -> str:
        """Ask for something that must be carried out once; its client_id."""
        if text:
            data["text"] = text
        item = box.Item(self.key(), conversation_id, event, data, self._clock())
        self.log.attempt(item.client_id, conversation_id, event, text)
        self.outbox = box.written(self.outbox, item)
        self._to_ship.set()
        return item.client_id

    def say(self, conversation_id: str, text: str) -> str:
        """Words for the other side."""
        return self.write(conversation_id, "message.send", text)

    def saved(self) -> str:
        """What a reload or a restart of the browser keeps."""
        return box.saved(self.outbox)

    async def ask(self, event: str, data: Data) -> Data | None:
        """Ask once; the acknowledgement or None."""
        if self.connection is None:
            return None
        return await self.connection.ask(event, data, self._within)

    async def run(self) -> None:
        """Connect, and again whenever the connection is lost."""
        while True:
            lost: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            try:
                connection = await self._transport.connect(self.heard, lambda why, lost=lost: _end(lost, why))
            except Unreached:
                await self._rest(None)
            except TurnedAway as refusal:
                self.turned_away = refusal.error
                await self._rest(refusal.error.get("retry_after"))
            else:
                dismissed = await self._live(connection, lost)
                comeback, self._comeback = self._comeback, None
                await self._rest(AFTER_DISMISSAL if dismissed and comeback is None else comeback)

    async def _rest(self, seconds: float | None) -> None:
        pause = self._pause if seconds is None else seconds
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause * (0.75 + self._random.random() / 2))

    async def _live(self, connection: Connection, lost: "asyncio.Future[bool]") -> bool:
        """Until the connection is lost; whether the hub dismissed us."""
        self.connection, self.turned_away, self._pause = connection, None, FIRST_PAUSE
        self.connections += 1
        for screen in self.screens.values():
            screen.stale, screen.watched = True, False
        self.outbox = box.hurried(self.outbox)
        self._to_read.set()
        self._to_ship.set()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_reading(connection))
                group.create_task(self._keep_shipping(connection, group))
                await lost
                raise _Lost
        except* _Lost:
            pass
        finally:
            self.connection = None
            self._busy.clear()
            await connection.close()
        return lost.result()

    def heard(self, event: str, data: Data) -> None:
        """An event has arrived."""
        if event == "server.leaving":
            self._comeback = data["reconnect_in"]
        for news in self._side.news(event, data):
            screen = self.screens.get(news.conversation_id)
            if screen is None:
                continue
            if news.gone:
                self.close(news.conversation_id)
                continue
            self._take(screen, news)

    def _take(self, screen: Screen, news: News) -> None:
        self._compare(screen, news)
        timeline, fresh = lines.appended(lines.noted(screen.timeline, news.known), news.entries)
        screen.timeline = timeline
        for entry in fresh:
            self.show(news.conversation_id, entry)
        self.outbox = box.accepted(self.outbox, {entry["client_id"] for entry in fresh} - {None})
        if self.needs_reading(screen):
            self._to_read.set()

    def needs_reading(self, screen: Screen) -> bool:
        """Something may be missing, or is known to be."""
        return screen.stale or lines.is_behind(screen.timeline)

    def show(self, conversation_id: str, entry: lines.Entry) -> None:
        """An entry comes onto the screen."""
        self.log.show(conversation_id, entry)

    def _compare(self, screen: Screen, news: News) -> None:
        """Whatever is told twice must be the same, and a client_id has one place."""
        for entry in news.entries:
            seq, client_id, body = entry["seq"], entry["client_id"], entry["body"]
            mark = (client_id, entry["author"]["kind"], body["kind"], body.get("text"))
            if screen.marks.setdefault(seq, mark) != mark:
                self.log.anomaly(f"entry {seq} of {news.conversation_id} is {mark}, was {screen.marks[seq]}")
            if client_id is not None and screen.own.setdefault(client_id, seq) != seq:
                self.log.anomaly(
                    f"{client_id} is at {seq} of {news.conversation_id}, was {screen.own[client_id]}"
                )

    async def _keep_reading(self, connection: Connection) -> None:
        while True:
            await self._to_read.wait()
            self._to_read.clear()
            whole = True
            for conversation_id, screen in list(self.screens.items()):
                if self.needs_reading(screen):
                    whole = await self._catch_up(connection, conversation_id, screen) and whole
            if not whole:
                await asyncio.sleep(READ_AGAIN * (1 + self._random.random() / 4))
                self._to_read.set()

    async def _catch_up(self, connection: Connection, conversation_id: str, screen: Screen) -> bool:
        """Read what was missed; False when it has to be tried again."""
        watching = self._side.to_watch(conversation_id)
        if watching is not None and not screen.watched:
            reply = await self._reply(connection, conversation_id, *watching)
            if self.screens.get(conversation_id) is not screen:
                return True  # closed meanwhile, or opened anew
            if reply is None:
                return False
            screen.watched = True
            self._take(screen, News(conversation_id, tuple(reply["entries"]), self._side.known(reply)))
        more = True
        while more:
            after = screen.timeline.last
            reply = await self._reply(
                connection, conversation_id, *self._side.to_read(conversation_id, after)
            )
            if self.screens.get(conversation_id) is not screen:
                return True
            if reply is None:
                return False
            self._take(screen, News(conversation_id, tuple(reply["entries"]), self._side.known(reply)))
            moved = screen.timeline.last > after
            more = moved and (reply["more"] or lines.is_behind(screen.timeline))
        screen.stale = False
        return not self.needs_reading(screen)

    async def _reply(
        self, connection: Connection, conversation_id: str, event: str, data: Data
    ) -> Data | None:
        answer = await connection.ask(event, data, self._within)
        if answer is None:
            return None
        if answer["ok"]:
            reply: Data = answer["data"]
            return reply
        if not answer["error"]["retryable"]:
            self.close(conversation_id)  # not ours to see
        return None

    async def _keep_shipping(self, connection: Connection, group: asyncio.TaskGroup) -> None:
        while True:
            self._to_ship.clear()
            now = self._clock()
            for item in box.sendable(self.outbox, self._busy, now):
                self._busy.add(item.conversation_id)
                self.outbox = box.sent(self.outbox, item.client_id)
                group.create_task(self._ship(connection, item))
            moment = box.next_moment(self.outbox, now)
            try:
                async with asyncio.timeout(None if moment is None else max(0.01, moment - now)):
                    await self._to_ship.wait()
            except TimeoutError:
                pass  # the time of an item has come

    async def _ship(self, connection: Connection, item: box.Item) -> None:
        asked_at = self._clock()
        answer = await connection.ask(*self._side.to_ship(item), self._within)
        self._busy.discard(item.conversation_id)
        self._answered(item, answer, asked_at)
        self._to_ship.set()

    def _answered(self, item: box.Item, answer: Data | None, asked_at: float) -> None:
        client_id, conversation_id = item.client_id, item.conversation_id
        if answer is not None and answer["ok"]:
            entry = answer["data"]["entry"]
            self.log.acknowledge(client_id, conversation_id, entry["seq"])
            self.outbox = box.accepted(self.outbox, {client_id})
            screen = self.screens.get(conversation_id)
            if screen is not None:
                self._take(screen, News(conversation_id, (entry,)))
        elif answer is None or answer["error"]["retryable"]:
            retry_after = answer["error"].get("retry_after") if answer else None
            self.outbox = box.put_off(
                self.outbox, client_id, self._clock(), retry_after, self._random.random()
            )
        else:
            code = answer["error"]["code"]
            self.log.refuse(client_id, conversation_id, code, in_doubt=item.tries > 0, asked_at=asked_at)
            self.outbox = box.refused(self.outbox, client_id, code)


def _end(lost: "asyncio.Future[bool]", dismissed: bool) -> None:
    if not lost.done():
        lost.set_result(dismissed)
