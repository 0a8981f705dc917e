"""What a person sees."""

import io

import pytest

from hub.launch.logs import loud
from hub.launch.terminal import Terminal, duration


class Screen(io.StringIO):
    """A terminal of eighty columns, as far as a program can tell."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class File(io.StringIO):
    encoding = "utf-8"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
    ],
)
def test_durations_read_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_step_is_one_line_with_its_time_and_no_colour_in_a_file() -> None:
    out = File()
    with Terminal(out).step("Building", "Built"):
        pass
    assert out.getvalue() == "  ✓ Built  0.0 s\n"


def test_a_step_that_fails_leaves_no_line_that_says_done() -> None:
    out = File()
    with pytest.raises(ValueError, match="no"), Terminal(out).step("Building", "Built"):
        raise ValueError("no")
    assert out.getvalue() == ""


def test_colour_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    Terminal(screen).done("Built")
    assert "\x1b[32m" in screen.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Screen()
    Terminal(plain).done("Built")
    assert "\x1b" not in plain.getvalue()


def test_problems_go_to_the_error_stream() -> None:
    out, err = File(), File()
    terminal = Terminal(out, err)
    terminal.warning("late")
    terminal.problem("broken")
    assert out.getvalue() == ""
    assert err.getvalue() == "  ! late\n  ✗ broken\n"


def test_a_screen_without_unicode_gets_plain_marks() -> None:
    out = io.StringIO()
    Terminal(out).done("Built")
    assert out.getvalue() == "  ok Built\n"


def test_the_table_lines_up_and_keeps_lines_of_a_value_together() -> None:
    out = File()
    Terminal(out).table("Linka runs", [("Panel", "one\ntwo"), ("Database", "three")])
    assert out.getvalue() == ("\n  Linka runs\n\n  Panel     one\n            two\n  Database  three\n\n")


def test_a_closed_terminal_does_not_stop_the_work() -> None:
    out = File()
    terminal = Terminal(out)
    out.close()
    terminal.done("Built")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("2026-11-23 10:00:00 [info     ] all is well", False),
        ("2026-11-23T10:00:00Z [warning  ] the bot is slow", True),
        ("2026-11-23 10:00:00 ERROR hub: lost", True),
        ('{"level": "info", "event": "error in the text only"}', False),
        ('{"level": "warning", "event": "the bot is slow"}', True),
        ('{"level": "warning"', False),
        ("x" * 100 + " warning far into a line", False),
    ],
)
def test_only_warnings_and_errors_of_the_hub_are_shown(line: str, shown: bool) -> None:
    assert (loud(line) is not None) == shown
