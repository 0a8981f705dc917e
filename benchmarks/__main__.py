"""``python -m benchmarks [SECTION…]``: measure and write ``docs/performance.md`` anew, section by section."""

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


def main(names: list[str]) -> int:
    """Each section in a process of its own; exit code 1 when one failed."""
    unknown = set(names) - SECTIONS.keys()
    if unknown:
        print(f"There is no section {', '.join(sorted(unknown))}: choose of {', '.join(SECTIONS)}.")
        return 2
    failed = [
        name
        for name in names or SECTIONS
        if subprocess.run([sys.executable, "-m", *SECTIONS[name]], check=False).returncode
    ]
    for name in failed:
        print(f"FAILED: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
