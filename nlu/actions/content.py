"""What the bot says: answers with their words, buttons and handoffs, checked once when they are read. Pure."""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from actions.checking import ContentError, mapping, names, section, texts, variants
from actions.vocabulary import Vocabulary, parse_vocabulary

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_REASONS = frozenset({"requested", "not_understood", "topic", "anger", "failed"})
_DIALOGUE = {
    *("teams", "topics", "default_language", "sure", "buttons", "guessable", "asides", "needs", "answers"),
}
_FORMATS = {
    "decimal_mark": frozenset[str](),
    "thousand": frozenset[str](),
    "money": frozenset({"n"}),
    "megabits": frozenset({"n"}),
    "gigabits": frozenset({"n"}),
    "tariff_line": frozenset({"name", "download", "upload", "price"}),
    "tariff_details": frozenset({"name", "description", "download", "upload", "price", "includes"}),
    "tariff_with": frozenset({"name", "price", "includes"}),
    "include_line": frozenset({"include"}),
    "equipment_line": frozenset({"name", "price"}),
    "more_includes": frozenset({"includes"}),
    "second_includes": frozenset({"includes"}),
    "promotion": frozenset({"text"}),
    "promotion_until": frozenset({"text", "until"}),
    "outage": frozenset({"text"}),
    "part_of_town": frozenset({"town", "part"}),
}


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
    """What goes with an answer in every language. ``offer`` is what a "yes" leads to: a team, or an intent."""

    buttons: tuple[str, ...]
    handoff: Handoff | None
    offer: str | None
    values: frozenset[str]


@dataclass(frozen=True)
class Words:
    """One language's words: what the bot says, in one or more variants, and what it ``listens`` for."""

    facts: Mapping[str, str]
    formats: Mapping[str, str]
    buttons: Mapping[str, str]
    answers: Mapping[str, tuple[str, ...]]
    listens: Vocabulary

    def fill(self, template: str, values: Mapping[str, str]) -> str:
        """Put values and facts in place of the ``{names}`` in a template; nothing else in it has a meaning."""
        known = {**self.facts, **values}
        return _PLACEHOLDER.sub(lambda match: known[match.group(1)], template)

    def form(self, name: str, /, **values: str) -> str:
        """Fill in one of the formats."""
        return self.fill(self.formats[name], values)


@dataclass(frozen=True)
class Need:
    """The speed that a use of the internet asks for, in Mb/s: for the first person, and for each one more."""

    first: int
    more: int


@dataclass(frozen=True)
class Content:
    """Everything the bot can say, in all its languages.

    The first of the ``teams`` is asked where nothing tells whose a matter is; ``topics`` are the teams of intents.
    ``sure`` is the confidence from which an intent is taken for what was meant, whatever had been asked.
    """

    teams: tuple[str, ...]
    topics: Mapping[str, str]
    default_language: str
    sure: float
    payloads: Mapping[str, str]
    guessable: frozenset[str]
    asides: frozenset[str]
    needs: Mapping[str, Need]
    answers: Mapping[str, Answer]
    words: Mapping[str, Words]

    def text(self, language: str, key: str, values: Mapping[str, str], message_id: str) -> str:
        """The words of an answer to a message: of several variants the same one however often it is asked for."""
        words = self.words[language]
        several = words.answers[key]
        return words.fill(several[zlib.crc32(message_id.encode()) % len(several)], values)

    def buttons(self, language: str, names: Iterable[str]) -> list[Button]:
        """Buttons by their names, titled in a language."""
        titles = self.words[language].buttons
        return [Button(titles[name], self.payloads[name]) for name in names]

    def likely_buttons(self, intents: Iterable[str]) -> list[str]:
        """The names of the buttons that stand for intents, the likeliest first, as far as they may be guessed."""
        by_payload = {payload: name for name, payload in self.payloads.items() if name in self.guessable}
        return [by_payload[f"/{intent}"] for intent in intents if f"/{intent}" in by_payload]


