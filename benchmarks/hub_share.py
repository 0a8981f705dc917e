"""What the hub takes of the bot's speed: dialogues straight to Rasa, and through the hub on widgets' sockets."""

import argparse
import asyncio
import re
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import aiohttp
import orjson
import uvloop

from benchmarks.bots import RASA_TOKEN, SERVICE_TOKEN, ours, running_actions, running_rasa
from benchmarks.load import Client, Side
from benchmarks.people import visitors
from benchmarks.results import NLU_PAGE, Table, put, spread, verdict
from benchmarks.sentences import Saying, dialogues
from benchmarks.stack import Watched, free_port, running_hub, running_instant_rasa
from benchmarks.turns import say
from hub.demo.seed import seed_demo
from hub.launch.health import until_bot
from hub.settings import Settings
from tests.mongod import running_mongod

ALONE, MANY = 1, 16  # customers
TALKS = {ALONE: 24, MANY: 5}  # dialogues that each holds in a round
ANSWER_WITHIN, READY_WITHIN = 20.0, 60.0  # seconds
TARGET_SHARE, TARGET_MS, TARGET_COMMITS = 0.9, 5.0, 2.0

Talk = list[Saying]
Holding = Callable[[Talk], Coroutine[None, None, list[float]]]


class Widget(Client):
    """A customer whose turn ends when the bot's answer is on the screen."""

    def __init__(self, side: Side) -> None:
        super().__init__(side)
        self._appended = self._event + b'["timeline.appended"'
        self._updated = self._event + b'["conversation.updated"'
        self._answered: asyncio.Future[bool] | None = None

    async def says(self, saying: Saying) -> float | None:
        """The seconds until the answer; None when the conversation went to people and there is none."""
        self._answered = asyncio.get_running_loop().create_future()
        page = {"language": saying.language}
        began = time.perf_counter()
        self.send(
            self.packet(1, "message.send", {"client_id": str(uuid4()), "text": saying.text, "page": page})
        )
        async with asyncio.timeout(ANSWER_WITHIN):
            return time.perf_counter() - began if await self._answered else None

    def heard(self, packet: bytes) -> None:
        if packet.startswith(self._ack) and b'"ok":true' not in packet:
            raise RuntimeError(f"refused: {packet[:300]!r}")
        if packet.startswith(self._appended):
            entries = orjson.loads(packet[len(self._event) :])[1]["entries"]
            if any(entry["author"]["kind"] == "bot" for entry in entries):
                self._end(answered=True)
        elif packet.startswith(self._updated):
            conversation = orjson.loads(packet[len(self._event) :])[1]["conversation"]
            if conversation["responder"]["kind"] != "bot":
                self._end(answered=False)

    def _end(self, *, answered: bool) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(answered)


@dataclass(frozen=True)
class Round:
    """Turns a second, and the median seconds of one."""

    per_second: float
    p50: float


