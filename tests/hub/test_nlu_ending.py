"""Whether a Rasa has ended: a connection that breaks says nothing yet."""

from typing import Any

import pytest

from hub.nlu import process as module
from hub.nlu.door import Broken, Door, NobodyListens
from hub.nlu.process import RasaProcess


def _process(monkeypatch: pytest.MonkeyPatch, *told: bool | Exception) -> RasaProcess:
    """One whose looks are answered so, one after the other."""
    left = iter(told)

    async def has_model(_: Door) -> bool:
        answer: Any = next(left)
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)

    monkeypatch.setattr(Door, "has_model", has_model)
    monkeypatch.setattr(module, "BETWEEN_LOOKS", 0.0)
    return RasaProcess(Door("http://127.0.0.1:1", None, None))  # type: ignore[arg-type]  # nothing is asked


async def test_kept_connections_break_before_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    process = _process(monkeypatch, Broken("kept"), Broken("kept"), NobodyListens("gone"))
    assert await process.has_ended()


async def test_a_broken_connection_to_one_that_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not await _process(monkeypatch, Broken("kept"), True).has_ended()


async def test_what_breaks_each_time_stays_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    process = _process(monkeypatch, *[Broken("again")] * module.LOOKS_AFTER_IT)
    with pytest.raises(Broken):
        await process.has_ended()
