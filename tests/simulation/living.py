"""One seed from its beginning to its judgement: a time of life with faults, and a time of calm."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from tests.simulation.checking import judge, judge_early
from tests.simulation.climate import climate
from tests.simulation.database import Database
from tests.simulation.furnishing import furnish
from tests.simulation.harm import harm, start, watch_the_database
from tests.simulation.hub import NOON, SimHub
from tests.simulation.loop import Process, VirtualLoop
from tests.simulation.network import Network
from tests.simulation.people import Customer, Worker
from tests.simulation.stage import bury, foreseen, undisturbed
from tests.simulation.world import Cast, World

LEAST_CALM = 24.0  # virtual seconds: silence is noticed after 20
MOST_CALM = 300.0
DIGESTED = 14.0  # a digest, and the skew of a clock


def run(seed: int, cast: Cast | None = None, tell: Callable[[str], None] | None = None) -> World:
    """Live through one seed and judge it; see ``World.violations``."""
    cast = cast or Cast()
    random = Random(seed)
    loop = VirtualLoop(Random(random.getrandbits(64)))
    asyncio.set_event_loop(loop)
    try:
        with foreseen(loop, random) as errors, undisturbed(), cast.plant():
            world = _made(seed, random, loop, cast, errors)
            world.network.tell = tell
            loop.run_until_complete(_live(world, cast))
            judge(world)
            bury(loop)
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
    watch_the_database(world)
    return world


async def _live(world: World, cast: Cast) -> None:
    await furnish(world, cast)
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
    acting.append(adversary.spawn(harm(world)))
    await asyncio.sleep(active)
    for task in acting:
        task.cancel()
    await asyncio.gather(*acting, return_exceptions=True)
    await _calm(world)


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


async def _calm(world: World) -> None:
    """All faults end, everybody comes back, and time passes."""
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
        start(hub)
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
