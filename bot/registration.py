"""Telegram's side of the webhook: tell it where to bring updates, and look now and then whether that still holds."""

import asyncio
import time

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import GetWebhookInfo, SetWebhook
from aiogram.types import WebhookInfo

from bot.backoff import Backoff
from bot.logs import get_logger
from bot.outcome import NO_ACCESS, NoAccess, Refused, Wait, judge
from bot.settings import WebhookSettings
from bot.translate import KINDS

log = get_logger(__name__)

_CONNECTIONS = 40
_LONGEST_WAIT = 300.0  # seconds


class Registration:
    """``check_every``: seconds between two looks."""

    def __init__(self, bot: Bot, settings: WebhookSettings, backoff: Backoff, check_every: float) -> None:
        self._bot = bot
        self._settings = settings
        self._backoff = backoff
        self._check_every = check_every
        self._last_error = int(time.time())  # Telegram's time of the newest trouble that was said

    async def keep(self) -> None:
        """For ever."""
        known = False  # what Telegram has may be of before: another address, another secret
        while True:
            try:
                if not known:
                    await self._set()
                    known = True
                    self._backoff.reset()
                await asyncio.sleep(self._check_every)
                info = await self._bot(GetWebhookInfo())
                self._say_trouble(info)
                if info.url != self._settings.url:
                    log.error(
                        "somebody else changed this bot's webhook, or fetches its updates; it is set again"
                    )
                    known = False
            except AiogramError as error:
                await asyncio.sleep(self._trouble(error))

    async def _set(self) -> None:
        await self._bot(
            SetWebhook(
                url=self._settings.url,
                secret_token=self._settings.secret.get_secret_value(),
                max_connections=_CONNECTIONS,
                allowed_updates=KINDS,
                drop_pending_updates=False,
            )
        )
        log.info("Telegram brings updates by webhook", url=self._settings.url)

    def _trouble(self, error: AiogramError) -> float:
        match judge(error):
            case Wait(seconds):
                return min(seconds, _LONGEST_WAIT)
            case NoAccess():
                log.error(NO_ACCESS)
            case Refused(reason):
                log.error("Telegram refuses the webhook", why=reason, url=self._settings.url)
            case _:
                log.warning("Telegram cannot be reached; the webhook is set later")
        return self._backoff.next()

    def _say_trouble(self, info: WebhookInfo) -> None:
        """What Telegram says of its own tries to reach us."""
        if info.last_error_date is None or info.last_error_message is None:
            return
        at = int(info.last_error_date.timestamp())
        if at > self._last_error:
            self._last_error = at
            log.warning(
                "Telegram could not deliver updates",
                why=info.last_error_message,
                waiting=info.pending_update_count,
            )
