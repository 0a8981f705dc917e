"""Golden dialogues with the real Rasa, in both languages."""

import pytest

from tests.nlu.bot import Bot
from tests.nlu.dialogue import Dialogue, hold, read_dialogues

DIALOGUES = list(read_dialogues())
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[dialogue.name for dialogue in DIALOGUES])
@pytest.mark.usefixtures("doors")
async def test_dialogue(dialogue: Dialogue, bot: Bot, sender: str) -> None:
    await hold(dialogue, bot, sender)
