"""A claimed conversation: what may be sent under its lease, and for how long."""

from hub.protocol.channel import ClaimedConversation

MARGIN = 1.0
"""Seconds that a request must be over before its lease ends."""


class LeaseLostError(Exception):
    """Somebody else may be sending: send nothing."""


class Lease:
    """``needed``: seconds that one request may take. Times are of the monotonic clock: no two clocks are compared."""

    def __init__(self, conversation: ClaimedConversation, needed: float) -> None:
        self.id = conversation.conversation_id
        self.external_id = conversation.external_id
        self.language = conversation.language
        self.fence = conversation.fence
        self._needed = needed
        self._until = 0.0

    def hold(self, asked_at: float, held_for: float) -> None:
        """The hub said at some time after ``asked_at`` that it keeps others off for so many seconds."""
        self._until = asked_at + held_for

    def lasts(self, now: float) -> bool:
        """Whether a request that begins now is over before anybody else may send."""
        return now + self._needed + MARGIN <= self._until
