"""One Rasa process as the hub sees it: how it is, how much it may be asked at once, and when it is left alone."""

import asyncio
from typing import Any
from uuid import uuid4

import structlog

from hub.bot_answer import BotTurn, BotUnavailable, Outcome, parse_turn
from hub.metrics import BOT_IN_FLIGHT, BOT_STATE, BOT_WAITING
from hub.nlu.breaker import Breaker, Position
from hub.nlu.door import Broken, Door, NobodyListens, Refused, Unusable
from hub.nlu.port import NluState

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 8
"""Turns in flight. Rasa works on all that it has in one thread: a few keep it busy, many would all be late together."""

MOST_WAITING = 64  # turns; at 15 a second those behind would not be answered in time
LEAST_TIME = 2.0
"""Seconds; a turn that has less left is not begun, for it would be late through no fault of Rasa's."""

LOOK_EVERY = 2.0  # seconds
PROBE_WITHIN = 3.0
TRIAL_WITHIN = 6.0
LOOKS_AFTER_IT = 10  # at a process whose connection broke, to see whether it has ended
BETWEEN_LOOKS = 0.05  # seconds


class RasaProcess:
    """Takes turns within its bounds, and watches itself."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._waiting = BOT_WAITING.labels(door.name)
        self._in_flight = BOT_IN_FLIGHT.labels(door.name)
        self._breaker = Breaker()
        self._seen = NluState.LOADING
        self._told = self._seen
        self._line = 0

    @property
    def state(self) -> NluState:
        """How it is."""
        if self._seen is NluState.READY and self._breaker.position is not Position.CLOSED:
            return NluState.RESTING
        return self._seen

    async def turn(self, body: dict[str, Any], until: float) -> BotTurn:
        """One turn, ``until`` a time of the loop.

        Raises:
            BotUnavailable: see its ``outcome``.
        """
        self._require_ready()
        if self._line >= MOST_WAITING:
            raise BotUnavailable("too many wait for it already", Outcome.BUSY)
        await self._slot(until - LEAST_TIME)
        try:
            self._require_ready()  # it may have failed while this one waited
            with self._in_flight.track_inprogress():
                return await self._ask(body, until)
        finally:
            self._slots.release()

    async def _slot(self, until: float) -> None:
        if asyncio.get_running_loop().time() > until:
            raise BotUnavailable("no time is left", Outcome.BUSY)
        self._line += 1
        try:
            with self._waiting.track_inprogress():
                async with asyncio.timeout_at(until):
                    await self._slots.acquire()
        except TimeoutError as late:
            raise BotUnavailable("its turn did not come in time", Outcome.BUSY) from late
        finally:
            self._line -= 1

    def _require_ready(self) -> None:
        state = self.state
        if state is not NluState.READY:
            raise BotUnavailable(
                f"Rasa is {state}", Outcome.RESTING if state is NluState.RESTING else Outcome.AWAY
            )

    async def _ask(self, body: dict[str, Any], until: float) -> BotTurn:
        ticket = self._breaker.enter()
        assert ticket is not None, "it is ready"
        now = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout_at(until):
                answer = await self.door.ask(body)
        except Refused as failure:
            self._moved_to(NluState.DOWN)
            raise BotUnavailable(str(failure), Outcome.AWAY) from failure
        except (TimeoutError, Broken, Unusable) as failure:
            self._breaker.failed(ticket, now())
            self._tell()
            raise BotUnavailable(str(failure) or "no answer in time", _outcome(failure)) from failure
        try:
            turn = parse_turn(answer)
        except BotUnavailable:
            self._breaker.fell_silent(ticket, _conversation_of(body["sender"]), now())
            self._tell()
            raise
        self._breaker.answered(ticket)
        return turn

    async def has_ended(self) -> bool:
        """Whether nobody is there: a process that is gone finishes nothing that it had begun.

        Raises:
            Refused, Broken, Unusable: it cannot be said.
        """
        looks = 1
        while True:
            try:
                await self.door.has_model()
            except NobodyListens:
                self._moved_to(NluState.DOWN)
                return True
            except Broken:
                # So does a connection that was kept from before, or one to a port that is just being closed.
                if looks == LOOKS_AFTER_IT:
                    raise
            else:
                return False
            looks += 1
            await asyncio.sleep(BETWEEN_LOOKS)

    async def watch(self) -> None:
        """Keep ``state`` true."""
        while True:
            self._moved_to(await self.probe())
            if self._seen is NluState.READY:
                await self._try_again()
            await asyncio.sleep(LOOK_EVERY)

    async def probe(self) -> NluState:
        """Ready only with a model."""
        try:
            async with asyncio.timeout(PROBE_WITHIN):
                return NluState.READY if await self.door.has_model() else NluState.LOADING
        except (TimeoutError, Refused, Broken):
            return NluState.LOADING if self._seen is NluState.LOADING else NluState.DOWN
        except Unusable as failure:
            log.debug("this is not Rasa, or not yet", process=self.door.name, reason=str(failure))
            return NluState.LOADING

    async def _try_again(self) -> None:
        """After failures: a turn of our own, so that no customer is the one to find out. Nothing is no answer."""
        now = asyncio.get_running_loop().time
        if not self._breaker.begin_trial(now()):
            return
        passed = False
        try:
            async with asyncio.timeout(TRIAL_WITHIN):
                parse_turn(await self.door.ask(_trial()))
            passed = True
        except (TimeoutError, Broken, Refused, Unusable, BotUnavailable) as failure:
            log.info(
                "the bot still fails", process=self.door.name, reason=str(failure) or "no answer in time"
            )
        finally:
            self._breaker.end_trial(passed=passed, now=now())
            self._tell()

    def _moved_to(self, seen: NluState) -> None:
        self._seen = seen
        self._tell()

    def _tell(self) -> None:
        state = self.state
        BOT_STATE.labels(self.door.name).state(state)
        if state is not self._told:
            log.info("the bot's state has changed", process=self.door.name, before=self._told, now=state)
            self._told = state


def _conversation_of(sender: str) -> str:
    """A conversation has a sender for each of its episodes."""
    return sender.rpartition(":")[0]


def _trial() -> dict[str, Any]:
    """A dialogue of its own each time: an old one may be locked by the turn that hangs."""
    sender = f"trial:{uuid4()}"
    metadata = {"message_id": sender, "language": "", "channel": "trial"}
    return {"sender": sender, "message": "hello", "metadata": metadata}


def _outcome(failure: Exception) -> Outcome:
    match failure:
        case TimeoutError():
            return Outcome.LATE
        case Broken():
            return Outcome.BROKEN
    return Outcome.FAILED
