"""Redis between hubs, for words that only matter now. Nobody ever waits for it, and what it loses is not missed.

``publish`` puts a word into a bounded queue and returns; a job speaks, another listens, and both find a Redis that is
away, hangs, or comes back, by themselves.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import orjson
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000  # words; the oldest make room
STALE_AFTER = 2.0  # seconds after which a word is not worth saying any more
ANSWER_WITHIN = 1.0  # seconds; a Redis that is slower counts as away
AT_ONCE = 200  # words in one round trip
LOOK_AGAIN = 1.0  # seconds that the listener waits for a word before it asks whether Redis is still there
SILENT_FOR = 3.0  # seconds without a word or an answer after which the listener's connection is given up
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 1.0  # seconds between two tries to reach it

AWAY = (RedisError, OSError, TimeoutError, RuntimeError)
"""The last is what uvloop says when a connection closes under a write."""

Hear = Callable[[Any], None]


class Bus:
    """Words to all hubs, this one included, by channel."""

    def __init__(self, url: str, random: Random | None = None) -> None:
        self._url = url
        self._random = random or Random()
        self._words: deque[tuple[float, str, bytes]] = deque(maxlen=MOST_WAITING)
        self._spoken = asyncio.Event()
        self._ears: dict[str, list[Hear]] = {}
        self.listening = False

    def publish(self, channel: str, word: Any) -> None:
        """Say it, in JSON, if Redis is there; at once, whatever state Redis is in."""
        self._words.append((time.monotonic(), channel, orjson.dumps(word)))
        self._spoken.set()

    def subscribe(self, channel: str, hear: Hear) -> None:
        """Call ``hear(word)`` for each word of a channel, which may be any JSON whatsoever. It must not block. To be
        called before ``listen``."""
        self._ears.setdefault(channel, []).append(hear)

    def hear(self, channel: str, said: bytes) -> None:
        """Somebody said something on a channel: one of us, or whoever else can reach this Redis."""
        try:
            word = orjson.loads(said)
        except ValueError:
            log.warning("a word that is no JSON was passed over", channel=channel)
            return
        for hear in self._ears.get(channel, ()):
            try:
                hear(word)
            except Exception:  # a listener's trouble is not the others'
                log.exception("a word was not understood", channel=channel)

    async def speak(self) -> None:
        """The job that publishes."""
        await self._for_ever("speak", self._speak)

    async def listen(self) -> None:
        """The job that hears."""
        await self._for_ever("listen", self._listen)

    async def _for_ever(self, what: str, work: Callable[[Redis], Any]) -> None:
        """Start anew after each failure; say once that Redis is away, and once that it is back."""
        pause, away = FIRST_PAUSE, False
        while True:
            try:
                async with self._connection() as redis:
                    await redis.ping()
                    if away:
                        log.info("redis is back", job=what)
                    pause, away = FIRST_PAUSE, False
                    await work(redis)
            except AWAY as failure:
                # Only the kind: texts of the library may quote the address, and that may hold a password.
                level = logging.DEBUG if away else logging.WARNING
                log.log(level, "redis is away", job=what, failure=type(failure).__name__)
                away = True
            await asyncio.sleep(pause * (0.5 + self._random.random()))
            pause = min(pause * 2, LONGEST_PAUSE)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Redis]:
        redis = Redis.from_url(
            self._url,
            socket_timeout=ANSWER_WITHIN,
            socket_connect_timeout=ANSWER_WITHIN,
            retry=Retry(NoBackoff(), 0),  # a word said twice would be worse than one that is lost
            driver_info=None,  # the library would read its own version from the disk for each connection
        )
        try:
            yield redis
        finally:
            await redis.aclose()

    async def _speak(self, redis: Redis) -> None:
        while True:
            await self._spoken.wait()
            self._spoken.clear()
            while self._words:
                words = [self._words.popleft() for _ in range(min(AT_ONCE, len(self._words)))]
                oldest = time.monotonic() - STALE_AFTER
                async with redis.pipeline(transaction=False) as pipeline:
                    for at, channel, word in words:
                        if at >= oldest:
                            pipeline.publish(channel, word)
                    await pipeline.execute()

    async def _listen(self, redis: Redis) -> None:
        pubsub = redis.pubsub(ignore_subscribe_messages=True)
        try:
            await pubsub.subscribe(*self._ears)
            self.listening = True
            await self._hear_all(pubsub)
        finally:
            self.listening = False
            await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _hear_all(self, pubsub: PubSub) -> None:
        heard = time.monotonic()
        while True:
            message = await pubsub.get_message(timeout=LOOK_AGAIN)
            if message is None:
                if time.monotonic() - heard > SILENT_FOR:
                    raise TimeoutError("redis is silent")
                await pubsub.ping()
                continue
            heard = time.monotonic()
            if message["type"] == "message":
                self.hear(message["channel"].decode(), message["data"])
