"""A hundred messages a second across two hubs while Redis dies, stands still and comes back: screens notice nothing."""

import asyncio
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf

import pytest

from tests.hubs.conftest import Houses
from tests.realtime.house import PEOPLE, Client, Data, House, key
from tests.redis_server import RedisServer
from tests.waiting import until

pytestmark = pytest.mark.timeout(200)

PAIRS = 10
EACH_EVERY = PAIRS * 2 / 100  # seconds between two messages of one sender: a hundred a second in all
FAST_ENOUGH = 60.0  # messages a second while Redis is broken, of the hundred that are offered
CALM = 2.0  # seconds before Redis is broken, in which the machine shows how slow it is by itself
LATEST = 3.0  # seconds that Redis may add from the sending to the other side's screen
GRANTED_AT_MOST = 2.0  # seconds that the machine may need by itself, however slow it was before
AWAY = (1, 5, 12)  # seconds
SETTLED_WITHIN = 20.0


@dataclass
class Screen:
    """What one side was shown, as it came."""

    client: Client
    seqs: list[int] = field(default_factory=list)
    texts: dict[str, float] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)

    def attach(self, event_name: str = "timeline.appended") -> None:
        hear = self.client._hear

        async def note(event: str, data: Data) -> None:
            if event == event_name:
                for entry in data["entries"]:
                    text = entry["body"].get("text")
                    if text in self.texts:
                        self.doubled.append(text)
                    elif text is not None:
                        self.texts[text] = time.monotonic()
                    self.seqs.append(entry["seq"])
            await hear(event, data)

        self.client.sio.on("*", note, namespace=self.client.namespace)


@dataclass
class Pair:
    """A customer at the one hub, the operator at the other."""

    customer: Screen
    operator: Screen
    conversation: str
    sent: dict[str, float] = field(default_factory=dict)
    by_customer: list[str] = field(default_factory=list)
    by_operator: list[str] = field(default_factory=list)

    async def talk(self, stop: asyncio.Event, lag: float) -> None:
        await asyncio.sleep(lag)
        await asyncio.gather(
            self._send(stop, "c", self.by_customer, self.customer.client, {}),
            self._send(
                stop,
                "o",
                self.by_operator,
                self.operator.client,
                {"conversation_id": self.conversation},
            ),
        )

    async def _send(self, stop: asyncio.Event, who: str, said: list[str], client: Client, more: Data) -> None:
        while not stop.is_set():
            began = time.monotonic()
            text = f"{who}{len(said)}"
            said.append(text)
            self.sent[text] = began
            if len(said) % 5 == 0:
                await client.ask("typing.set", {"on": True, **more})
            await client.ask("message.send", {"client_id": key(), "text": text, **more})
            await asyncio.sleep(max(0.0, EACH_EVERY - (time.monotonic() - began)))

    def check(self, until: float = inf) -> list[float]:
        """Nothing lost, doubled or out of order on either screen; the delays of what was sent by then."""
        delays: list[float] = []
        for screen, others in ((self.customer, self.by_operator), (self.operator, self.by_customer)):
            assert not screen.doubled
            assert {*self.by_customer, *self.by_operator} - screen.texts.keys() == set(), "lost"
            assert screen.seqs == sorted(screen.seqs), "order"
            assert screen.seqs == list(range(screen.seqs[0], screen.seqs[-1] + 1)), "gaps"
            sent = [text for text in others if self.sent[text] < until]
            delays.extend(screen.texts[text] - self.sent[text] for text in sent)
        return delays


async def pair(one: House, two: House, n: int) -> Pair:
    name = f"operator{n}"
    await one.storage.operators.put_new(replace(PEOPLE["anna"], id=name, login=name, name=name))
    widget, conversation = await one.waiting()
    panel = await two.panel(name)
    await panel.ask("conversation.open", {"conversation_id": conversation})
    await panel.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    await widget.until(
        lambda event, data: event == "timeline.appended" and data["entries"][0]["body"]["kind"] == "taken"
    )
    talking = Pair(Screen(widget), Screen(panel), conversation)
    talking.customer.attach()
    talking.operator.attach()
    return talking


async def test_screens_notice_nothing(houses: Houses, redis_server: RedisServer) -> None:
    pairs = [await pair(*houses, n) for n in range(PAIRS)]
    stop = asyncio.Event()
    talking = [asyncio.create_task(each.talk(stop, n * EACH_EVERY / PAIRS)) for n, each in enumerate(pairs)]
    await asyncio.sleep(CALM)
    broken = time.monotonic()
    times_away = await break_down(redis_server)
    stop.set()
    await asyncio.gather(*talking)

    def shown() -> bool:
        return all(
            screen.texts.keys() >= each.sent.keys()
            for each in pairs
            for screen in (each.customer, each.operator)
        )

    with suppress(TimeoutError):  # what is missing is named below
        await until(shown, SETTLED_WITHIN)
    calm = sorted(delay for each in pairs for delay in each.check(until=broken))
    by_itself = calm[int((len(calm) - 1) * 0.99)]
    worst = max(delay for each in pairs for delay in each.check())
    rate = sent_meanwhile(pairs, times_away)
    sys.stdout.write(
        f"{rate:.0f} messages a second while Redis was away; {worst:.2f} s late, {by_itself:.2f} before\n"
    )
    assert rate >= FAST_ENOUGH, f"unmeasured: {rate:.0f} messages a second prove nothing"
    assert worst <= LATEST + min(by_itself, GRANTED_AT_MOST), f"{worst:.2f} s late; {by_itself:.2f} s before"


async def break_down(redis_server: RedisServer) -> list[tuple[float, float]]:
    """Redis is killed and stopped, for a while that is as long as promised; from when till when."""
    times_away: list[tuple[float, float]] = []
    for seconds in AWAY:
        since = time.monotonic()
        redis_server.kill()
        await asyncio.sleep(seconds)
        times_away.append((since, time.monotonic()))
        await asyncio.to_thread(redis_server.start)
        await asyncio.sleep(1)
    for seconds in AWAY:
        since = time.monotonic()
        redis_server.freeze()
        await asyncio.sleep(seconds)
        times_away.append((since, time.monotonic()))
        redis_server.thaw()
        await asyncio.sleep(1)
    return times_away


def sent_meanwhile(pairs: list[Pair], times: list[tuple[float, float]]) -> float:
    """Messages a second, of those that all have sent within these times."""
    sent = [at for each in pairs for at in each.sent.values()]
    return sum(since <= at < until for at in sent for since, until in times) / sum(b - a for a, b in times)
