"""The list of suites in tests/README.md is the one that is run."""

import re
import sys
from pathlib import Path

import pytest

from hub.settings import PROJECT_ROOT
from tests.suites import SUITES, Suite, groups, run_all, side_by_side, totals


def written() -> dict[str, int]:
    rows = re.findall(
        r"^\| ([\w, ]+?) \|.*\| (\d+) s \|$", (PROJECT_ROOT / "tests" / "README.md").read_text(), re.MULTILINE
    )
    return {name: int(budget) for name, budget in rows}


def test_every_suite_is_written_down_with_its_budget() -> None:
    assert written() == {suite.name: suite.budget for suites in SUITES.values() for suite in suites}


def test_the_budgets_keep_the_promises() -> None:
    assert sum(max(suite.budget for suite in group) for group in groups(SUITES["test"])) < 40 * 60


def test_no_folder_of_tests_is_left_out() -> None:
    words = {word for suite in SUITES["test"] for word in suite.command}
    ignored = {word.removeprefix("--ignore=") for word in words if word.startswith("--ignore=")}
    assert {word for word in words if word.startswith("tests/")} == ignored
    assert "tests" in words


def test_what_runs_side_by_side_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.suites.RESULTS", tmp_path)
    both = side_by_side(
        *(
            Suite(name, 1, (sys.executable, "-c", f"print({name!r}); raise SystemExit({code})"), tmp_path)
            for name, code in (("good", 0), ("bad one", 3))
        )
    )
    assert [len(group) for group in groups([*both, Suite("alone", 1, ()), Suite("too", 1, ())])] == [2, 1, 1]
    assert [(suite.name, passed) for suite, passed, _ in run_all(both)] == [
        ("good", True),
        ("bad one", False),
    ]
    assert (tmp_path / "bad-one.log").read_text() == "bad one\n"


def test_tests_are_counted_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="7" failures="1" errors="1" skipped="1"/></testsuites>')
    counted = Suite("some", 1, ("pytest", f"--junitxml={report}"))
    assert totals([(counted, False, 1.0), (Suite("lint", 1, ("ruff",)), True, 1.0)]) == (5, 2)
