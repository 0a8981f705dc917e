"""The adversary: what goes wrong, and when."""

import asyncio
from random import Random

from storage.model.entry import Entry
from storage.ports import Outcome
from tests.simulation.hub import SimHub
from tests.simulation.loop import Process
from tests.simulation.world import World


async def harm(world: World) -> None:
    """One thing after another, for as long as it may."""
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
        [what] = random.choices(list(rates), list(rates.values()))
        hub = random.choice(world.hubs)
        world.network.say(f"---- {what} ({hub.name})")
        match what:
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
                start(hub)
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


def start(hub: SimHub) -> None:
    """Again, if it does not run."""
    if hub.process is None or not hub.process.alive:
        hub.start()


def _crash_out_of_spite(world: World) -> None:
    """At the worst moment: something has just been stored, and hardly anybody knows of it."""
    hub = world.random.choice(world.hubs)
    world.network.say(f"---- crash out of spite ({hub.name})")
    hub.crash()
    world.loop.call_in(world.network.process, world.random.uniform(0.3, 3.0), start, hub)


async def _deploy(hub: SimHub) -> None:
    process = hub.process
    if process is None or hub.server is None or not process.alive:
        return
    leaving = process.spawn(hub.deploy())
    await asyncio.wait([leaving], timeout=15.0)
    hub.crash()
    start(hub)


def watch_the_database(world: World) -> None:
    """Note when entries become durable, and crash a hub now and then just after one has."""
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
