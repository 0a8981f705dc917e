"""One seed: two hubs over one database, customers, operators and a carrier, a time of faults, and a time of calm."""

import asyncio
import gc
import logging
import random as chance
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random
from types import MappingProxyType, SimpleNamespace
from typing import Any

import structlog

from hub.people.sessions import COOKIE, Sessions
from storage.memory import MemoryStorage
from storage.model.contacts import Contact, Inbox, VisitorToken
from storage.model.conversation import Channel, Conversation
from storage.model.entry import Entry
from storage.model.ids import contact_id_of, conversation_id_of
from storage.model.people import Operator, Role
from storage.ports import Outcome
from tests.clients.client import Client
from tests.clients.sides import OperatorSide, WidgetSide
from tests.simulation.carrier import INBOX, Carrier, Telegram
from tests.simulation.climate import Climate, climate
from tests.simulation.database import Database
from tests.simulation.hub import NOON, SERVICE_TOKEN, SimHub
from tests.simulation.loop import Process, VirtualLoop
from tests.simulation.network import Network, SimServer, SimTransport
from tests.simulation.people import Customer, Worker

LEAST_CALM = 24.0  # virtual seconds: silence is noticed after 20
MOST_CALM = 300.0
DIGESTED = 14.0  # a digest, and the skew of a clock
NAMES = ("anna", "petr", "sara")


@dataclass
class World:
    """Everything there is in one seed."""

    seed: int
    loop: VirtualLoop
    random: Random
    climate: Climate
    network: Network
    twin: MemoryStorage
    database: Database
    hubs: list[SimHub] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    carrier: Carrier | None = None
    telegram: Telegram = field(default_factory=Telegram)
    chats: dict[str, str] = field(default_factory=dict)  # conversation by chat
    stored: dict[str, float] = field(default_factory=dict)  # when each entry became durable, by its id
    probes: dict[str, str] = field(default_factory=dict)  # words said in calm, by conversation
    errors: list[str] = field(default_factory=list)  # what the hubs logged as unforeseen
    violations: list[str] = field(default_factory=list)

    @property
    def conversation_ids(self) -> list[str]:
        """All of them."""
        return [customer.conversation_id for customer in self.customers] + list(self.chats.values())


class Cast:
    """Who is made, and of which parts; a planted bug changes some of them."""

    client: Callable[..., Client] = Client
    carrier: type[Carrier] = Carrier
    weather: Mapping[str, float] = MappingProxyType({})  # in place of the seed's own
    hubs: Sequence[int] = (1, 2, 2, 2)  # how many there may be
    gaps: Sequence[float] = (0.3, 1.0, 3.0, 10.0)  # seconds between two deeds of one person, in the mean
    most_customers = 3

    def twin(self) -> MemoryStorage:
        """The storage."""
        return MemoryStorage()

    @contextmanager
    def plant(self) -> Iterator[None]:
        """Around the whole run."""
        yield


def run(seed: int, cast: Cast | None = None, tell: Callable[[str], None] | None = None) -> World:
    """Live through one seed and judge it; see ``World.violations``."""
    from tests.simulation.checker import judge

    cast = cast or Cast()
    random = Random(seed)
    loop = VirtualLoop(Random(random.getrandbits(64)))
    asyncio.set_event_loop(loop)
    try:
        with foreseen(loop, random) as errors, _undisturbed(), cast.plant():
            world = _made(seed, random, loop, cast, errors)
            world.network.tell = tell
            loop.run_until_complete(_live(world, cast))
            judge(world)
            _bury(loop)
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    return world


def _made(seed: int, random: Random, loop: VirtualLoop, cast: Cast, errors: list[str]) -> World:
    weather = replace(climate(random), **cast.weather)
    twin = cast.twin()
    network = Network(loop, Random(random.getrandbits(64)), weather)
    database = Database(loop, Random(random.getrandbits(64)), weather, twin)
    world = World(seed, loop, random, weather, network, twin, database, errors=errors)
    _keep_times(world)
    return world


def _keep_times(world: World) -> None:
    entries, out_of_spite = world.twin.entries, Process("spite")
    chance = Random(world.random.getrandbits(64))
    store = entries._store  # the one place through which every entry goes

    def timed(entry: Entry) -> Outcome:
        outcome = store(entry)
        if outcome is Outcome.STORED:
            world.stored[entry.id] = world.database.stored(entry)
            if chance.random() < world.climate.spite:
                world.loop.call_in(out_of_spite, chance.expovariate(200.0), _crash_out_of_spite, world)
        return outcome

    entries._store = timed  # type: ignore[method-assign]
    world.twin.faults.storing_by(timed)


