"""What the bot says: answers with their words, buttons and handoffs, checked once when they are read. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_REASONS = frozenset({"requested", "not_understood", "topic", "anger", "failed"})
_DIALOGUE = {"teams", "default_language", "buttons", "guessable", "asides", "needs", "answers"}
_FORMATS = {
    "decimal_mark": frozenset[str](),
    "megabits": frozenset({"n"}),
    "gigabits": frozenset({"n"}),
    "tariff_line": frozenset({"name", "download", "upload", "price"}),
    "tariff_details": frozenset({"name", "description", "download", "upload", "price", "includes"}),
    "include_line": frozenset({"include"}),
}


class ContentError(ValueError):
    """The content files contradict themselves or each other; the message names the place."""


@dataclass(frozen=True)
class Button:
    """A quick reply: what the customer sees, and what comes back to the bot."""

    title: str
    payload: str


@dataclass(frozen=True)
class Handoff:
    """Why the conversation goes to a person, and to which team."""

    reason: str
    team: str


@dataclass(frozen=True)
class Answer:
    """What goes with an answer in every language."""

    buttons: tuple[str, ...]
    handoff: Handoff | None
    offer: str | None
    values: frozenset[str]


@dataclass(frozen=True)
class Words:
    """One language's words."""

    facts: Mapping[str, str]
    formats: Mapping[str, str]
    spoken_numbers: Mapping[str, str]
    buttons: Mapping[str, str]
    answers: Mapping[str, str]

    def fill(self, template: str, values: Mapping[str, str]) -> str:
        """Put values and facts in place of the ``{names}`` in a template; nothing else in it has a meaning."""
        known = {**self.facts, **values}
        return _PLACEHOLDER.sub(lambda match: known[match.group(1)], template)


@dataclass(frozen=True)
class Need:
    """The speed that a use of the internet asks for, in Mb/s: for the first person, and for each one more."""

    first: int
    more: int


@dataclass(frozen=True)
class Content:
    """Everything the bot can say, in all its languages."""

    teams: frozenset[str]
    default_language: str
    payloads: Mapping[str, str]
    guessable: frozenset[str]
    asides: frozenset[str]
    needs: Mapping[str, Need]
    answers: Mapping[str, Answer]
    words: Mapping[str, Words]

    def text(self, language: str, key: str, values: Mapping[str, str]) -> str:
        """The words of an answer."""
        words = self.words[language]
        return words.fill(words.answers[key], values)

    def buttons(self, language: str, names: Iterable[str]) -> list[Button]:
        """Buttons by their names, titled in a language."""
        titles = self.words[language].buttons
        return [Button(titles[name], self.payloads[name]) for name in names]

    def likely_buttons(self, intents: Iterable[str]) -> list[str]:
        """The names of the buttons that stand for intents, the likeliest first, as far as they may be guessed."""
        names = {payload: name for name, payload in self.payloads.items() if name in self.guessable}
        return [names[f"/{intent}"] for intent in intents if f"/{intent}" in names]


def parse_content(dialogue: Any, words: Mapping[str, Any]) -> Content:
    """Make the content from the parsed files: ``dialogue.yml`` and, by language, ``words/*.yml``.

    Raises:
        ContentError: something is missing, unknown or misspelt.
    """
    where = "dialogue.yml"
    raw = _section(dialogue, where, _DIALOGUE)
    teams = frozenset(_names(raw["teams"], f"{where}: teams"))
    if raw["default_language"] not in words:
        raise ContentError(f"{where}: there are no words in the default_language")
    payloads = _texts(raw["buttons"], f"{where}: buttons")
    guessable = frozenset(_names(raw["guessable"], f"{where}: guessable"))
    if unknown := guessable - set(payloads):
        raise ContentError(f"{where}: guessable: no such button: {', '.join(sorted(unknown))}")
    if not isinstance(raw["answers"], dict):
        raise ContentError(f"{where}: answers: not a table")
    answers = {
        str(key): _answer(body, f"{where}: {key}", teams, payloads) for key, body in raw["answers"].items()
    }
    spoken = {language: _words(body, f"words/{language}.yml") for language, body in words.items()}
    for language, own in spoken.items():
        _check(own, f"words/{language}.yml", payloads, answers)
    asides = frozenset(_names(raw["asides"], f"{where}: asides"))
    needs = _needs(raw["needs"], f"{where}: needs")
    return Content(teams, raw["default_language"], payloads, guessable, asides, needs, answers, spoken)


