"""``python -m benchmarks [SECTION…]``: measure and write ``docs/performance.md`` anew, section by section.

Those of the bot are in ``docs/nlu.md`` and run only when they are named.
"""

import subprocess
import sys

SECTIONS = {
    "throughput": ("benchmarks.throughput",),
    "latency": ("benchmarks.latency",),
    "idle": ("benchmarks.idle",),
    "hubs": ("benchmarks.hubs",),
    "storage": ("benchmarks.storage_costs", "--write"),
    "growth": ("benchmarks.growth", "--write"),
    "fan-in": ("benchmarks.fan_in", "--write"),
}
OF_THE_BOT = {
    "turns": ("benchmarks.turns",),
    "hub-share": ("benchmarks.hub_share",),
}


def main(names: list[str]) -> int:
    """Each section in a process of its own; exit code 1 when one failed."""
    known = SECTIONS | OF_THE_BOT
    unknown = set(names) - known.keys()
    if unknown:
        print(f"There is no section {', '.join(sorted(unknown))}: choose of {', '.join(known)}.")
        return 2
    failed = [
        name
        for name in names or SECTIONS
        if subprocess.run([sys.executable, "-m", *known[name]], check=False).returncode
    ]
    for name in failed:
        print(f"FAILED: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
