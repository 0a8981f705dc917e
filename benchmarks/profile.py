"""``python -m benchmarks.profile``: where a hub's time goes under full load, by py-spy.

Writes a flame graph and prints the functions in which most of the time was spent: of all samples in which a thread held
the interpreter (native code that it called is counted as its own).
"""

import argparse
import re
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from pathlib import Path

from benchmarks.stack import ROOT
from benchmarks.throughput import DRIVERS, Bench, System

FOLDER = ROOT / "var" / "profile"
TOP = 40  # functions of each table
PER_SECOND = 500  # samples
SETTLE = 2.0  # seconds of load before and after what is recorded

_LINE = re.compile(r":\d+\)$")


def record(system: System, kind: str, seconds: int, output: Path) -> None:
    """Put the system under load and write what its server does. Raises ``RuntimeError`` when py-spy cannot."""
    program = Path(sysconfig.get_path("scripts")) / "py-spy"
    spying = subprocess.Popen(
        [
            *(str(program), "record", "--gil", "--pid", str(system.pid)),
            *("--rate", str(PER_SECOND), "--duration", str(seconds)),
            *("--format", kind, "--output", str(output)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    system.round(seconds + SETTLE, warm=SETTLE)
    _, said = spying.communicate(timeout=60)
    if spying.returncode:
        raise RuntimeError(
            f"py-spy cannot look at another process (may it? see ptrace_scope): {said.strip()}"
        )


def tables(stacks: str) -> str:
    """Shares of the samples by function: in itself, and with what it called."""
    alone: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for line in stacks.splitlines():
        frames, _, count = line.rpartition(" ")
        names = [_LINE.sub(")", frame) for frame in frames.split(";") if frame]
        if not names:
            continue
        alone[names[-1]] += int(count)
        for name in set(names):
            within[name] += int(count)
    samples = alone.total()
    lines = [f"{samples:,} samples"]
    for title, counter in (("in itself", alone), ("with what it called", within)):
        lines += ["", title]
        lines += [f"{count / samples:7.1%}  {name}" for name, count in counter.most_common(TOP)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Exit code 1 when py-spy is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--driver", choices=DRIVERS, default=DRIVERS[0])
    parser.add_argument("--seconds", type=int, default=8)
    wanted = parser.parse_args()
    if shutil.which("py-spy", path=sysconfig.get_path("scripts")) is None:
        print("py-spy is not installed: make bootstrap-dev")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = f"{wanted.driver}-{wanted.pairs}"
    flames, stacks, text = (FOLDER / f"{name}.{ending}" for ending in ("svg", "stacks", "txt"))
    with Bench(wanted.pairs, (wanted.driver,)) as (_, hub):
        record(hub, "flamegraph", wanted.seconds, flames)
        record(hub, "raw", wanted.seconds, stacks)
    text.write_text(tables(stacks.read_text()))
    print(text.read_text())
    for path in (flames, stacks, text):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
