"""What the text says of topics, and what the workshop says of meanings."""

from pathlib import Path
from typing import Any, cast

import pytest

from hub.errors import Refusal
from hub.knowledge.content import DIALOGUE
from hub.unanswered.knowing import FromText, FromWorkshop, rules_of
from hub.unanswered.lessons import Rules
from hub.workshop.client import WorkshopAway
from tests.knowledge.texts import NLU
from tests.unanswered.house import Desk


def test_the_rules_of_the_shipped_bot() -> None:
    rules = rules_of((NLU / DIALOGUE).read_text(encoding="utf-8"))
    assert {"greet", "thanks", "request_human", "nlu_fallback"} <= rules.asides
    assert {"complaint", "move_visit", "did_not_help"} <= rules.human_only
    assert not rules.human_only & {"ask_invoice", "ask_tariffs", "call_me_back"}


async def test_the_text_is_read_anew_when_it_has_changed(desk: Desk, text: Path) -> None:
    knowing = FromText(desk.drafts)
    assert await knowing.rules() == Rules(frozenset({"greet"}))
    dialogue = text / DIALOGUE
    words = dialogue.read_text(encoding="utf-8")
    dialogue.write_text(words.replace("asides: [greet]", "asides: [greet, goodbye]"), encoding="utf-8")
    assert await knowing.rules() == Rules(frozenset({"greet", "goodbye"}))


async def test_a_text_that_cannot_be_read_leaves_the_rules_as_they_were(desk: Desk, text: Path) -> None:
    knowing = FromText(desk.drafts)
    known = await knowing.rules()
    (text / DIALOGUE).write_text("asides: [greet", encoding="utf-8")
    assert await knowing.rules() == known


class Workshop:
    """One that knows where things lie, or is away."""

    def __init__(self, *, away: bool) -> None:
        self.away = away

    async def likeness(self, texts: list[str]) -> list[list[float]]:
        if self.away:
            raise WorkshopAway("planted")
        return [[1.0] for _ in texts]


async def test_meanings() -> None:
    there, away = (FromWorkshop(cast(Any, Workshop(away=each))) for each in (False, True))
    assert await there.of(["a", "b"]) == [[1.0], [1.0]]
    with pytest.raises(Refusal) as refusal:
        await away.of(["a"])
    assert refusal.value.code == "unavailable"