async def straight(url: str, customers: int, talks: Iterator[Talk]) -> Round:
    """To Rasa itself."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def hold(talk: Talk) -> list[float]:
            sender = f"{uuid4()}:1"
            return [await say(http, url, sender, saying) for saying in talk]

        return await _held([[hold] * TALKS[customers]] * customers, talks)


async def through(
    hub: Watched, mongodb_uri: str, database: str, customers: int, talks: Iterator[Talk]
) -> Round:
    """By the hub, each dialogue in a widget of its own that has been open before."""
    sides = await visitors(mongodb_uri, database, customers * TALKS[customers])
    widgets = [Widget(side) for side in sides]
    async with AsyncExitStack() as stack:
        for widget in widgets:
            await widget.open("127.0.0.1", hub.port)
            stack.callback(widget.close)
            widget.opened()
        holdings = [_in_widget(widget) for widget in widgets]
        each = TALKS[customers]
        return await _held([holdings[at : at + each] for at in range(0, len(holdings), each)], talks)


def _in_widget(widget: Widget) -> Holding:
    async def hold(talk: Talk) -> list[float]:
        took = []
        for saying in talk:
            seconds = await widget.says(saying)
            if seconds is None:
                break
            took.append(seconds)
        return took

    return hold


async def _held(customers: Sequence[Sequence[Holding]], talks: Iterator[Talk]) -> Round:
    """All customers at once, each one dialogue after another."""

    async def customer(holdings: Sequence[Holding]) -> list[float]:
        return [seconds for hold in holdings for seconds in await hold(next(talks))]

    began = time.perf_counter()
    took = [seconds for each in await asyncio.gather(*map(customer, customers)) for seconds in each]
    return Round(len(took) / (time.perf_counter() - began), median(took))


def _commits(hub: Watched) -> tuple[int, int]:
    """Batches that the journal has written so far, and messages that the bot was to answer."""
    with urllib.request.urlopen(f"http://127.0.0.1:{hub.port}/metrics", timeout=5) as response:
        text = response.read().decode()
    return tuple(  # type: ignore[return-value]  # two names, two numbers
        sum(int(float(value)) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))
        for name in ("linka_journal_batch_seconds_count", "linka_bot_turns_total")
    )


@dataclass(frozen=True)
class Stage:
    """A hub before a Rasa."""

    hub: Watched
    rasa_url: str
    mongodb_uri: str
    database: str

    def pair(self, customers: int, talks: Iterator[Talk]) -> tuple[Round, Round]:
        """The same number of dialogues straight and through the hub."""
        bare = uvloop.run(straight(self.rasa_url, customers, talks))
        mine = uvloop.run(through(self.hub, self.mongodb_uri, self.database, customers, talks))
        print(self.database, customers, bare, mine, flush=True)
        return bare, mine


@contextmanager
def _before_rasa(mongodb_uri: str) -> Iterator[Stage]:
    """The real bot."""
    with ExitStack() as stack:
        enter = stack.enter_context
        port, database = free_port(), "before_rasa"
        hub = enter(_hub(mongodb_uri, database, port))
        actions = enter(running_actions(hub.port))
        trackers = Path(enter(TemporaryDirectory())) / "trackers.db"
        rasa = enter(running_rasa(ours(), actions.port, trackers, port))
        asyncio.run(_ready(hub))
        yield Stage(hub, rasa.url, mongodb_uri, database)


@contextmanager
def _before_nothing(mongodb_uri: str) -> Iterator[Stage]:
    """One that answers at once."""
    with ExitStack() as stack:
        rasa = stack.enter_context(running_instant_rasa())
        hub = stack.enter_context(_hub(mongodb_uri, "before_nothing", rasa.port))
        asyncio.run(_ready(hub))
        yield Stage(hub, f"http://127.0.0.1:{rasa.port}", mongodb_uri, "before_nothing")


@contextmanager
def _hub(mongodb_uri: str, database: str, rasa_port: int) -> Iterator[Watched]:
    asyncio.run(seed_demo(Settings(mongodb_uri=mongodb_uri, mongodb_database=database)))
    settings = {
        "LINKA_SERVICE_TOKEN": SERVICE_TOKEN,
        "LINKA_RASA_URL": f"http://127.0.0.1:{rasa_port}",
        "LINKA_RASA_TOKEN": RASA_TOKEN,
    }
    with running_hub(mongodb_uri, database, "motor", beside=settings) as hub:
        yield hub


async def _ready(hub: Watched) -> None:
    """Return when the hub has seen that its bot is ready."""
    async with asyncio.timeout(READY_WITHIN):
        await until_bot(f"http://127.0.0.1:{hub.port}", "ready")


def main() -> None:
    """Measure and write the section."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=4)
    rounds = range(arguments.parse_args().rounds)
    talks = dialogues(seed=6)
    rows = []
    with TemporaryDirectory() as folder, running_mongod(Path(folder)) as (uri, *_):
        with _before_rasa(uri) as stage:
            stage.pair(ALONE, talks)  # what is done once for all is no turn's
            many = [stage.pair(MANY, talks) for _ in rounds]
            before = _commits(stage.hub)
            alone = [stage.pair(ALONE, talks) for _ in rounds]
            after = _commits(stage.hub)
        with _before_nothing(uri) as stage:
            stage.pair(ALONE, talks)
            instant = [stage.pair(ALONE, talks) for _ in rounds]
    rows.append(_share_row(many))
    rows += [_added_row("our bot", alone), _added_row("a bot that answers at once", instant)]
    batches, turns = (now - then for now, then in zip(after, before, strict=True))
    rows.append(
        (
            "commits a turn, one customer",
            "",
            "",
            f"{batches / turns:.2f}",
            _met(batches / turns, TARGET_COMMITS),
        )
    )
    put("the hub's share", [Table(("", "straight", "through the hub", "", "target"), rows)], _HOW, NLU_PAGE)


def _share_row(pairs: Sequence[tuple[Round, Round]]) -> tuple[str, ...]:
    share = [mine.per_second / bare.per_second for bare, mine in pairs]
    return (
        f"turns/s at {MANY} customers",
        spread([bare.per_second for bare, _ in pairs], 1),
        spread([mine.per_second for _, mine in pairs], 1),
        spread(share, 2),
        f"≥ {TARGET_SHARE}: {verdict(-median(share), -TARGET_SHARE)}",
    )


def _added_row(bot: str, pairs: Sequence[tuple[Round, Round]]) -> tuple[str, ...]:
    added = [(mine.p50 - bare.p50) * 1e3 for bare, mine in pairs]
    return (
        f"ms of a turn, one customer, {bot}",
        spread([bare.p50 * 1e3 for bare, _ in pairs], 1),
        spread([mine.p50 * 1e3 for _, mine in pairs], 1),
        f"+ {spread(added, 1)}",
        _met(median(added), TARGET_MS),
    )


def _met(value: float, target: float) -> str:
    return f"≤ {target:.0f}: {verdict(value, target)}"


_HOW = (
    "Fresh dialogues of five turns, as many straight to Rasa's `/webhooks/rest/webhook` as through the hub, in turns; "
    "medians (the least and the greatest). Through the hub a turn is from the words' leaving the widget's "
    "socket to the bot's answer on it, both durable in MongoDB (`w: majority, j: true`). A commit is a batch of the "
    "journal."
)


if __name__ == "__main__":
    main()
