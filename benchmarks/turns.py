"""How fast the bot answers beside what ``rasa init`` would make of the same data, and what both cost."""

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import aiohttp

from benchmarks.bots import (
    EPOCHS,
    SERVICE_TOKEN,
    Running,
    Trained,
    ours,
    running_actions,
    running_rasa,
    the_default,
)
from benchmarks.results import NLU_PAGE, Table, machine, put, spread, verdict
from benchmarks.sentences import Saying, dialogues
from benchmarks.stack import running_hub
from hub.demo.seed import seed_demo
from hub.settings import Settings
from tests.mongod import running_mongod

CUSTOMERS = (1, 16)
LOOKED_AT = (5, 50, 200)  # turns of a long dialogue
AROUND = 2  # turns before and after that are looked at, too
TARGET_RATIO, TARGET_GROWTH = 4.0, 1.5
NAMES = {"rasa-init": "the default", "linka": "ours", "linka-2": "ours, two processes"}
MIB = 2**20


@dataclass(frozen=True)
class Round:
    """What so many customers found in one round; times in seconds."""

    per_second: float
    p50: float
    p99: float
    cpu: float  # of Rasa, a turn
    actions_cpu: float  # of the action server, a turn


@dataclass
class System:
    """One or more Rasa processes of a bot, and what its rounds measured by the number of customers."""

    name: str
    processes: Sequence[Running]
    actions: Running
    rounds: dict[int, list[Round]] = field(default_factory=dict)

    async def round(self, customers: int, seconds: float, talks: Iterator[list[Saying]]) -> Round:
        """So many customers, each with fresh dialogues one after another."""
        took: list[float] = []
        used, asked = self._used()
        began = time.perf_counter()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            await asyncio.gather(
                *(
                    _customer(
                        http, self.processes[number % len(self.processes)].url, talks, began + seconds, took
                    )
                    for number in range(customers)
                )
            )
        whole = time.perf_counter() - began
        used, asked = (after - before for after, before in zip(self._used(), (used, asked), strict=True))
        turns = len(took)
        found = Round(turns / whole, _share(took, 0.5), _share(took, 0.99), used / turns, asked / turns)
        self.rounds.setdefault(customers, []).append(found)
        return found

    def _used(self) -> tuple[float, float]:
        return sum(each.cpu() for each in self.processes), self.actions.cpu()


async def _customer(
    http: aiohttp.ClientSession, url: str, talks: Iterator[list[Saying]], until: float, took: list[float]
) -> None:
    while time.perf_counter() < until:
        sender = f"{uuid4()}:1"
        took += [await say(http, url, sender, saying) for saying in next(talks)]


async def say(http: aiohttp.ClientSession, url: str, sender: str, saying: Saying) -> float:
    """One turn; the seconds it took. Raises ``RuntimeError`` when it was no answer."""
    metadata = {"message_id": str(uuid4()), "language": saying.language, "channel": "webchat"}
    body = {"sender": sender, "message": saying.text, "metadata": metadata}
    began = time.perf_counter()
    async with http.post(f"{url}/webhooks/rest/webhook", json=body) as response:
        answer = await response.json()
    if response.status != 200 or not answer:
        raise RuntimeError(f"{saying.text!r} was answered with {response.status} {answer}")
    return time.perf_counter() - began


async def grow(system: System, talks: Iterator[list[Saying]]) -> dict[int, float]:
    """One long dialogue: the median seconds of the turns around those that are looked at."""
    sender, url = f"{uuid4()}:1", system.processes[0].url
    sayings = chain.from_iterable(talks)
    async with aiohttp.ClientSession() as http:
        took = [await say(http, url, sender, next(sayings)) for _ in range(max(LOOKED_AT) + AROUND)]
    return {turn: median(took[turn - AROUND - 1 : turn + AROUND]) for turn in LOOKED_AT}


