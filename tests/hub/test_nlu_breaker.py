"""The circuit breaker, whatever happens to it in whatever order."""

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from hub.nlu.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker, Position, Ticket


def opened(breaker: Breaker, now: float) -> None:
    for _ in range(FAILURES):
        ticket = breaker.enter()
        assert ticket is not None
        breaker.failed(ticket, now)


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker()
    for _ in range(10):
        for outcome in [breaker.failed] * (FAILURES - 1):
            ticket = breaker.enter()
            assert ticket is not None
            outcome(ticket, 0.0)
        ticket = breaker.enter()
        assert ticket is not None
        breaker.answered(ticket)
    assert breaker.position is Position.CLOSED
    opened(breaker, 0.0)
    assert breaker.position is Position.OPEN
    assert breaker.enter() is None


def silent_to(breaker: Breaker, conversation: str) -> None:
    ticket = breaker.enter()
    assert ticket is not None
    breaker.fell_silent(ticket, conversation, 0.0)


def test_silence_counts_once_for_each_conversation_in_a_row() -> None:
    breaker = Breaker()
    for conversation in ["one"] * 10 + ["two"] * 10:
        silent_to(breaker, conversation)
    assert breaker.position is Position.CLOSED
    ticket = breaker.enter()
    assert ticket is not None
    breaker.answered(ticket)
    for conversation in ["one", "two", "one"]:
        silent_to(breaker, conversation)
    assert breaker.position is Position.CLOSED, "the answer began the count again"
    silent_to(breaker, "three")
    assert breaker.position is Position.OPEN


def test_silence_and_other_failures_are_counted_together() -> None:
    breaker = Breaker()
    silent_to(breaker, "one")
    for _ in range(FAILURES - 1):
        ticket = breaker.enter()
        assert ticket is not None
        silent_to(breaker, "one")
        breaker.failed(ticket, 0.0)
    assert breaker.position is Position.OPEN


def test_a_trial_closes_it_or_doubles_the_pause() -> None:
    breaker, now, pause = Breaker(), 0.0, FIRST_PAUSE
    opened(breaker, now)
    for _ in range(8):
        assert not breaker.begin_trial(now + pause - 0.001)
        now += pause
        assert breaker.begin_trial(now)
        assert not breaker.begin_trial(now), "one at a time"
        assert breaker.enter() is None
        breaker.end_trial(passed=False, now=now)
        pause = min(pause * 2, LONGEST_PAUSE)
    now += pause
    assert breaker.begin_trial(now)
    breaker.end_trial(passed=True, now=now)
    assert breaker.enter() is not None


def test_what_was_asked_before_the_trial_says_nothing_of_the_time_after_it() -> None:
    breaker = Breaker()
    old = [breaker.enter() for _ in range(2 * FAILURES)]
    opened(breaker, 0.0)
    assert breaker.begin_trial(FIRST_PAUSE)
    breaker.end_trial(passed=True, now=FIRST_PAUSE)
    for ticket in old:
        assert ticket is not None
        breaker.failed(ticket, FIRST_PAUSE)
    assert breaker.position is Position.CLOSED


class Breakers(RuleBasedStateMachine):
    """Against a model: the time of opening, and the failures that count."""

    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = 0.0
        self.era = 0
        self.failures = 0
        self.silent_to = set[str]()
        self.pause = FIRST_PAUSE
        self.opened_at: float | None = None
        self.trial = False

    @rule(seconds=st.floats(0, 40))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(target=tickets)
    def ask(self) -> tuple[Ticket | None, int]:
        ticket = self.breaker.enter()
        assert (ticket is None) == (self.opened_at is not None)
        return ticket, self.era

    @rule(
        asked=tickets, outcome=st.sampled_from(["answered", "failed", "silent"]), who=st.sampled_from("abcd")
    )
    def outcome(self, asked: tuple[Ticket | None, int], outcome: str, who: str) -> None:
        ticket, era = asked
        if ticket is None:
            return
        counts = era == self.era and self.opened_at is None
        if outcome == "answered":
            self.breaker.answered(ticket)
            if counts:
                self.failures, self.pause = 0, FIRST_PAUSE
                self.silent_to.clear()
            return
        if outcome == "silent":
            self.breaker.fell_silent(ticket, who, self.now)
            counts = counts and who not in self.silent_to
            self.silent_to |= {who} if counts else set()
        else:
            self.breaker.failed(ticket, self.now)
        self.failures += counts
        if counts and self.failures == FAILURES:
            self.opened_at = self.now

    @precondition(lambda self: not self.trial)
    @rule()
    def begin_trial(self) -> None:
        due = self.opened_at is not None and self.now >= self.opened_at + self.pause
        assert self.breaker.begin_trial(self.now) == due
        self.trial = due

    @precondition(lambda self: self.trial)
    @rule(passed=st.booleans())
    def end_trial(self, passed: bool) -> None:
        self.breaker.end_trial(passed=passed, now=self.now)
        self.trial = False
        if passed:
            self.era, self.failures, self.opened_at = self.era + 1, 0, None
            self.silent_to.clear()
        else:
            self.pause, self.opened_at = min(2 * self.pause, LONGEST_PAUSE), self.now

    @invariant()
    def the_position_is_the_models(self) -> None:
        wanted = (
            Position.HALF_OPEN if self.trial else Position.CLOSED if self.opened_at is None else Position.OPEN
        )
        assert self.breaker.position is wanted
        assert FIRST_PAUSE <= self.breaker.pause <= LONGEST_PAUSE


TestBreakers = Breakers.TestCase
