"""The list of suites in tests/README.md is the one that is run."""

import re
from pathlib import Path

from hub.settings import PROJECT_ROOT
from tests.suites import SUITES, Suite, totals


def written() -> dict[str, int]:
    rows = re.findall(
        r"^\| ([\w, ]+?) \|.*\| (\d+) s \|$", (PROJECT_ROOT / "tests" / "README.md").read_text(), re.MULTILINE
    )
    return {name: int(budget) for name, budget in rows}


def test_every_suite_is_written_down_with_its_budget() -> None:
    assert written() == {suite.name: suite.budget for suites in SUITES.values() for suite in suites}


def test_the_budgets_keep_the_promises() -> None:
    assert sum(suite.budget for suite in SUITES["test"]) < 40 * 60


def test_no_folder_of_tests_is_left_out() -> None:
    ignored = {"tests/browser", "tests/nlu", "tests/simulation"}
    alone = {word for suite in SUITES["test"] for word in suite.command if word.startswith("tests/")}
    assert alone == ignored


def test_tests_are_counted_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="7" failures="1" errors="1" skipped="1"/></testsuites>')
    counted = Suite("some", 1, ("pytest", f"--junitxml={report}"))
    assert totals([(counted, False, 1.0), (Suite("lint", 1, ("ruff",)), True, 1.0)]) == (5, 2)
