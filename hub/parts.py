"""The parts of a hub: what each is built from, who listens to whom, what runs as a job, and how it all ends."""

import asyncio
from dataclasses import dataclass
from random import SystemRandom
from uuid import uuid4

import structlog
from aiohttp import web

from hub.bus import Bus
from hub.cases.opening import Opening
from hub.clock import Clock
from hub.conversation.bot_turn import BotTurns
from hub.conversation.delivery import Outbox
from hub.conversation.dispatcher import Dispatcher
from hub.conversation.duties import Duties
from hub.conversation.feed import Feed
from hub.conversation.inbound import Inbound
from hub.conversation.snapshots import Snapshots
from hub.conversation.sweeper import Sweeper
from hub.demo.people import DEMO_OPERATORS
from hub.figures.reading import Figures
from hub.gossip import Gossip
from hub.http import keys
from hub.http.inboxes import WebsiteInboxes
from hub.knowledge.drafts import Drafts
from hub.knowledge.knowledge import Knowledge
from hub.knowledge.source import Source
from hub.metrics import watch_journal
from hub.nlu import Nlu, Rasa
from hub.orders.ownership import Ownership
from hub.orders.placing import Placing
from hub.orders.terms import TERMS
from hub.origins import own_origins
from hub.people.accounts import Accounts
from hub.people.sessions import Sessions
from hub.places.asking import Places
from hub.places.editing import Editing
from hub.queue.board import Board
from hub.queue.desk import Desk
from hub.queue.teams import DEFAULT_TEAM
from hub.rates import Rates
from hub.realtime.announcer import Announcer
from hub.realtime.boards import Boards
from hub.realtime.broadcast import Broadcast
from hub.realtime.case_news import CaseNews
from hub.realtime.changes import Changes
from hub.realtime.channel import ChannelNamespace
from hub.realtime.colleagues import Colleagues
from hub.realtime.contact_views import ContactViews
from hub.realtime.cursors import Cursors
from hub.realtime.digest import Digest
from hub.realtime.lists import Lists
from hub.realtime.operator import OperatorNamespace
from hub.realtime.order_news import OrderNews
from hub.realtime.outage_news import OutageNews
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
from hub.unanswered.furnishing import learning
from hub.workshop.client import Workshop
from hub.workshop.room import furnished
from storage.errors import StorageUnavailable
from storage.journal import Journal
from storage.ports import Storage

log = structlog.get_logger(__name__)

FLUSH_WITHIN = 4.0  # seconds, at the end; with TIDY_WITHIN and open requests a hub is gone within ten
TIDY_WITHIN = 2.0
BURST = 4  # times what somebody may ask a second in the long run, they may at once


@dataclass(frozen=True, slots=True)
class Ground:
    """What the parts stand on. ``bus`` and ``relay``: with Redis only, and then both."""

    settings: Settings
    clock: Clock
    server: LinkaServer
    bus: Bus | None
    relay: Relay | None
    storage: Storage
    nlu: Nlu
    workshop: Workshop | None
    tasks: Supervisor


