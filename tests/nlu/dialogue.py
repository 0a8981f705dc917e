"""Golden dialogues: how they are written down, and how one is held with a real hub."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from hub.orders.numbers import shown
from storage.model.conversation import Channel
from storage.model.entry import HandoffSummary
from storage.model.orders import OrderState
from tests.doors import Clock
from tests.nlu.heard import Heard
from tests.nlu.line import ORDER_NUMBERS, Line

FOLDER = Path(__file__).parent / "dialogues"
_DIALOGUE = {"dialogue", "language", "channel", "orders", "at", "turns"}
_TURN = {"say", "press", "hears", "not", "buttons", "handoff", "intent", "entities", "summary", "case"}
_SUMMARY = {"topic", "language", "known", "unknown", "tried"}
_HANDED_BACK = {"operator": "hands back"}
_CLOCK = {"clock"}

Turn = dict[str, Any]


@dataclass(frozen=True)
class Dialogue:
    """A name, where and in which language the customer writes from, and what is said and must be heard.

    ``orders`` are those that the customer has made before, by their state; ``at`` is the hub's time.
    """

    name: str
    channel: Channel
    language: str
    orders: tuple[OrderState, ...]
    at: datetime
    turns: tuple[Turn, ...]


def read_dialogues() -> Iterator[Dialogue]:
    """All dialogues of the folder."""
    for file in sorted(FOLDER.glob("*.yml")):
        for raw in yaml.safe_load(file.read_text(encoding="utf-8")):
            assert set(raw) <= _DIALOGUE, f"{raw['dialogue']}: unknown {set(raw) - _DIALOGUE}"
            for turn in raw["turns"]:
                _require_form(turn, raw["dialogue"])
            yield Dialogue(
                f"{file.stem}: {raw['dialogue']}",
                Channel(raw.get("channel", "webchat")),
                raw.get("language", "cs"),
                tuple(map(OrderState, raw.get("orders", ()))),
                raw.get("at", Clock().now()),
                tuple(raw["turns"]),
            )


def _require_form(turn: Turn, name: str) -> None:
    if turn == _HANDED_BACK or set(turn) == _CLOCK:
        return
    assert set(turn) <= _TURN, f"{name}: unknown {set(turn) - _TURN}"
    assert ("say" in turn) != ("press" in turn), f"{name}: say or press"
    assert isinstance(turn.get("say", turn.get("press")), str), f"{name}: put {turn} in quotes"
    words = [each for key in ("hears", "not", "buttons") for each in turn.get(key, ())]
    assert all(isinstance(each, str) for each in words), f"{name}: put words of {turn} in quotes"
    assert set(turn.get("summary", ())) <= _SUMMARY, f"{name}: unknown in the summary of {turn}"


async def hold(dialogue: Dialogue, line: Line) -> None:
    """Say all turns and check all answers."""
    line.clock.at = dialogue.at
    customer = await line.customer(dialogue.channel, dialogue.language, dialogue.orders)
    buttons: dict[str, str] = {}
    for turn in dialogue.turns:
        if turn == _HANDED_BACK:
            await line.hand_back(customer.conversation_id)
            continue
        if set(turn) == _CLOCK:
            line.clock.at = turn["clock"]
            continue
        numbers = {state.value: shown(number) for state, number in (ORDER_NUMBERS | customer.orders).items()}
        turn = _filled_in(turn, numbers)
        said = turn.get("say", turn.get("press"))
        if "press" in turn:
            assert said in buttons, f"no button {said!r} among {list(buttons)}"
        heard = await customer.says(said, buttons[said] if "press" in turn else None)
        check(turn, heard, f"after {said!r} the bot said {heard}")
        buttons = dict(heard.buttons)


def _filled_in(raw: Any, numbers: dict[str, str]) -> Any:
    """``{scheduled}`` is the number of the customer's own order in that state, or else of somebody's."""
    match raw:
        case str():
            for state, number in numbers.items():
                raw = raw.replace(f"{{{state}}}", number)
            return raw
        case list():
            return [_filled_in(each, numbers) for each in raw]
        case dict():
            return {name: _filled_in(each, numbers) for name, each in raw.items()}
    return raw


def check(turn: Turn, heard: Heard, story: str = "") -> None:
    """Raise ``AssertionError`` with the story if something is not true of the bot's answer."""
    for words in turn.get("hears", ()):
        assert words in heard.text, f"{words!r} is missing: {story}"
    for words in (*turn.get("not", ()), "{", "None"):
        assert words not in heard.text, f"{words!r} is too much: {story}"
    titles = [title for title, _ in heard.buttons]
    for title in turn.get("buttons", ()):
        assert title in titles, f"button {title!r} is missing: {story}"
    if "intent" in turn:
        assert heard.understood["intent"] == turn["intent"], story
    for name, value in turn.get("entities", {}).items():
        assert heard.understood["entities"].get(name) == value, story
    assert heard.handoff == turn.get("handoff"), story
    if heard.handoff is not None:
        assert heard.summary is not None, f"a handoff without a summary: {story}"
        _check_summary(turn.get("summary", {}), heard.summary, story)
    cases = {case.category.value: case.words for case in heard.cases}
    assert set(cases) == set(turn.get("case", {})), story
    for category, words in turn.get("case", {}).items():
        assert words in cases[category], story


def _check_summary(expected: dict[str, Any], summary: HandoffSummary, story: str) -> None:
    """``known`` facts hold these words, facts in ``unknown`` are not there, all of ``tried`` were."""
    assert summary.language, f"nobody knows in which language: {story}"
    for name in ("language", "topic"):
        if name in expected:
            assert getattr(summary, name) == expected[name], f"{name}: {story}"
    for name, words in expected.get("known", {}).items():
        assert name in summary.known, f"{name} is not known: {story}"
        assert words in summary.known[name], f"{name}: {story}"
    assert not set(expected.get("unknown", ())) & set(summary.known), story
    assert set(expected.get("tried", ())) <= set(summary.tried), story
