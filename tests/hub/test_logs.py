"""What is logged, and above all what is not."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hub.logs import set_up


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_traceback_shows_no_values(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(log_format, "info")

    def handle(said: str) -> None:
        raise RuntimeError("on purpose")

    try:
        handle("what a customer wrote")
    except RuntimeError:
        structlog.get_logger("test").exception("request failed", conversation_id="c1")
    logged = capsys.readouterr().err
    assert "on purpose" in logged
    assert "c1" in logged
    assert "what a customer wrote" not in logged.replace('handle("what a customer wrote")', "").replace(
        'handle(\\"what a customer wrote\\")', ""
    )


def test_lines_of_production_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", "info")
    structlog.get_logger("test").info("hello", conversation_id="c1")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["conversation_id"], line["level"]) == ("hello", "c1", "info")
