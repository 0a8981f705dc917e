"""Golden dialogues through the real hub and the real Rasa, in both languages."""

import pytest

from tests.nlu.dialogue import Dialogue, hold, read_dialogues
from tests.nlu.line import Line

DIALOGUES = list(read_dialogues())
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[dialogue.name for dialogue in DIALOGUES])
@pytest.mark.usefixtures("doors", "bot")
async def test_dialogue(dialogue: Dialogue, line: Line) -> None:
    await line.bot_is_ready()
    await hold(dialogue, line)
