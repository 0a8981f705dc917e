"""A circuit breaker: who failed several times in a row is left alone for a while, then tried, then trusted. Pure."""

from enum import StrEnum

FAILURES = 3  # in a row, until it opens
FIRST_PAUSE = 2.0  # seconds; each trial that fails doubles it
LONGEST_PAUSE = 30.0

Ticket = int


class Position(StrEnum):
    """Closed: all may ask. Open: nobody. Half open: a trial is under way, and nobody else asks."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """Times are seconds of any clock that does not go back."""

    def __init__(self) -> None:
        self.position = Position.CLOSED
        self.failures = 0  # in a row
        self._silent_to = set[str]()  # conversations, since then
        self.pause = FIRST_PAUSE
        self._until = 0.0
        self._closings = 0

    def enter(self) -> Ticket | None:
        """Before asking; None: do not. Its outcome is told with the ticket, or the ticket is thrown away."""
        return self._closings if self.position is Position.CLOSED else None

    def answered(self, ticket: Ticket) -> None:
        """An answer with something in it came in time."""
        if self._is_current(ticket):
            self._forget()
            self.pause = FIRST_PAUSE

    def failed(self, ticket: Ticket, now: float) -> None:
        """There was none. What was asked before the last trial says nothing of the time after it."""
        if not self._is_current(ticket):
            return
        self.failures += 1
        if self.failures >= FAILURES:
            self._open(now)

    def fell_silent(self, ticket: Ticket, conversation: str, now: float) -> None:
        """There was nothing in it: a failure, but one for each conversation, whose words alone may be the reason."""
        if self._is_current(ticket) and conversation not in self._silent_to:
            self._silent_to.add(conversation)
            self.failed(ticket, now)

    def begin_trial(self, now: float) -> bool:
        """Whether it is time for a trial, which then has begun and must end by ``end_trial``."""
        if self.position is not Position.OPEN or now < self._until:
            return False
        self.position = Position.HALF_OPEN
        return True

    def end_trial(self, *, passed: bool, now: float) -> None:
        """Closed again, or open for twice as long."""
        if self.position is not Position.HALF_OPEN:
            raise ValueError("no trial has begun")
        if passed:
            self.position = Position.CLOSED
            self._forget()
            self._closings += 1
        else:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            self._open(now)

    def _forget(self) -> None:
        self.failures = 0
        self._silent_to.clear()

    def _open(self, now: float) -> None:
        self.position = Position.OPEN
        self._until = now + self.pause

    def _is_current(self, ticket: Ticket) -> bool:
        return self.position is Position.CLOSED and ticket == self._closings