@contextmanager
def foreseen(loop: VirtualLoop, random: Random) -> Iterator[list[str]]:
    """The clocks, the chance and the log of the process are those of the simulation for a while."""
    errors: list[str] = []

    def catch(_: Any, method: str, event: dict[str, Any]) -> Any:
        if method in ("error", "exception", "critical") and not loop.after_death:
            what, trace = event.pop("event"), event.pop("exception", "")
            errors.append(f"{loop.time():.3f} {what} {event} {trace[-600:]}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, catch],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        cache_logger_on_first_use=False,
    )
    clock = SimpleNamespace(monotonic=loop.time, time=loop.time, perf_counter=loop.time)
    state = chance.getstate()
    chance.seed(random.getrandbits(64))
    patched: list[tuple[Any, str, Any]] = []

    def patch(module: Any, name: str, value: Any) -> None:
        patched.append((module, name, getattr(module, name)))
        setattr(module, name, value)

    for name, module in list(sys.modules.items()):
        if name.startswith("hub.") and getattr(module, "time", None) is time:
            patch(module, "time", clock)
    supervisor, accounts = sys.modules["hub.supervisor"], sys.modules["hub.people.accounts"]
    patch(supervisor, "Random", lambda: Random(chance.getrandbits(64)))
    patch(accounts, "Passwords", lambda: None)  # nobody logs in here, and hashing takes real time
    try:
        yield errors
    finally:
        for module, name, value in reversed(patched):
            setattr(module, name, value)
        chance.setstate(state)
        structlog.configure(**before)


async def _live(world: World, cast: Cast) -> None:
    await _furnish(world, cast)
    for number in range(1, 1 + world.random.choice(cast.hubs)):
        hub = SimHub(
            f"hub{number}", Random(world.random.getrandbits(64)), world.climate, world.network, world.database
        )
        world.hubs.append(hub)
        hub.start()
    for person in (*world.customers, *world.workers):
        person.arrive()
    for customer in world.customers:
        customer.client.open(customer.conversation_id)
    if world.carrier is not None:
        world.carrier.start()
    active = world.random.uniform(4.0, 14.0)
    people = Process("people")
    adversary = Process("adversary")
    acting = [people.spawn(_act(world, person, cast.gaps)) for person in (*world.customers, *world.workers)]
    acting += [people.spawn(_write_from_outside(world, chat)) for chat in world.chats]
    acting.append(adversary.spawn(_harm(world)))
    await asyncio.sleep(active)
    for task in acting:
        task.cancel()
    await asyncio.gather(*acting, return_exceptions=True)
    await _calm(world)


async def _furnish(world: World, cast: Cast) -> None:
    twin, random = world.twin, world.random
    await twin.inboxes.put(Inbox("demo", "Website", Channel.WEBCHAT))
    await twin.inboxes.put(Inbox(INBOX, "Telegram", Channel.TELEGRAM))
    sessions = Sessions(twin.operators)
    names = NAMES[: random.randint(1, len(NAMES))]
    for name in names:
        role = Role.SUPERVISOR if name == "sara" else Role.OPERATOR
        who = Operator(name, name, name.title(), role, "", capacity=random.choice((1, 3, 20)))
        await twin.operators.put_new(who)
        token, _ = await sessions.open(who, NOON)
        worker = Worker(
            name,
            OperatorSide(),
            _transport(world, "/operator", environ={"HTTP_COOKIE": f"{COOKIE}={token}"}),
            world.network,
            Random(random.getrandbits(64)),
            cast.client,
        )
        worker.colleagues = tuple(other for other in names if other != name)
        world.workers.append(worker)
    for number in range(random.randint(1, cast.most_customers)):
        name = f"customer{number + 1}"
        contact = Contact(name, "demo", Channel.WEBCHAT, NOON)
        token = f"token-of-{name}-".ljust(40, "x")
        customer = Customer(
            name,
            WidgetSide(),
            _transport(world, "/widget", auth={"token": token}),
            world.network,
            Random(random.getrandbits(64)),
            cast.client,
        )
        customer.conversation_id = conversation_id_of("demo", name)
        await twin.contacts.put_new(contact)
        await twin.contacts.add_token(VisitorToken(sha256(token.encode()).hexdigest(), "demo", name, NOON))
        await twin.conversations.save_many(
            [Conversation(customer.conversation_id, "demo", name, Channel.WEBCHAT)]
        )
        world.customers.append(customer)
    if random.random() < 0.6:
        for number in range(random.randint(1, 2)):
            chat = f"chat{number + 1}"
            world.chats[chat] = conversation_id_of(INBOX, contact_id_of(INBOX, chat))
        auth = {"token": SERVICE_TOKEN, "inbox_id": INBOX}
        world.carrier = cast.carrier(
            world.telegram,
            _transport(world, "/channel", auth=auth),
            world.network,
            Random(random.getrandbits(64)),
        )


def _transport(
    world: World, namespace: str, auth: dict[str, Any] | None = None, environ: dict[str, Any] | None = None
) -> Callable[[Process], SimTransport]:
    def choose() -> tuple[Process, SimServer] | None:
        return world.random.choice(world.hubs).reach()

    return lambda process: SimTransport(world.network, process, choose, namespace, auth, environ)


async def _act(world: World, person: Customer | Worker, gaps: Sequence[float]) -> None:
    gap = person.random.choice(gaps)
    while True:
        await asyncio.sleep(person.random.expovariate(1 / gap))
        if isinstance(person, Customer):
            person.process.context.run(person.act)
        else:
            person.process.context.run(person.act, world.conversation_ids)


