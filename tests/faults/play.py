"""One round: everybody goes on with their day while things break, then rest, then the verdict."""

import asyncio
import json
import traceback
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from storage.model.people import Role
from tests.faults.checker import Verdict, judge
from tests.faults.customers import Customer, Habits, Numbers
from tests.faults.delays import measure
from tests.faults.fleet import Fleet
from tests.faults.injector import Injector, Stroke, processes
from tests.faults.operators import Desk, Watcher
from tests.faults.reading import read
from tests.faults.rest import Rest
from tests.faults.table import Round
from tests.faults.telegram import TelegramUser
from tests.faults.world import Person, World, cancel, open_world

REST_WITHIN = 150.0  # seconds after the last fault
TELL_EVERY = 20.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played. ``pause``: seconds between two messages of one customer. ``ease``: 2 is half as many faults.

    ``kills`` and ``acknowledged``: at least so many, at the price of more time, but at most ``longest`` minutes.
    """

    seed: int
    minutes: float
    kills: int
    customers: int
    telegram: int
    operators: int
    pause: float
    acknowledged: int = 0
    longest: float = 60.0
    ease: float = 1.0
    calm: float = 5.0  # seconds before the first fault
    words: int = 120  # of one customer, before the next takes the seat
    faults: bool = True
    only_redis: bool = False

    def judge(self, verdict: Verdict, strokes: Sequence[Stroke]) -> None:
        """A round that broke less, or saw less, than was planned has shown nothing, however well it ended."""
        if not self.faults:
            return
        if (kills := processes(strokes)) < self.kills:
            verdict.against("unmeasured", f"{kills} processes killed, ended or paused, of {self.kills}")
        if (acknowledged := verdict.counts["acknowledged"]) < self.acknowledged:
            verdict.against("unmeasured", f"{acknowledged} messages acknowledged, of {self.acknowledged}")


async def play(plan: Plan, folder: Path, say: Callable[[str], None]) -> Round:
    """Play it. The logs of processes and clients, and what was broken when, are left in ``folder``."""
    random = Random(plan.seed)
    async with AsyncExitStack() as stack:
        fleet = await stack.enter_async_context(Fleet(folder, Random(random.getrandbits(64))))
        world = await stack.enter_async_context(open_world(fleet, Random(random.getrandbits(64))))
        await fleet.open_doors()
        people, users = await furnish(world, plan)
        tasks = [asyncio.create_task(person.run()) for person in people]
        stack.push_async_callback(cancel, *tasks)
        chances = [Random(random.getrandbits(64)) for _ in range(2)]
        injectors = [
            Injector(fleet, chance, world.clock, lambda: world.in_flight, only, plan.ease)
            for chance, only in zip(chances, ("processes", "wires"), strict=True)
        ]
        began = world.clock()
        strokes = await _break(plan, world, injectors, tasks, say)
        ended = world.clock()
        say(f"the faults are over after {len(strokes)}; waiting for rest")
        world.over.set()
        drained = await Rest(world, list(zip(people, tasks, strict=True)), say).come(REST_WITHIN)
        evidence = await read(fleet, world.lives, users)
        verdict = judge(evidence)
        if drained is None:
            verdict.against("stuck", f"no rest within {REST_WITHIN:.0f} s of the last fault")
        delays = measure(evidence, strokes, began, ended)
        plan.judge(verdict, strokes)
        if plan.faults:
            delays.judge(verdict, strictly=plan.only_redis)
        _keep(folder, world, strokes, began)
        return Round(
            seed=plan.seed,
            seconds=ended - began,
            drained_in=drained,
            strokes=strokes,
            let_be=sum(injector.let_be for injector in injectors),
            not_possible=[why for injector in injectors for why in injector.not_possible],
            verdict=verdict,
            delays=delays,
            started={name: process.starts for name, process in fleet.processes.items()},
            ended_by_itself={name: process.ended_by_itself for name, process in fleet.processes.items()},
        )


async def furnish(world: World, plan: Plan) -> tuple[list[Person], list[TelegramUser]]:
    """Everybody who takes part."""
    names = [f"op{number}" for number in range(1, plan.operators + 1)]
    hands = max(3, round(1.4 * (plan.customers + plan.telegram) / plan.operators))
    desks: list[Person] = []
    for name in names:
        operator, token = await world.operator(name, Role.OPERATOR, capacity=hands + 10)
        desks.append(Desk(world, operator, token, names, hands))
    supervisor, token = await world.operator("supervisor", Role.SUPERVISOR, capacity=5)
    numbers = Numbers()
    customers = [Customer(world, numbers, Habits(plan.pause, plan.words)) for _ in range(plan.customers)]
    users = [TelegramUser(world, 9000 + number, plan.pause * 2) for number in range(plan.telegram)]
    return [*desks, Watcher(world, supervisor, token, screens=6), *customers, *users], users


async def _break(
    plan: Plan,
    world: World,
    injectors: list[Injector],
    tasks: "list[asyncio.Task[None]]",
    say: Callable[[str], None],
) -> list[Stroke]:
    until = world.clock() + plan.minutes * 60
    await asyncio.sleep(plan.calm)
    breaking = [asyncio.create_task(_strike(plan, injectors))] if plan.faults else []
    try:
        await _watch(world, [*tasks, *breaking], until, say)
        latest = until + (plan.longest - plan.minutes) * 60
        while plan.faults and world.clock() < latest:
            if _kills(injectors) >= plan.kills and _acknowledged(world) >= plan.acknowledged:
                break
            await _watch(world, [*tasks, *breaking], world.clock() + 5.0, say)
    finally:
        await cancel(*breaking)
    return sorted((one for injector in injectors for one in injector.strokes), key=lambda one: one.at)


async def _strike(plan: Plan, injectors: list[Injector]) -> None:
    """First Redis alone, whose delays are not to be told from others' later; then everything."""
    await injectors[0].redis_alone()
    while plan.only_redis:
        await injectors[0].redis_alone()
    async with asyncio.TaskGroup() as together:
        for injector in injectors:
            together.create_task(injector.run())


def _kills(injectors: list[Injector]) -> int:
    return sum(processes(injector.strokes) for injector in injectors)


def _acknowledged(world: World) -> int:
    return sum(len(life.log.acknowledged) for life in world.lives)


async def _watch(
    world: World, tasks: "list[asyncio.Task[None]]", until: float, say: Callable[[str], None]
) -> None:
    """Let it run; say now and then how it goes. Whoever fails takes the round down."""
    while (left := until - world.clock()) > 0:
        done, _ = await asyncio.wait(
            tasks, timeout=min(TELL_EVERY, left), return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            failure = task.exception()
            say("".join(traceback.format_exception(failure)) if failure else "somebody left before the end")
            raise RuntimeError("the round cannot go on")
        left = max(0.0, until - world.clock())
        say(f"{left:4.0f} s to go; {_acknowledged(world)} acknowledged, {world.in_flight} in flight")


def _keep(folder: Path, world: World, strokes: Sequence[Stroke], began: float) -> None:
    """For whoever looks into it: the clients' own logs, and what was broken when, in seconds from the beginning."""
    with (folder / "clients.jsonl").open("w") as lines:
        for life in world.lives:
            lines.write(json.dumps(life.log.as_document() | {"connections": life.connections}) + "\n")
    story = [
        f"{stroke.at - began:7.1f} – {stroke.until - began:7.1f}  {stroke.kind} of {stroke.target}"
        for stroke in strokes
    ]
    (folder / "strokes.txt").write_text("\n".join(story))