class Parts:
    """Put together, but at rest until ``begin``."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._hub_id = str(uuid4())
        self._hours = ground.settings.hours
        storage, clock, tasks, nlu = ground.storage, ground.clock, ground.tasks, ground.nlu
        self._journal = Journal(storage.entries)
        watch_journal(self._journal)
        self._board = board = Board(storage, clock, DEFAULT_TEAM, self._hours.opens_at)
        self._dispatcher = dispatcher = Dispatcher(storage, self._journal, board.context, tasks)
        self._snapshots = Snapshots(storage)
        self._sweeper = Sweeper(storage, self._snapshots, clock)
        self._sockets = sockets = Sockets()
        self._announcer = announcer = Announcer(ground.server)
        self._watchers = watchers = Watchers(announcer, sockets)
        self._shown = Shown()
        broadcast = Broadcast(announcer, watchers, sockets, self._shown)
        self._boards = Boards(announcer, sockets, board, nlu)
        self._typing = Typing(storage.contacts, announcer, watchers)
        rows = Rows(storage.contacts, announcer, sockets, broadcast)
        self._changes = Changes(sockets, ContactViews(storage, announcer, sockets, board), rows)
        self._inbound = Inbound(storage, dispatcher, clock, DEFAULT_TEAM)
        self._sessions = Sessions(storage.operators)
        self._colleagues = Colleagues(
            storage, sockets, self._boards, announcer, clock, self._hub_id, ground.bus
        )
        self._duties = Duties(storage, dispatcher.submit, clock, DEFAULT_TEAM)
        self._bot_turns = BotTurns(
            storage.entries, nlu, dispatcher.submit, tasks, DEFAULT_TEAM, self._typing.tell_of_bot
        )
        self._feed = Feed(
            storage, dispatcher, broadcast.publish, broadcast.published, self._snapshots.note, clock
        )
        self._vigil = Vigil(self._sessions, sockets, ground.server, clock)
        self._cursors = Cursors(announcer, watchers, sockets)
        self._digest = Digest(storage, sockets, broadcast, announcer, self._cursors)
        news = OrderNews(storage.operators, dispatcher, watchers)
        self._placing = Placing(
            storage.orders,
            storage.catalogue,
            clock,
            news.announce,
            SystemRandom().randrange,
            terms=TERMS.in_zone(self._hours.zone),
        )
        self._opening = Opening(
            storage.cases,
            storage.conversations,
            clock,
            CaseNews(dispatcher, watchers).announce,
            SystemRandom().randrange,
        )
        source = Source(ground.settings.knowledge)
        self._drafts = Drafts(storage.drafts, storage.done_edits, source, clock)
        doors = [process.door for process in nlu.processes.values()] if isinstance(nlu, Rasa) else []
        zone = ground.settings.hours.zone
        self._learning = learning(storage, self._drafts, ground.workshop, clock, zone, self._hub_id)
        self._knowledge = Knowledge(self._drafts, storage.done_edits)
        self._room = furnished(
            storage, self._drafts, self._knowledge, source, ground.workshop, doors, clock, self._hub_id
        )
        self._limits = {
            "visitors": Rates(burst=30, per_second=0.5),
            "widget": _rates(ground.settings.visitor_rate),
            "operator": _rates(ground.settings.operator_rate),
        }
        self._listen()

    def _listen(self) -> None:
        self._dispatcher.in_doubt(self._feed.doubt)
        self._feed.care_for(self._sockets.shows)
        self._dispatcher.listen(self._snapshots.note)
        self._dispatcher.listen(self._feed.stored)
        self._dispatcher.listen(self._bot_turns.notice)
        self._snapshots.follow(self._changes.changed)
        self._snapshots.follow(self._board.note)
        self._board.follow(self._boards.recounted)
        self._board.follow(self._changes.recounted)
        self._board.follow(self._colleagues.recounted)
        self._board.count_for(self._sockets.teams)

    def serve(self, app: web.Application) -> None:
        """Give HTTP and the sockets what they ask; so far all but health is refused (``keys.OPENED``)."""
        self._serve_sockets()
        ground = self._ground
        storage = ground.storage
        app[keys.OPENED] = asyncio.Event()
        app[keys.STORAGE] = storage
        app[keys.SESSIONS] = self._sessions
        # Passwords that the whole world knows open nothing once the demo is switched off.
        known = () if ground.settings.demo else ((who.login, who.password) for who in DEMO_OPERATORS)
        app[keys.ACCOUNTS] = Accounts(storage.operators, ground.clock, barred=frozenset(known))
        app[keys.ORDERS] = self._placing
        app[keys.HOURS] = self._hours
        app[keys.CASES] = self._opening
        app[keys.OWNERSHIP] = Ownership(storage.orders, storage.conversations, storage.contacts, ground.clock)
        places = Places(storage.areas, storage.outages, ground.clock, ground.settings.hours.zone)
        app[keys.PLACES] = places
        news = OutageNews(self._announcer)
        app[keys.OUTAGES] = Editing(storage.outages, places, ground.clock, news.tell)
        app[keys.DRAFTS] = self._drafts
        app[keys.KNOWLEDGE] = self._knowledge
        app[keys.ROOM] = self._room
        app[keys.INBOX] = self._learning.inbox
        app[keys.FIGURES] = Figures(storage.episodes, ground.clock, ground.settings.hours.zone)
        app[keys.INBOUND] = self._inbound
        app[keys.INBOXES] = WebsiteInboxes(storage.inboxes)
        app[keys.VISITOR_RATES] = self._limits["visitors"]
        app[keys.NLU] = ground.nlu
        app[keys.SUPERVISOR] = ground.tasks
        app[keys.BUS] = ground.bus

    def _serve_sockets(self) -> None:
        settings, storage, clock = self._ground.settings, self._ground.storage, self._ground.clock
        token = settings.service_token.get_secret_value() if settings.service_token else None
        widget = WidgetNamespace(
            storage,
            self._inbound,
            self._board,
            self._typing,
            self._sockets,
            self._limits["widget"],
            self._shown,
            self._cursors.moved,
        )
        operator = OperatorNamespace(
            storage,
            Desk(storage, self._dispatcher, clock),
            self._sessions,
            Lists(storage),
            self._colleagues,
            self._boards,
            self._changes,
            self._typing,
            self._sockets,
            self._limits["operator"],
            clock,
            own_origins(settings.public_url, settings.port),
            self._cursors.moved,
        )
        outbox = Outbox(storage, self._dispatcher, clock)
        for namespace in (widget, operator, ChannelNamespace(storage, self._inbound, outbox, token)):
            self._ground.server.register_namespace(namespace)

    def begin(self) -> None:
        """Start the jobs. The database has answered."""
        tasks = self._ground.tasks
        # It ends when it is closed (``stop``), so that nothing acknowledged is lost.
        tasks.job("journal", self._journal.run, may_end=True)
        for name, work in {
            "snapshots": self._snapshots.write,
            "sweeper": self._sweeper.sweep_for_ever,
            "board": self._board.watch,
            "ephemeral announcements": self._announcer.work_ephemeral,
            "rows": self._changes.work,
            "bot state": self._boards.tell_bot_state,
            "typing outside": self._typing.carry,
            "colleagues": self._colleagues.watch,
            "duties": self._duties.watch,
            "orders": self._placing.watch,
            "cases": self._opening.watch,
            "feed": self._feed.follow,
            "news": self._feed.publish_news,
            "digest": self._digest.tell_for_ever,
            "harvest": self._learning.harvest.walk_for_ever,
            "sessions": self._vigil.check_sessions,
            "sockets": self._ground.server.reap,
            "bot": self._ground.nlu.watch,
            "trainings": self._room.trainings.watch,
            "keeper": self._room.keeper.watch,
        }.items():
            tasks.job(name, work)
        if self._ground.bus and self._ground.relay:
            self._join_others(self._ground.bus, self._ground.relay)

    def _join_others(self, bus: Bus, relay: Relay) -> None:
        relay.follow(self._cursors.overheard)
        relay.bar(self._watchers.barred)
        gossip = Gossip(bus, self._hub_id)
        for name, rates in self._limits.items():
            gossip.share(name, rates)
        tasks = self._ground.tasks
        tasks.job("redis, speaking", bus.speak)
        tasks.job("redis, listening", bus.listen)
        tasks.job("relay", relay.work)
        tasks.job("gossip", gossip.tell_for_ever)

    async def stop(self) -> None:
        """Make durable what was accepted, and leave things tidy if there is time."""
        await self._journal.close(within=FLUSH_WITHIN)
        try:
            async with asyncio.timeout(TIDY_WITHIN):
                await self._snapshots.flush()
                await self._colleagues.leave()
                await self._learning.harvest.leave()
        except (StorageUnavailable, TimeoutError) as failure:
            # Another hub's sweeper, or ours at the next start, repairs both.
            log.warning("left without tidying up", reason=repr(failure))


def _rates(per_second: float) -> Rates:
    return Rates(burst=per_second * BURST, per_second=per_second)
