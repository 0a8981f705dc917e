"""A claimed conversation: what may be sent under its lease, and for how long."""

from collections.abc import Callable
from datetime import datetime

from bot.logs import get_logger
from hub.protocol.channel import ClaimedConversation

log = get_logger(__name__)


class LeaseLostError(Exception):
    """Somebody else may be sending: send nothing."""


class LeaseEndsSoonError(Exception):
    """Not enough time is left for one more request: let the conversation be claimed anew."""


class Lease:
    """``needed``: seconds that one request may take."""

    def __init__(self, conversation: ClaimedConversation, needed: float, now: Callable[[], datetime]) -> None:
        self.id = conversation.conversation_id
        self.external_id = conversation.external_id
        self.language = conversation.language
        self.fence = conversation.fence
        self._until = conversation.until
        self._needed = needed
        self._now = now
        self.used = False
        """A request was made under it."""

    def check(self) -> None:
        """Raises `LeaseEndsSoonError` if it could end during a request. An unused one is believed."""
        left = (self._until - self._now()).total_seconds()  # clocks may differ
        if left >= self._needed:
            return
        if self.used:
            raise LeaseEndsSoonError
        log.warning("a lease is shorter than a request may take; do the clocks differ?", left=left)