def _needs(raw: Any, where: str) -> dict[str, Need]:
    if not isinstance(raw, dict):
        raise ContentError(f"{where}: not a table")
    needs = {}
    for use, speeds in raw.items():
        match speeds:
            case [int(first), int(more)]:
                needs[str(use)] = Need(first, more)
            case _:
                raise ContentError(f"{where}: {use}: not two speeds")
    return needs


def _answer(raw: Any, where: str, teams: frozenset[str], payloads: Mapping[str, str]) -> Answer:
    body = _section(raw, where, set(), {"buttons", "handoff", "offer", "values"})
    buttons = tuple(_names(body.get("buttons", []), f"{where}: buttons"))
    if unknown := set(buttons) - set(payloads):
        raise ContentError(f"{where}: no such button: {', '.join(sorted(unknown))}")
    handoff = None
    if "handoff" in body:
        given = _texts(
            _section(body["handoff"], f"{where}: handoff", {"reason", "team"}), f"{where}: handoff"
        )
        handoff = Handoff(given["reason"], given["team"])
        if handoff.reason not in _REASONS or handoff.team not in teams:
            raise ContentError(f"{where}: handoff needs a reason of {', '.join(sorted(_REASONS))} and a team")
    offer = body.get("offer")
    if offer is not None and offer not in teams:
        raise ContentError(f"{where}: offer is none of the teams")
    return Answer(buttons, handoff, offer, frozenset(_names(body.get("values", []), f"{where}: values")))


def _words(raw: Any, where: str) -> Words:
    body = _section(raw, where, {"language", "facts", "formats", "spoken_numbers", "buttons", "answers"})
    sections = {
        name: _texts(body[name], f"{where}: {name}")
        for name in ("facts", "formats", "spoken_numbers", "buttons", "answers")
    }
    return Words(**sections)


def _check(words: Words, where: str, payloads: Mapping[str, str], answers: Mapping[str, Answer]) -> None:
    _same_names(words.buttons, payloads, f"{where}: buttons")
    _same_names(words.answers, answers, f"{where}: answers")
    _same_names(words.formats, _FORMATS, f"{where}: formats")
    templates = [(f"answers: {key}", text, answers[key].values) for key, text in words.answers.items()]
    templates += [(f"formats: {key}", text, _FORMATS[key]) for key, text in words.formats.items()]
    for place, text, values in templates:
        if unknown := set(_PLACEHOLDER.findall(text)) - values - set(words.facts):
            raise ContentError(f"{where}: {place}: nothing fills {{{'}, {'.join(sorted(unknown))}}}")


def _same_names(given: Mapping[str, Any], wanted: Mapping[str, Any], where: str) -> None:
    if missing := set(wanted) - set(given):
        raise ContentError(f"{where}: missing: {', '.join(sorted(missing))}")
    if unknown := set(given) - set(wanted):
        raise ContentError(f"{where}: not in dialogue.yml: {', '.join(sorted(unknown))}")


def _section(
    raw: Any, where: str, required: set[str], optional: frozenset[str] | set[str] = frozenset()
) -> Any:
    if not isinstance(raw, dict):
        raise ContentError(f"{where}: not a table")
    if missing := required - set(raw):
        raise ContentError(f"{where}: missing: {', '.join(sorted(missing))}")
    if unknown := set(raw) - required - optional:
        raise ContentError(f"{where}: unknown: {', '.join(sorted(map(str, unknown)))}")
    return raw


def _texts(raw: Any, where: str) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise ContentError(f"{where}: not a table")
    for key, value in raw.items():
        if not isinstance(key, str) or isinstance(value, bool) or not isinstance(value, str | int):
            raise ContentError(f"{where}: {key}: not a text")
        if not str(value).strip():
            raise ContentError(f"{where}: {key}: empty")
    return {key: str(value) for key, value in raw.items()}


def _names(raw: Any, where: str) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(name, str) for name in raw):
        raise ContentError(f"{where}: not a list of names")
    return raw
