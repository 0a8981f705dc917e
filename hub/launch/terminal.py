"""What a person sees: one line per step with its elapsed time, colour only on a terminal.

Standard library only, because the bootstrap uses it before anything is installed.
"""

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

_STYLES = {"good": "32", "warn": "33", "bad": "31", "dim": "2", "bold": "1"}
_MARKS = {
    "good": ("✓", "ok"),
    "warn": ("!", "!"),
    "bad": ("✗", "x"),
    "busy": ("…", "..."),
    "note": ("·", "-"),
}
_REFRESH_SECONDS = 0.2
_SHOWN_AFTER_SECONDS = 0.5
_REMINDER_SECONDS = 30.0


def duration(seconds: float) -> str:
    """Seconds as people say them: ``0.4 s``, ``12 s``, ``3 min 05 s``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02d} s"


class Terminal:
    """Writes lines to `out` and problems to `err`; on a terminal the running step is shown on a line of its own."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._live = self._out.isatty() and os.environ.get("TERM", "") != "dumb"
        self._colour = self._live and not os.environ.get("NO_COLOR")
        self._unicode = "utf" in (getattr(self._out, "encoding", None) or "").lower()
        self._lock = threading.RLock()
        self._steps: list[_Step] = []
        self._status_shown = False

    def done(self, text: str, seconds: float | None = None) -> None:
        """A finished step."""
        self._write(self._out, "good", text, seconds)

    def note(self, text: str) -> None:
        """Something worth knowing that needs no action."""
        self._write(self._out, "note", text)

    def warning(self, text: str) -> None:
        """Something that works less well than it should; the text says what to do."""
        self._write(self._err, "warn", text)

    def problem(self, text: str) -> None:
        """Something that stops the work; the text says what to do."""
        self._write(self._err, "bad", text)

    def plain(self, text: str = "") -> None:
        """A line without a mark."""
        with self._lock:
            self._hide_status()
            self._put(self._out, text)

    def table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """A title and aligned pairs of name and value; a value may have several lines."""
        width = max(len(name) for name, _ in rows)
        with self._lock:
            self._hide_status()
            self._put(self._out, f"\n  {self._style('bold', title)}\n")
            for name, value in rows:
                first, *more = value.split("\n")
                self._put(self._out, f"  {self._style('dim', name.ljust(width))}  {first}")
                for line in more:
                    self._put(self._out, f"  {' ' * width}  {line}")
            self._put(self._out, "")

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[None]:
        """Show `doing` while the block runs and `done` with the time it took when it ends well."""
        step = _Step(doing)
        with self._lock:
            self._steps.append(step)
            if len(self._steps) == 1:
                threading.Thread(target=self._keep_status, daemon=True, name="terminal").start()
        try:
            yield
        finally:
            with self._lock:
                self._steps.remove(step)
                self._hide_status()
        self.done(done, step.elapsed())

    def _write(self, stream: TextIO, style: str, text: str, seconds: float | None = None) -> None:
        mark = _MARKS[style][0 if self._unicode else 1]
        time_taken = f"  {self._style('dim', duration(seconds))}" if seconds is not None else ""
        with self._lock:
            self._hide_status()
            self._put(stream, f"  {self._style(style, mark)} {text}{time_taken}")

    def _put(self, stream: TextIO, text: str, end: str = "\n") -> None:
        try:
            print(text, end=end, file=stream, flush=True)
        except (OSError, ValueError):
            # The terminal was closed or the reader of a pipe went away. The children must still be ended in
            # order, and there is nobody left to tell.
            self._live = False

    def _style(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour and style in _STYLES else text

    def _keep_status(self) -> None:
        while True:
            time.sleep(_REFRESH_SECONDS)
            with self._lock:
                if not self._steps:
                    return
                if self._live:
                    self._show_status(self._steps[-1])
                else:
                    for step in self._steps:
                        self._remind(step)

    def _show_status(self, step: "_Step") -> None:
        if step.elapsed() < _SHOWN_AFTER_SECONDS:
            return
        mark = _MARKS["busy"][0 if self._unicode else 1]
        columns = shutil.get_terminal_size().columns
        line = f"  {mark} {step.doing}  {duration(step.elapsed())}"[: columns - 1]
        self._put(self._out, f"\r\x1b[K{self._style('dim', line)}", end="")
        self._status_shown = True

    def _remind(self, step: "_Step") -> None:
        if step.elapsed() >= step.remind_at:
            step.remind_at += _REMINDER_SECONDS
            self._write(self._out, "busy", step.doing, step.elapsed())

    def _hide_status(self) -> None:
        if self._status_shown:
            self._put(self._out, "\r\x1b[K", end="")
            self._status_shown = False


class _Step:
    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.remind_at = _REMINDER_SECONDS
        self._began = time.monotonic()

    def elapsed(self) -> float:
        return time.monotonic() - self._began
