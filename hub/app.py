"""The composition root: the only place that sees everything. Builds the parts, wires them, starts and stops them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from random import Random, SystemRandom
from uuid import uuid4

import aiohttp
import structlog
from aiohttp import web

from hub.bus import Bus
from hub.clock import Clock, SystemClock
from hub.conversation.bot_turn import BotTurns
from hub.conversation.commands import Command, PlaceOrder
from hub.conversation.delivery import Outbox
from hub.conversation.dispatcher import Dispatcher
from hub.conversation.duties import Duties
from hub.conversation.feed import Feed
from hub.conversation.inbound import Inbound
from hub.conversation.snapshots import Snapshots
from hub.conversation.sweeper import Sweeper
from hub.demo.people import DEMO_OPERATORS
from hub.gossip import Gossip
from hub.http import health, internal, keys, orders, pages, session
from hub.http import widget as widget_http
from hub.http.inboxes import WebsiteInboxes
from hub.http.middlewares import errors, harden, opened
from hub.metrics import watch_journal
from hub.nlu import Nlu, NoNlu, Rasa
from hub.orders.placing import Placing
from hub.orders.views import order_view
from hub.origins import own_origins
from hub.people.accounts import Accounts
from hub.people.sessions import Sessions
from hub.protocol import operator as operator_wire
from hub.queue.board import Board
from hub.queue.desk import Desk
from hub.queue.teams import DEFAULT_TEAM
from hub.rates import Rates
from hub.realtime.announcer import Announcer
from hub.realtime.boards import Boards
from hub.realtime.broadcast import Broadcast
from hub.realtime.changes import Changes
from hub.realtime.channel import ChannelNamespace
from hub.realtime.colleagues import Colleagues
from hub.realtime.contact_views import ContactViews
from hub.realtime.cursors import Cursors
from hub.realtime.digest import Digest
from hub.realtime.leaving import say_goodbye
from hub.realtime.lists import Lists
from hub.realtime.operator import OperatorNamespace
from hub.realtime.relay import Relay
from hub.realtime.rows import Rows
from hub.realtime.server import LinkaServer
from hub.realtime.shown import Shown
from hub.realtime.sockets import Sockets
from hub.realtime.typing import Typing
from hub.realtime.vigil import Vigil
from hub.realtime.watchers import Watchers
from hub.realtime.widget import WidgetNamespace
from hub.settings import Settings
from hub.supervisor import Supervisor
from storage.errors import StorageUnavailable
from storage.journal import Journal
from storage.model.entry import Author, AuthorKind
from storage.model.orders import Order
from storage.mongo.opening import open_storage
from storage.ports import Storage

log = structlog.get_logger(__name__)

ORDERS_EVERY = 2.0  # seconds between two looks for orders that are not on their timelines
FLUSH_WITHIN = 4.0  # seconds, at the end; with TIDY_WITHIN and open requests a hub is gone within ten
TIDY_WITHIN = 2.0
BURST = 4  # times what somebody may ask a second in the long run, they may at once
OPEN_WITHIN = 1.0  # seconds that the database has before the hub listens without it
PREPARE_AGAIN = 1.0  # seconds between two tries to reach the database at the start


def build_app(
    settings: Settings,
    *,
    storage: Storage | None = None,
    nlu: Nlu | None = None,
    clock: Clock | None = None,
    server: LinkaServer | None = None,
) -> web.Application:
    """The hub as an aiohttp application. What is not given is the real thing, opened at start-up.

    It listens at once. Until the database has answered for the first time, all but its health is ``unavailable``.
    """
    app = web.Application(middlewares=[errors, opened, session.guard], client_max_size=64 * 1024)
    app.on_response_prepare.append(harden)
    for module in (health, internal, orders, pages, session, widget_http):
        app.add_routes(module.routes)
    bus = Bus(settings.redis_url) if settings.redis_url else None
    relay = Relay(bus) if bus else None
    server = server or LinkaServer(own_origins(settings.public_url, settings.port), relay)
    server.attach(app)
    parts = _Parts(settings, server, bus, relay, storage, nlu, clock or SystemClock())
    app[keys.SETTINGS] = settings
    app[keys.CLOCK] = parts.clock
    app.cleanup_ctx.append(parts.run)

    async def leave(_: web.Application) -> None:
        await say_goodbye(server, Random())

    app.on_shutdown.append(leave)  # before connections are closed; cleaning up comes after
    return app


class _Parts:
    """Everything that lives as long as the application."""

    def __init__(
        self,
        settings: Settings,
        server: LinkaServer,
        bus: Bus | None,
        relay: Relay | None,
        storage: Storage | None,
        nlu: Nlu | None,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._server = server
        self._bus = bus
        self._relay = relay
        self._given_storage = storage
        self._given_nlu = nlu
        self.clock = clock

    async def run(self, app: web.Application) -> AsyncIterator[None]:
        """A cleanup context: open in order, close in reverse."""
        async with AsyncExitStack() as stack:
            storage = self._given_storage
            if storage is None:
                storage = await stack.enter_async_context(self._open_storage())
            nlu = self._given_nlu or await self._open_nlu(stack)
            tasks = Supervisor()
            await tasks.start()
            try:
                begin, stop = self._wire(app, storage, nlu, tasks)
                is_open = app[keys.OPENED]

                async def open_up() -> None:
                    await _prepared(storage)
                    if not is_open.is_set():
                        begin()
                        is_open.set()

                tasks.job("opening", open_up, may_end=True)
                with suppress(TimeoutError):  # then it is said that it is not open yet
                    async with asyncio.timeout(OPEN_WITHIN):
                        await is_open.wait()
                yield
                await stop()
            finally:
                await tasks.stop()

    def _open_storage(self) -> AbstractAsyncContextManager[Storage]:
        uri = (
            self._settings.mongodb_uri or f"mongodb://127.0.0.1:{self._settings.mongo_port}/?replicaSet=linka"
        )
        return open_storage(
            uri, self._settings.mongodb_database, self._settings.mongodb_driver, watch_own=False
        )

    async def _open_nlu(self, stack: AsyncExitStack) -> Nlu:
        url = self._settings.nlu_url
        if url is None:
            return NoNlu()
        return Rasa(url, await stack.enter_async_context(aiohttp.ClientSession()))

    def _wire(
        self, app: web.Application, storage: Storage, nlu: Nlu, tasks: Supervisor
    ) -> tuple[Callable[[], None], Callable[[], Awaitable[None]]]:
        """All parts, put together but at rest; how to begin, and how to stop."""
        settings, server, clock = self._settings, self._server, self.clock
        hub_id = str(uuid4())
        journal = Journal(storage.entries)
        watch_journal(journal)
        board = Board(storage, clock, DEFAULT_TEAM)
        dispatcher = Dispatcher(storage, journal, board.context, tasks)
        snapshots = Snapshots(storage)
        sweeper = Sweeper(storage, snapshots, clock)
        sockets = Sockets()
        announcer = Announcer(server)
        watchers = Watchers(announcer, sockets)
        shown = Shown()
        broadcast = Broadcast(announcer, watchers, sockets, shown)
        boards = Boards(announcer, sockets, board, nlu)
        typing = Typing(storage.contacts, announcer, watchers)
        rows = Rows(storage.contacts, announcer, sockets, broadcast)
        changes = Changes(sockets, ContactViews(storage, announcer, sockets, board), rows)
        inbound = Inbound(storage, dispatcher, clock, DEFAULT_TEAM)
        desk = Desk(storage, dispatcher, clock)
        outbox = Outbox(storage, dispatcher, clock)
        sessions = Sessions(storage.operators)
        colleagues = Colleagues(storage, sockets, boards, announcer, clock, hub_id, self._bus)
        duties = Duties(storage, dispatcher.submit, clock, DEFAULT_TEAM)
        bot_turns = BotTurns(storage.entries, nlu, dispatcher.submit, tasks, DEFAULT_TEAM, typing.tell_of_bot)
        feed = Feed(storage, dispatcher, broadcast.publish, broadcast.published, snapshots.note, clock)
        vigil = Vigil(sessions, sockets, server, clock)
        cursors = Cursors(announcer, watchers, sockets)
        digest = Digest(storage, sockets, broadcast, announcer, cursors)

        dispatcher.in_doubt(feed.doubt)
        feed.care_for(sockets.shows)
        dispatcher.listen(snapshots.note)
        dispatcher.listen(feed.stored)
        dispatcher.listen(bot_turns.notice)
        snapshots.follow(changes.changed)
        snapshots.follow(board.note)
        board.follow(boards.recounted)
        board.follow(changes.recounted)
        board.follow(colleagues.recounted)
        board.count_for(sockets.teams)

        async def announce(order: Order) -> None:
            who = await storage.operators.get(order.operator_id)
            author = Author(AuthorKind.OPERATOR, order.operator_id, who.name if who else "")
            command = Command(author, f"order:{order.id}", PlaceOrder(order.summary))
            await dispatcher.submit(order.conversation_id, command)
            view = order_view(order, author.name)
            changed = operator_wire.OrderChanged(conversation_id=order.conversation_id, order=view)
            watchers.tell("order.changed", changed, order.conversation_id)

        placing = Placing(storage.orders, storage.catalogue, clock, announce, SystemRandom().randrange)

        async def announce_orders() -> None:
            while True:
                await placing.announce_missing()
                await asyncio.sleep(ORDERS_EVERY)

        app[keys.OPENED] = asyncio.Event()
        app[keys.STORAGE] = storage
        app[keys.SESSIONS] = sessions
        # Passwords that the whole world knows open nothing once the demo is switched off.
        known = (
            frozenset() if settings.demo else frozenset((who.login, who.password) for who in DEMO_OPERATORS)
        )
        app[keys.ACCOUNTS] = Accounts(storage.operators, clock, barred=known)
        app[keys.ORDERS] = placing
        app[keys.INBOUND] = inbound
        app[keys.INBOXES] = WebsiteInboxes(storage.inboxes)
        limits = {
            "visitors": Rates(burst=30, per_second=0.5),
            "widget": _rates(settings.visitor_rate),
            "operator": _rates(settings.operator_rate),
        }
        app[keys.VISITOR_RATES] = limits["visitors"]
        app[keys.NLU] = nlu
        app[keys.SUPERVISOR] = tasks
        app[keys.BUS] = self._bus

        origins = own_origins(settings.public_url, settings.port)
        token = settings.service_token.get_secret_value() if settings.service_token else None
        server.register_namespace(
            WidgetNamespace(storage, inbound, board, typing, sockets, limits["widget"], shown, cursors.moved)
        )
        server.register_namespace(
            OperatorNamespace(
                storage,
                desk,
                sessions,
                Lists(storage),
                colleagues,
                boards,
                changes,
                typing,
                sockets,
                limits["operator"],
                clock,
                origins,
                cursors.moved,
            )
        )
        server.register_namespace(ChannelNamespace(storage, inbound, outbox, token))

        def begin() -> None:
            tasks.job(
                "journal", journal.run, may_end=True
            )  # closed below, so that nothing acknowledged is lost
            for name, work in {
                "snapshots": snapshots.write,
                "sweeper": sweeper.sweep_for_ever,
                "board": board.watch,
                "ephemeral announcements": announcer.work_ephemeral,
                "rows": changes.work,
                "bot state": boards.tell_bot_state,
                "typing outside": typing.carry,
                "colleagues": colleagues.watch,
                "duties": duties.watch,
                "orders": announce_orders,
                "feed": feed.follow,
                "news": feed.publish_news,
                "digest": digest.tell_for_ever,
                "sessions": vigil.check_sessions,
                "sockets": server.reap,
                "bot": nlu.watch,
            }.items():
                tasks.job(name, work)
            if self._bus and self._relay:
                self._relay.follow(cursors.overheard)
                self._relay.bar(watchers.barred)
                gossip = Gossip(self._bus, hub_id)
                for name, rates in limits.items():
                    gossip.share(name, rates)
                tasks.job("redis, speaking", self._bus.speak)
                tasks.job("redis, listening", self._bus.listen)
                tasks.job("relay", self._relay.work)
                tasks.job("gossip", gossip.tell_for_ever)

        async def stop() -> None:
            await journal.close(within=FLUSH_WITHIN)
            try:
                async with asyncio.timeout(TIDY_WITHIN):
                    await snapshots.flush()
                    await colleagues.leave()
            except (StorageUnavailable, TimeoutError) as failure:
                # Another hub's sweeper, or ours at the next start, repairs both.
                log.warning("left without tidying up", reason=repr(failure))

        return begin, stop


def _rates(per_second: float) -> Rates:
    return Rates(burst=per_second * BURST, per_second=per_second)


async def _prepared(storage: Storage) -> None:
    """Wait for the database: a hub that starts before it is no failure."""
    while True:
        try:
            await storage.prepare()
            return
        except StorageUnavailable as failure:
            log.warning("waiting for the database", reason=str(failure))
            await asyncio.sleep(PREPARE_AGAIN)
