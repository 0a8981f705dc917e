"""The tests that need Rasa's own Python: our parts of its pipeline, and the evaluation that judges through them."""

import os
import subprocess

import pytest

from hub.settings import PROJECT_ROOT
from tests.nlu.bot import Setup
from tests.nlu.conftest import NLU


@pytest.mark.timeout(240)
def test_in_rasas_python(setup: Setup) -> None:
    arguments = ("-W", "ignore", "-m", "unittest", "discover", "-s", "tests/code", "-t", ".")
    result = subprocess.run(
        [setup.rasa.layout.nlu_python, *arguments],
        cwd=NLU,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},  # as the launcher starts the workshop
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-6000:]
    assert "Ran 0 tests" not in result.stderr
