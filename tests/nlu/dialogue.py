"""Golden dialogues: how they are written down, and how one is held in the widget of a real hub."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from hub.orders.numbers import shown
from storage.model.orders import OrderState
from tests.doors import Clock
from tests.nlu.heard import Heard
from tests.nlu.line import ORDER_NUMBERS, Customer, Line

FOLDER = Path(__file__).parent / "dialogues"
HANDED_BACK = {"operator": "hands back"}
_STEP = {"say", "press", "hears", "not", "buttons", "handoff", "intent", "entities"}


@dataclass(frozen=True)
class Dialogue:
    """A name, the language of the page the customer writes from, and what is said and must be heard.

    ``orders`` are those that the customer has made before, by their state; ``at`` is the hub's time.
    """

    name: str
    language: str
    orders: tuple[OrderState, ...]
    at: datetime
    turns: tuple[dict[str, Any], ...]


def read_dialogues() -> Iterator[Dialogue]:
    """All dialogues of the folder."""
    for file in sorted(FOLDER.glob("*.yml")):
        for raw in yaml.safe_load(file.read_text(encoding="utf-8")):
            for turn in raw["turns"]:
                if turn == HANDED_BACK:
                    continue
                assert set(turn) <= _STEP, f"{raw['dialogue']}: unknown {set(turn) - _STEP}"
                assert ("say" in turn) != ("press" in turn), f"{raw['dialogue']}: say or press"
            yield Dialogue(
                f"{file.stem}: {raw['dialogue']}",
                raw.get("language", "cs"),
                tuple(map(OrderState, raw.get("orders", ()))),
                raw.get("at", Clock().now()),
                tuple(raw["turns"]),
            )


async def hold(dialogue: Dialogue, line: Line) -> None:
    """Say all turns and check all answers."""
    line.clock.at = dialogue.at
    customer = await line.customer(dialogue.language, dialogue.orders)
    buttons: dict[str, str] = {}
    for turn in dialogue.turns:
        if turn == HANDED_BACK:
            await line.hand_back(customer.conversation_id)
            continue
        if "press" in turn:
            title = _with_numbers(turn["press"], customer)
            assert title in buttons, f"no button {title!r} among {list(buttons)}"
            heard = await customer.says(title, buttons[title])
        else:
            heard = await customer.says(_with_numbers(turn["say"], customer))
        said = turn.get("say") or turn["press"]
        _check(turn, heard, customer, f"after {said!r} the bot said {heard}")
        buttons = dict(heard.buttons)


def _check(turn: dict[str, Any], heard: Heard, customer: Customer, story: str) -> None:
    for words in turn.get("hears", ()):
        assert _with_numbers(words, customer) in heard.text, f"{words!r} is missing: {story}"
    for words in turn.get("not", ()):
        assert words not in heard.text, f"{words!r} is too much: {story}"
    titles = [title for title, _ in heard.buttons]
    for title in turn.get("buttons", ()):
        assert _with_numbers(title, customer) in titles, f"button {title!r} is missing: {story}"
    if "intent" in turn:
        assert heard.understood["intent"] == turn["intent"], story
    for name, value in turn.get("entities", {}).items():
        assert heard.understood["entities"].get(name) == _with_numbers(value, customer), story
    assert heard.handoff == turn.get("handoff"), story


def _with_numbers(text: str, customer: Customer) -> str:
    """``{scheduled}`` is the number of the customer's own order in that state, or else of somebody's."""
    for state, number in (ORDER_NUMBERS | customer.orders).items():
        text = text.replace(f"{{{state}}}", shown(number))
    return text
