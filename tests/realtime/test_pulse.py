"""Who is there, who is silent, who is too far behind."""

from hub.realtime.pulse import TAKE_WITHIN, Pulse, Verdict

PING = 3  # bytes
LOOKS = int(TAKE_WITHIN // 10)


def test_who_answers_is_there() -> None:
    pulse = Pulse(10, 10)
    for look in range(100):
        assert pulse.look(PING * look, PING * look, busy=False) is Verdict.ALIVE
        pulse.unanswered = 0


def test_a_ping_may_stay_unanswered_for_as_long_as_was_announced() -> None:
    for timeout, answered in ((10, 1), (20, 2), (25, 3)):
        pulse = Pulse(10, timeout)
        for _ in range(answered):
            assert pulse.look(PING, PING, busy=False) is Verdict.ALIVE
        assert pulse.look(PING, PING, busy=False) is Verdict.SILENT


def test_who_waits_for_us_is_not_silent() -> None:
    pulse = Pulse(10, 10)
    for _ in range(100):
        assert pulse.look(PING, PING, busy=True) is Verdict.ALIVE


def test_who_slowly_takes_what_was_said_is_there() -> None:
    """A phone at 10 KB a second: its pings lie behind what is on the way."""
    pulse = Pulse(10, 10)
    said, taken = 200_000, 0
    pulse.look(0, 0, busy=False)
    pulse.unanswered = 0
    while taken < said:
        said += PING
        assert pulse.look(said, taken, busy=False) is Verdict.ALIVE
        taken = min(said, taken + 100_000)
    assert pulse.look(said, taken, busy=False) is Verdict.ALIVE, "its answer to the last may be under way"
    assert pulse.look(said, said, busy=False) is Verdict.SILENT


def test_a_kernel_that_takes_pings_for_a_program_that_hangs_is_no_sign_of_life() -> None:
    pulse = Pulse(10, 10)
    assert pulse.look(PING, PING, busy=False) is Verdict.ALIVE
    assert pulse.look(2 * PING, 2 * PING, busy=False) is Verdict.SILENT


def test_who_answers_but_takes_nothing_is_too_far_behind() -> None:
    """Or so little that it never ends."""
    for drop in (0, 1):
        pulse = Pulse(10, 10)
        pulse.look(1_000, 0, busy=False)
        for look in range(LOOKS - 1):
            pulse.unanswered = 0
            assert pulse.look(1_000, drop * look, busy=False) is Verdict.ALIVE
        pulse.unanswered = 0
        assert pulse.look(1_000, drop * LOOKS, busy=False) is Verdict.BEHIND


def test_who_is_told_something_all_the_time_is_not_behind_for_it() -> None:
    """There is always something on the way, and never the same."""
    pulse = Pulse(10, 10)
    for look in range(10 * LOOKS):
        pulse.unanswered = 0
        assert pulse.look(1_000 * (look + 1), 1_000 * look, busy=False) is Verdict.ALIVE
