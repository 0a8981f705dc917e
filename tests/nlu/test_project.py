"""Rasa's own opinion of the project."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.nlu.bot import Setup
from tests.nlu.conftest import NLU
from tests.nlu.test_entities import LEAST_FOUND
from tests.nlu.test_understanding import LEAST_RIGHT

pytestmark = pytest.mark.timeout(300)


def _rasa(setup: Setup, *arguments: str) -> str:
    """Run a Rasa command in the project; its output. Fails when the command does."""
    python = setup.rasa.layout.nlu_python
    result = subprocess.run(
        [python, "-m", "rasa", *arguments],
        cwd=NLU,
        env=os.environ | {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    output = result.stdout + result.stderr
    assert result.returncode == 0, output[-4000:]
    return output


@pytest.mark.usefixtures("model")
def test_the_data_is_valid(setup: Setup) -> None:
    output = _rasa(setup, "data", "validate", "--fail-on-warnings", "--domain", "domain", "--data", "data")

    assert "No story structure conflicts found" in output


def test_the_stories_are_understood_and_told_as_written(setup: Setup, model: Path, tmp_path: Path) -> None:
    stories = ("--e2e", "--stories", "tests/stories", "--fail-on-prediction-errors")
    _rasa(setup, "test", "core", *stories, "--model", str(model), "--out", str(tmp_path), "--no-plot")


def test_sentences_that_it_has_not_learnt_are_understood(setup: Setup, model: Path, tmp_path: Path) -> None:
    """One of each intent and language; ``test_understanding.py`` asks all of them."""
    few = tmp_path / "few.yml"
    few.write_text(yaml.safe_dump({"version": "3.1", "nlu": list(_firsts())}, allow_unicode=True), "utf-8")
    sentences = ("--nlu", str(few), "--domain", "domain")
    _rasa(setup, "test", "nlu", *sentences, "--model", str(model), "--out", str(tmp_path), "--no-plot")

    right = _read(tmp_path / "intent_report.json")["weighted avg"]["recall"]
    assert right >= LEAST_RIGHT, _read(tmp_path / "intent_errors.json")
    found = _read(tmp_path / "NameAndNumberExtractor_report.json")["micro avg"]["f1-score"]
    assert found >= LEAST_FOUND, _read(tmp_path / "NameAndNumberExtractor_errors.json")


def _firsts() -> Iterator[dict[str, str]]:
    for file in sorted((NLU / "tests" / "understanding").glob("*.yml")):
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            yield {**item, "examples": item["examples"].splitlines(keepends=True)[0]}


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
