"""Many seeds, in processes of their own: sets of words have the same order in all of them."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FIXED = {"PYTHONHASHSEED": "0"}
PROCESSES = 2


def command(*arguments: str) -> list[str]:
    """This package as a program."""
    return [sys.executable, "-m", "tests.simulation", *arguments]


def fixed() -> bool:
    """Whether this process is one of those."""
    return os.environ.get("PYTHONHASHSEED") == FIXED["PYTHONHASHSEED"]


def run_many(first: int, last: int, *options: str, processes: int = PROCESSES) -> tuple[bool, str]:
    """Seeds from ``first`` up to but without ``last``; whether all were good, and what was printed."""
    size = -(-(last - first) // processes)
    parts = [(start, min(start + size, last)) for start in range(first, last, size)]

    def run_part(part: tuple[int, int]) -> tuple[int, str]:
        arguments = command("--seeds", str(part[0]), str(part[1]), "--processes", "1", *options)
        done = subprocess.run(
            arguments, cwd=ROOT, env=os.environ | FIXED, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    with ThreadPoolExecutor(processes) as pool:
        outcomes = list(pool.map(run_part, parts))
    return all(code == 0 for code, _ in outcomes), "".join(text for _, text in outcomes)