async def _write_from_outside(world: World, chat: str) -> None:
    random = Random(world.random.getrandbits(64))
    while True:
        await asyncio.sleep(random.expovariate(0.7))
        world.telegram.write(chat, f"{chat} says {world.telegram.wrote + 1}")


async def _harm(world: World) -> None:
    """The adversary."""
    random, weather = Random(world.random.getrandbits(64)), world.climate
    rates = {
        "cut": weather.cuts,
        "reload": weather.reloads,
        "crash": weather.crashes,
        "deploy": weather.deploys,
        "outage": weather.outages,
        "partition": weather.partitions,
        "stream": weather.stream_cuts,
    }
    total = sum(rates.values())
    while total:
        await asyncio.sleep(random.expovariate(total))
        [harm] = random.choices(list(rates), list(rates.values()))
        hub = random.choice(world.hubs)
        world.network.say(f"---- {harm} ({hub.name})")
        match harm:
            case "cut":
                wires = world.network.open_wires()
                if wires:
                    random.choice(wires).cut(silent=random.random() < 0.3)
            case "reload":
                world_people = [*world.customers, *world.workers]
                if world.carrier is not None and random.random() < 0.3:
                    world.carrier.crash()
                    world.carrier.start()
                else:
                    random.choice(world_people).reload()
            case "crash":
                hub.crash()
                await asyncio.sleep(random.uniform(0.1, 3.0))
                _start(hub)
            case "deploy":
                await _deploy(hub)
            case "outage":
                world.database.go_away()
                await asyncio.sleep(random.choice((0.3, 2.0, 6.0, 12.0)))
                world.database.come_back()
            case "partition":
                link = hub.link
                if link is not None:
                    link.partition()
                    await asyncio.sleep(random.choice((0.3, 2.0, 6.0, 12.0)))
                    link.heal()
            case "stream":
                if random.random() < 0.5:
                    world.database.lose_history()
                if hub.link is not None:
                    hub.link.cut_streams()


def _start(hub: SimHub) -> None:
    if hub.process is None or not hub.process.alive:
        hub.start()


def _crash_out_of_spite(world: World) -> None:
    """At the worst moment: something has just been stored, and hardly anybody knows of it."""
    hub = world.random.choice(world.hubs)
    world.network.say(f"---- crash out of spite ({hub.name})")
    hub.crash()
    world.loop.call_in(world.network.process, world.random.uniform(0.3, 3.0), _start, hub)


async def _deploy(hub: SimHub) -> None:
    process = hub.process
    if process is None or hub.server is None or not process.alive:
        return
    leaving = process.spawn(hub.deploy())
    await asyncio.wait([leaving], timeout=15.0)
    hub.crash()
    _start(hub)


async def _calm(world: World) -> None:
    """All faults end, everybody comes back, and time passes."""
    from tests.simulation.checker import judge_early

    world.network.say("-- calm")
    world.climate.calm()
    world.database.come_back()
    world.twin.faults.plans.clear()
    world.twin.faults.apply_late()
    for hub in world.hubs:
        if hub.link is not None:
            hub.link.heal()
        if hub.leaving:
            hub.crash()
        _start(hub)
    for worker in world.workers:
        for conversation_id in world.conversation_ids:
            worker.process.context.run(worker.client.open, conversation_id)
    began = world.loop.time()
    await asyncio.sleep(LEAST_CALM)
    judge_early(world)
    for customer in world.customers:
        words = customer.words()
        world.probes[customer.conversation_id] = words
        customer.process.context.run(customer.client.say, customer.conversation_id, words)
    while not _quiet(world) and world.loop.time() - began < MOST_CALM:
        await asyncio.sleep(3.0)


def _quiet(world: World) -> bool:
    people = all(person.client.settled for person in (*world.customers, *world.workers))
    return people and not world.telegram.pending and not _owed(world) and _still(world)


def _still(world: World) -> bool:
    """The last entry is so old that a digest has told of it."""
    newest = max((entry.recorded_at for entry in world.twin.entries.timelines()), default=NOON)
    return world.loop.time() - (newest - NOON).total_seconds() > DIGESTED


def _owed(world: World) -> bool:
    return any(entry.delivery in ("owed", "started") for entry in world.twin.entries.timelines())


def _bury(loop: VirtualLoop) -> None:
    """End what still runs, the dead too, so that nothing of this seed reaches into the next."""
    loop.raise_the_dead()
    for _ in range(20):
        left = [task for task in loop.tasks if not task.done()]
        if not left:
            break
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.sleep(1.0))
    loop.tasks.clear()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """The collector of garbage ends what a killed process left behind; not while a seed runs, and without a word."""
    enabled, hook = gc.isenabled(), sys.unraisablehook
    gc.disable()
    gc.freeze()  # what was there before need not be looked through
    try:
        yield
    finally:
        sys.unraisablehook = lambda _: None
        gc.collect()
        gc.unfreeze()
        sys.unraisablehook = hook
        if enabled:
            gc.enable()
