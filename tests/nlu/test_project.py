"""Rasa's own opinion of the project."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.nlu.bot import Setup
from tests.nlu.conftest import NLU

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


def test_the_stories_are_told_as_written(setup: Setup, model: Path, tmp_path: Path) -> None:
    arguments = ("--model", str(model), "--stories", "tests/stories", "--out", str(tmp_path), "--no-plot")
    _rasa(setup, "test", "core", *arguments, "--fail-on-prediction-errors")
