"""Shows in Telegram that somebody types. A hint: never waited for, never repeated, dropped when late."""

import asyncio
import time

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import SendChatAction

from bot.backoff import unless_stopped
from bot.logs import get_logger
from hub.protocol.channel import ChannelTyping

log = get_logger(__name__)

_SHOWN_FOR = 4.0  # seconds; Telegram shows it for five
_TIMEOUT = 4  # seconds
_MAX_WAITING = 100


class TypingAction:
    """Passes on that somebody types, at most every four seconds a chat."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._heard: asyncio.Queue[tuple[str, float]] = asyncio.Queue(_MAX_WAITING)
        self._shown: dict[str, float] = {}

    def offer(self, event: ChannelTyping) -> None:
        """Somebody began or stopped typing to a contact; stopping cannot be shown in Telegram."""
        if event.on and not self._heard.full():
            self._heard.put_nowait((event.external_id, time.monotonic()))

    async def run(self, stop: asyncio.Event) -> None:
        """Show until ``stop``."""
        while (heard := await unless_stopped(self._heard.get(), stop)) is not None:
            chat_id, at = heard
            now = time.monotonic()
            self._shown = {chat: shown for chat, shown in self._shown.items() if now - shown < _SHOWN_FOR}
            if chat_id in self._shown or now - at > _SHOWN_FOR:
                continue
            self._shown[chat_id] = now
            try:
                await self._bot(SendChatAction(chat_id=chat_id, action="typing"), request_timeout=_TIMEOUT)
            except AiogramError as error:
                log.debug("typing could not be shown", why=type(error).__name__)
