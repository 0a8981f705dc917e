"""Golden dialogues: how they are written down, and how one is held with the bot."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hub.orders.numbers import shown
from storage.model.orders import OrderState
from tests.nlu.bot import Bot, Heard
from tests.nlu.doors import ORDER_NUMBERS

FOLDER = Path(__file__).parent / "dialogues"
_STEP = {"say", "press", "hears", "not", "buttons", "handoff", "intent", "entities"}


@dataclass(frozen=True)
class Dialogue:
    """A name, the language of the page the customer writes from, and what is said and must be heard."""

    name: str
    language: str
    turns: tuple[dict[str, Any], ...]


def read_dialogues() -> Iterator[Dialogue]:
    """All dialogues of the folder."""
    for file in sorted(FOLDER.glob("*.yml")):
        for raw in yaml.safe_load(file.read_text(encoding="utf-8")):
            for turn in raw["turns"]:
                assert set(turn) <= _STEP, f"{raw['dialogue']}: unknown {set(turn) - _STEP}"
                assert ("say" in turn) != ("press" in turn), f"{raw['dialogue']}: say or press"
            yield Dialogue(f"{file.stem}: {raw['dialogue']}", raw.get("language", "cs"), tuple(raw["turns"]))


async def hold(dialogue: Dialogue, bot: Bot, sender: str) -> None:
    """Say all turns and check all answers."""
    buttons: dict[str, str] = {}
    for turn in dialogue.turns:
        if "press" in turn:
            assert turn["press"] in buttons, f"no button {turn['press']!r} among {list(buttons)}"
            heard = await bot.hears(sender, buttons[turn["press"]], dialogue.language, button=True)
        else:
            heard = await bot.hears(sender, _with_numbers(turn["say"]), dialogue.language)
        said = turn.get("say") or turn["press"]
        _check(turn, heard, f"after {said!r} the bot said {heard}")
        buttons = dict(heard.buttons)


def _check(turn: dict[str, Any], heard: Heard, story: str) -> None:
    for words in turn.get("hears", ()):
        assert words in heard.text, f"{words!r} is missing: {story}"
    for words in turn.get("not", ()):
        assert words not in heard.text, f"{words!r} is too much: {story}"
    titles = [title for title, _ in heard.buttons]
    for title in turn.get("buttons", ()):
        assert title in titles, f"button {title!r} is missing: {story}"
    if "intent" in turn:
        assert heard.understood["intent"] == turn["intent"], story
    for name, value in turn.get("entities", {}).items():
        assert heard.understood["entities"].get(name) == value, story
    assert heard.handoff == turn.get("handoff"), story


def _with_numbers(text: str) -> str:
    for state in OrderState:
        text = text.replace(f"{{{state}}}", shown(ORDER_NUMBERS[state]))
    return text
