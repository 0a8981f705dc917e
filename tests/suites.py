"""Runs the suites in order, each with its time; the Makefile's `test`, `check` and `proof` call it.

`python tests/suites.py test|check|proof [NAME…]` runs the suites of that verb, or only those named. All run even
when one fails, one after the other but for those that run side by side. Budgets are those of tests/README.md; a suite
that exceeds its own says so.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "test-results"
BIN = Path(sys.executable).parent
NPM_PROJECTS = {"widget": ROOT / "webchat-widget", "panel": ROOT / "hub" / "panel"}


@dataclass(frozen=True)
class Suite:
    """A named command with a time budget in seconds. Neighbours with the same ``together`` run at the same time."""

    name: str
    budget: int
    command: tuple[str, ...]
    cwd: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)
    together: str = ""


def pytest_suite(name: str, budget: int, *arguments: str, **environment: str) -> Suite:
    """A suite of Python tests; its counts are read from pytest's report."""
    report = RESULTS / f"{name.replace(' ', '-')}.xml"
    command = (sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments)
    return Suite(name, budget, command, environment=environment)


def tool(name: str, budget: int, program: str, *arguments: str) -> Suite:
    """A check by one of the environment's tools."""
    return Suite(name, budget, (str(BIN / program), *arguments))


def npm(name: str, budget: int, project: str, script: str) -> Suite:
    """A script of one of the npm projects."""
    return Suite(name, budget, ("npm", "run", "--silent", script), cwd=NPM_PROJECTS[project])


def side_by_side(*suites: Suite) -> tuple[Suite, ...]:
    """Suites that take as long as the longest of them."""
    return tuple(replace(suite, together=suites[0].name) for suite in suites)


def groups(suites: Sequence[Suite]) -> Iterator[list[Suite]]:
    """In order, those that run at the same time in one."""
    return (list(group) for _, group in groupby(suites, key=lambda suite: suite.together or suite.name))


# Tests that start many processes of ours and wait for them most of the time: the rest runs meanwhile.
PROCESSES = ("tests/bot", "tests/hubs")
NOT_BROWSER_NOR_BOT = ("--ignore=tests/browser", "--ignore=tests/nlu")

CHECKS = (
    tool("format", 5, "ruff", "format", "--check", "--quiet", "."),
    tool("lint", 5, "ruff", "check", "--quiet", "."),
    tool("types", 60, "mypy"),
    tool("import rules", 10, "lint-imports"),
    Suite("protocol drift", 5, (sys.executable, "-m", "hub.protocol.generate", "--check")),
    npm("widget types", 30, "widget", "check"),
    npm("panel types", 45, "panel", "check"),
)
SUITES = {
    "check": (
        *CHECKS,
        pytest_suite("unit", 90, "tests", *NOT_BROWSER_NOR_BOT, "-m", "not integration"),
    ),
    "test": (
        *CHECKS,
        npm("widget units", 30, "widget", "test"),
        npm("panel units", 60, "panel", "test"),
        *side_by_side(
            pytest_suite(
                "unit, contract and integration",
                450,
                "tests",
                *NOT_BROWSER_NOR_BOT,
                "--ignore=tests/simulation",
                *(f"--ignore={folder}" for folder in PROCESSES),
            ),
            pytest_suite("processes", 450, *PROCESSES),
        ),
        pytest_suite("simulation", 300, "tests/simulation"),
        pytest_suite("Rasa dialogues", 420, "tests/nlu"),
        pytest_suite("browser", 450, "tests/browser"),
        Suite("chaos", 480, (sys.executable, "-m", "tests.faults")),
    ),
    "proof": (
        pytest_suite(
            "long properties",
            1200,
            "tests",
            *NOT_BROWSER_NOR_BOT,
            "-m",
            "hypothesis",
            "--timeout=900",
            HYPOTHESIS_PROFILE="proof",
        ),
        Suite("journaling", 240, (sys.executable, "-m", "tests.proof.journaling")),
        pytest_suite("long simulation", 5400, "tests/simulation/test_seeds.py", SIMULATION_SEEDS="20000"),
    ),
}


