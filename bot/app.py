"""Puts the bot together, keeps its jobs alive and ends them in order."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.answering import Answering
from bot.backoff import Backoff, pause
from bot.delivery import Delivery
from bot.hub_client import HubClient
from bot.ingest import Ingest
from bot.logs import get_logger
from bot.settings import Settings
from bot.telegram import SEND_TIMEOUT, open_bot
from bot.typing_action import TypingAction
from bot.webhook import Webhook

log = get_logger(__name__)

GRACE = 8.0
"""Seconds that work in flight has to end after a stop."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the bot is; all in seconds."""

    long_poll: int = 25
    delivery_poll: float = 3.0
    send_timeout: float = SEND_TIMEOUT
    second_try_after: float = 1.0
    hub_timeout: float = 10.0
    recheck: float = 1.0
    webhook_check: float = 60.0
    first_backoff: float = 0.5
    grace: float = field(default=GRACE)


async def run(settings: Settings, stop: asyncio.Event, pace: Pace | None = None) -> None:
    """Carry the inbox until ``stop``: then fetch no more, finish what is in flight, and leave the hub last."""
    pace = pace or Pace()
    bot = open_bot(settings.telegram_token, settings.telegram_api_url, pace.send_timeout)
    hub = HubClient(
        settings.hub_urls,
        settings.service_token,
        settings.telegram_inbox,
        request_timeout=pace.hub_timeout,
        backoff=Backoff(first=pace.first_backoff),
    )
    answering = Answering(bot, hub)
    typing = TypingAction(bot)
    delivery = Delivery(
        bot,
        hub,
        poll=pace.delivery_poll,
        send_timeout=pace.send_timeout,
        second_try_after=pace.second_try_after,
    )
    backoff = Backoff(first=pace.first_backoff, cap=60.0)
    receiving: Ingest | Webhook
    if settings.webhook is not None:
        receiving = Webhook(
            bot, hub, answering, settings.webhook, backoff=backoff, check_every=pace.webhook_check
        )
    else:
        receiving = Ingest(
            bot, hub, answering, long_poll=pace.long_poll, backoff=backoff, recheck=pace.recheck
        )
    hub.listen(on_due=delivery.wake, on_typing=typing.offer)
    leave = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_keep("hub", hub.run, leave))
            jobs = [
                group.create_task(_keep("receiving", receiving.run, stop)),
                group.create_task(_keep("delivery", delivery.run, stop)),
                group.create_task(_keep("typing", typing.run, stop)),
            ]
            await stop.wait()
            log.info("stopping")
            _, late = await asyncio.wait([*jobs, group.create_task(answering.drain())], timeout=pace.grace)
            for job in late:
                job.cancel()
            leave.set()
    finally:
        await bot.session.close()
    log.info("stopped")


async def _keep(name: str, job: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
    """Run a job until ``stop``; a crash is logged and the job begun again after a while."""
    backoff = Backoff(first=1.0, cap=30.0)
    while not stop.is_set():
        try:
            await job(stop)
        except Exception:  # the supervisor's duty: whatever it was, the bot goes on
            log.exception("a job of the bot crashed and is started again", job=name)
            await pause(backoff.next(), stop)