def parse_content(dialogue: Any, words: Mapping[str, Any]) -> Content:
    """Make the content from the parsed files: ``dialogue.yml`` and, by language, ``words/*.yml``.

    Raises:
        ContentError: something is missing, unknown or misspelt.
    """
    where = "dialogue.yml"
    raw = section(dialogue, where, _DIALOGUE)
    teams = tuple(names(raw["teams"], f"{where}: teams"))
    if not teams:
        raise ContentError(f"{where}: teams: none")
    if raw["default_language"] not in words:
        raise ContentError(f"{where}: there are no words in the default_language")
    payloads = texts(raw["buttons"], f"{where}: buttons")
    guessable = frozenset(names(raw["guessable"], f"{where}: guessable"))
    if unknown := guessable - set(payloads):
        raise ContentError(f"{where}: guessable: no such button: {', '.join(sorted(unknown))}")
    answers = {
        str(key): _answer(body, f"{where}: {key}", teams, payloads)
        for key, body in mapping(raw["answers"], f"{where}: answers").items()
    }
    needs = _needs(raw["needs"], f"{where}: needs")
    spoken = {
        language: _words(body, f"words/{language}.yml", needs, payloads, answers)
        for language, body in words.items()
    }
    return Content(
        teams=teams,
        topics=_topics(raw["topics"], f"{where}: topics", teams),
        default_language=raw["default_language"],
        sure=_share(raw["sure"], f"{where}: sure"),
        payloads=payloads,
        guessable=guessable,
        asides=frozenset(names(raw["asides"], f"{where}: asides")),
        needs=needs,
        answers=answers,
        words=spoken,
    )


def _topics(raw: Any, where: str, teams: tuple[str, ...]) -> dict[str, str]:
    table = section(raw, where, set(teams))
    return {intent: team for team in teams for intent in names(table[team], f"{where}: {team}")}


def _share(raw: Any, where: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 1:
        raise ContentError(f"{where}: not between 0 and 1")
    return float(raw)


def _needs(raw: Any, where: str) -> dict[str, Need]:
    needs = {}
    for use, speeds in mapping(raw, where).items():
        match speeds:
            case [int(first), int(more)]:
                needs[str(use)] = Need(first, more)
            case _:
                raise ContentError(f"{where}: {use}: not two speeds")
    return needs


def _answer(raw: Any, where: str, teams: tuple[str, ...], payloads: Mapping[str, str]) -> Answer:
    body = section(raw, where, set(), {"buttons", "handoff", "offer", "values"})
    buttons = tuple(names(body.get("buttons", []), f"{where}: buttons"))
    if unknown := set(buttons) - set(payloads):
        raise ContentError(f"{where}: no such button: {', '.join(sorted(unknown))}")
    handoff = None
    if "handoff" in body:
        given = texts(section(body["handoff"], f"{where}: handoff", {"reason", "team"}), f"{where}: handoff")
        handoff = Handoff(given["reason"], given["team"])
        if handoff.reason not in _REASONS or handoff.team not in teams:
            raise ContentError(f"{where}: handoff needs a reason of {', '.join(sorted(_REASONS))} and a team")
    offer = body.get("offer")
    if offer is not None and offer not in teams and f"/{offer}" not in payloads.values():
        raise ContentError(f"{where}: offer is neither a team nor what a button stands for")
    return Answer(buttons, handoff, offer, frozenset(names(body.get("values", []), f"{where}: values")))


def _words(
    raw: Any,
    where: str,
    needs: Mapping[str, Need],
    payloads: Mapping[str, str],
    answers: Mapping[str, Answer],
) -> Words:
    body = section(raw, where, {"language", "facts", "formats", "listens", "buttons", "answers"})
    said = {name: texts(body[name], f"{where}: {name}") for name in ("facts", "formats", "buttons")}
    spoken = variants(body["answers"], f"{where}: answers")
    words = Words(
        **said, answers=spoken, listens=parse_vocabulary(body["listens"], f"{where}: listens", list(needs))
    )
    _same_names(words.buttons, payloads, f"{where}: buttons")
    _same_names(words.answers, answers, f"{where}: answers")
    _same_names(words.formats, _FORMATS, f"{where}: formats")
    templates = [
        (f"answers: {key}", text, answers[key].values)
        for key, several in words.answers.items()
        for text in several
    ]
    templates += [(f"formats: {key}", text, _FORMATS[key]) for key, text in words.formats.items()]
    for place, text, values in templates:
        if unknown := set(_PLACEHOLDER.findall(text)) - values - set(words.facts):
            raise ContentError(f"{where}: {place}: nothing fills {{{'}, {'.join(sorted(unknown))}}}")
    return words


def _same_names(given: Mapping[str, Any], wanted: Mapping[str, Any], where: str) -> None:
    if missing := set(wanted) - set(given):
        raise ContentError(f"{where}: missing: {', '.join(sorted(missing))}")
    if unknown := set(given) - set(wanted):
        raise ContentError(f"{where}: not in dialogue.yml: {', '.join(sorted(unknown))}")