def main(verb: str, names: list[str]) -> int:
    """Run the suites of `verb`; returns 1 when any failed."""
    suites = [suite for suite in SUITES[verb] if not names or suite.name in names]
    RESULTS.mkdir(exist_ok=True)
    for report in RESULTS.glob("*.xml"):
        report.unlink()
    if verb == "proof":
        print("Long forms: " + ", ".join(suite.name for suite in suites))
    began = time.monotonic()
    outcomes = [outcome for group in groups(suites) for outcome in run_all(group)]
    took = time.monotonic() - began
    passed, failed = totals(outcomes)
    print(f"\n{'suite':<34}{'result':<10}{'time':>8}{'budget':>10}")
    for suite, good, seconds in outcomes:
        late = "  over its budget" if seconds > suite.budget else ""
        print(
            f"{suite.name:<34}{'passed' if good else 'FAILED':<10}{seconds:>6.0f} s{suite.budget:>8} s{late}"
        )
    print(f"{'all':<34}{'':<10}{took:>6.0f} s\n")
    print(f"{passed} passed, {failed} failed")
    return 0 if all(good for _, good, _ in outcomes) else 1


def run_all(group: Sequence[Suite]) -> list[tuple[Suite, bool, float]]:
    """Run suites at the same time: each with whether it passed, and the seconds it took.

    The first is seen as it goes; what the others say is kept and printed when all have ended.
    """
    outcomes: dict[str, tuple[bool, float]] = {}
    logs = {suite.name: RESULTS / f"{suite.name.replace(' ', '-')}.log" for suite in group[1:]}

    def one(suite: Suite) -> None:
        outcomes[suite.name] = run(suite, logs.get(suite.name))

    others = [Thread(target=one, args=(suite,)) for suite in group[1:]]
    print(f"\n── {', '.join(suite.name for suite in group)} {'─' * 40}", flush=True)
    for other in others:
        other.start()
    one(group[0])
    for other in others:
        other.join()
    for name, log in logs.items():
        print(f"── {name}\n{log.read_text(errors='replace')}")
    for suite in group:
        good, seconds = outcomes[suite.name]
        print(f"── {suite.name}: {'passed' if good else 'FAILED'} in {seconds:.0f} s", flush=True)
    return [(suite, *outcomes[suite.name]) for suite in group]


def run(suite: Suite, log: Path | None) -> tuple[bool, float]:
    """Run one suite; whether it passed, and the seconds it took. ``log``: where its output goes, else to ours."""
    began = time.monotonic()
    output = log.open("wb") if log is not None else None
    try:
        code = subprocess.run(
            suite.command,
            cwd=suite.cwd,
            env=environment() | suite.environment,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            check=False,
        ).returncode
    finally:
        if output is not None:
            output.close()
    return code == 0, time.monotonic() - began


def environment() -> dict[str, str]:
    """Ours, in which Python keeps what it has compiled: the processes that tests start need twice as long without."""
    kept = dict(os.environ)
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        kept["PYTHONPYCACHEPREFIX"] = str(RESULTS / "compiled")
    return kept


def totals(outcomes: list[tuple[Suite, bool, float]]) -> tuple[int, int]:
    """Tests passed and failed: those that pytest counted, and one for each suite of another kind."""
    passed = failed = 0
    for suite, good, _ in outcomes:
        report = next((Path(word[11:]) for word in suite.command if word.startswith("--junitxml=")), None)
        if report is None or not report.exists():
            passed, failed = passed + good, failed + (not good)
            continue
        for counts in ET.parse(report).getroot().iter("testsuite"):
            bad = int(counts.get("failures", 0)) + int(counts.get("errors", 0))
            skipped = int(counts.get("skipped", 0))
            failed += bad
            passed += int(counts.get("tests", 0)) - bad - skipped
    return passed, failed


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in SUITES:
        sys.exit(f"usage: suites.py {'|'.join(SUITES)} [NAME…]")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