def _share(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def main() -> None:
    """Measure and write the sections."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=8.0, help="of a round")
    arguments.add_argument("--rounds", type=int, default=3)
    wanted = arguments.parse_args()
    bots = (the_default(), ours())
    talks = dialogues(seed=5)
    with ExitStack() as stack:
        systems = _started(stack, bots)
        asyncio.run(_warmed(systems, talks))
        for number in range(wanted.rounds):
            for customers in CUSTOMERS:
                for system in systems if number % 2 else reversed(systems):
                    found = asyncio.run(system.round(customers, wanted.seconds, talks))
                    print(system.name, customers, found, flush=True)
        put("turns", [_turns(systems)], f"{machine()}\n\n{_how(wanted.seconds, wanted.rounds)}", NLU_PAGE)
        grown = [(system, asyncio.run(grow(system, talks))) for system in systems[:2]]
        put("growth of a dialogue", [_growth(grown)], _GROWTH, NLU_PAGE)
        put("training, start and memory", [_costs(bots, systems)], _COSTS, NLU_PAGE)


def _started(stack: ExitStack, bots: Sequence[Trained]) -> list[System]:
    """The default, ours, and ours in two processes, before one action server and one hub."""
    enter = stack.enter_context
    folder = Path(enter(TemporaryDirectory()))
    uri, *_ = enter(running_mongod(Path(enter(TemporaryDirectory()))))
    asyncio.run(seed_demo(Settings(mongodb_uri=uri, mongodb_database="turns")))
    hub = enter(running_hub(uri, "turns", "motor", beside={"LINKA_SERVICE_TOKEN": SERVICE_TOKEN}))
    actions = enter(running_actions(hub.port))
    default, mine = bots
    first = enter(running_rasa(default, actions.port, folder / "unused.db"))
    second, third = (enter(running_rasa(mine, actions.port, folder / "trackers.db")) for _ in range(2))
    return [
        System("rasa-init", [first], actions),
        System("linka", [second], actions),
        System("linka-2", [second, third], actions),
    ]


async def _warmed(systems: Sequence[System], talks: Iterator[list[Saying]]) -> None:
    for system in systems:
        await system.round(2, 2.0, talks)
        system.rounds.clear()


def _turns(systems: Sequence[System]) -> Table:
    default = systems[0]
    rows = []
    for customers in CUSTOMERS:
        bare = default.rounds[customers]
        for system in systems:
            found = system.rounds[customers]
            ratios = [mine.per_second / theirs.per_second for mine, theirs in zip(found, bare, strict=True)]
            cheaper = [theirs.cpu / mine.cpu for mine, theirs in zip(found, bare, strict=True)]
            rows.append(
                (
                    str(customers),
                    NAMES[system.name],
                    spread([each.per_second for each in found], 1),
                    "1" if system is default else spread(ratios, 1),
                    "" if system is default else verdict(-median(ratios), -TARGET_RATIO),
                    " / ".join(
                        f"{median(getattr(each, way) for each in found) * 1e3:.0f}" for way in ("p50", "p99")
                    ),
                    " + ".join(
                        f"{median(getattr(each, whose) for each in found) * 1e3:.1f}"
                        for whose in ("cpu", "actions_cpu")
                    ),
                    "1" if system is default else spread(cheaper, 1),
                )
            )
    columns = (
        "customers", "bot", "turns/s", "÷ default", f"target ≥ {TARGET_RATIO:.0f}", "p50 / p99 ms",
        "CPU ms a turn (Rasa + actions)", "default's CPU ÷",
    )  # fmt: skip
    return Table(columns, rows)


def _how(seconds: float, rounds: int) -> str:
    return (
        f"Through `/webhooks/rest/webhook`, {rounds} rounds of {seconds:.0f} s in turns (medians, the least and the "
        "greatest; ratios are taken round by round). Each customer holds fresh dialogues of five turns, one after "
        "another; no sentence is one of the training or comes twice. Both bots share one action server, which asks a "
        "real hub on a real MongoDB. The default is the pipeline and the policies that the installed `rasa init` "
        "writes, with its tracker and lock stores in memory, trained on the same data and two stories (in "
        f"{EPOCHS} of its 100 epochs: a turn costs the same after any number of them), in the same environment."
    )


_GROWTH = (
    "Milliseconds of a turn in one dialogue (the median of five turns around it). Rasa also sends what it "
    "holds of a dialogue to the action server."
)


def _growth(grown: Sequence[tuple[System, dict[int, float]]]) -> Table:
    first, *_, last = LOOKED_AT
    rows = [
        (
            NAMES[system.name],
            *(f"{found[turn] * 1e3:.1f}" for turn in LOOKED_AT),
            f"{found[last] / found[first]:.2f}",
            "" if system.name == "rasa-init" else verdict(found[last] / found[first], TARGET_GROWTH),
        )
        for system, found in grown
    ]
    columns = (
        "bot",
        *(f"turn {turn}" for turn in LOOKED_AT),
        f"{last} ÷ {first}",
        f"target ≤ {TARGET_GROWTH}",
    )
    return Table(columns, rows)


_COSTS = (
    f"Training is from nothing, with an empty cache, on the same data; the default's is cut to {EPOCHS} of its 100 "
    "epochs. Start is until Rasa answers with its model. "
    "Memory is that of one process after the rounds above; Pss counts what processes share only in part (two "
    "of ours were running)."
)


def _costs(bots: Sequence[Trained], systems: Sequence[System]) -> Table:
    rows = [
        (
            NAMES[bot.name],
            f"{'over ' * bot.cut}{bot.seconds:.0f} s ({bot.cpu_seconds:.0f} s of CPU)",
            f"{bot.most_bytes / MIB:,.0f} MiB",
            f"{bot.model_bytes / MIB:.1f} MiB",
            f"{system.processes[0].started_in:.0f} s",
            f"{system.processes[0].rss() / MIB:,.0f} MiB",
            f"{system.processes[0].pss() / MIB:,.0f} MiB",
        )
        for bot, system in zip(bots, systems, strict=False)
    ]
    columns = ("bot", "training", "at most", "model", "start", "resident", "Pss")
    return Table(columns, rows)


if __name__ == "__main__":
    main()
