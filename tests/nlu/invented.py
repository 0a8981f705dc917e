"""A language that nobody speaks: English with its letters changed, in all the files that a language needs.

It has as many sentences as the checks of the content demand, and no word that could be another language's.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from actions.examples import annotated
from evaluation.twins import MANNERS, TARIFFS, Sentence, twins

_LETTERS = str.maketrans("aeiouybcdfghjklmnpqrstvwxz", "eaoyiugprdnmzbqwljtxvfhcks")
_ENDING = "oz"  # of every word
_WORD = re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})")
_NAMES = {"(town)", "(street)"}  # of the country, in every language
_GAP = re.compile(r"(\{[^{}]*\})")
_TEAMS = ("sales", "billing")
_LEFT_OUT = "vocabulary.yml"  # hints, which a language can do without
_ENOUGH = 20  # sentences of an intent in a file


def invented(text: str) -> str:
    """``Good morning`` is ``Nyyroz lyxlolnoz``."""
    return _WORD.sub(lambda word: _invented_word(word[0]), text)


def _invented_word(word: str) -> str:
    new = word.lower().translate(_LETTERS) + _ENDING
    return new.capitalize() if word[0].isupper() else new


def add_language(project: Path, code: str, hub_words: str) -> list[Path]:
    """Write the files of the language into a copy of the project; ``hub_words`` are those of the hub. Their paths."""
    nlu = project / "nlu"
    judged = _taught(_read(nlu / "tests" / "understanding" / "en.yml"))
    files = {
        nlu / "data" / "nlu" / code / file.name: _thinned(_taught(_read(file)), judged)
        for file in sorted((nlu / "data" / "nlu" / "en").glob("*.yml"))
        if file.name != _LEFT_OUT
    }
    files[nlu / "tests" / "understanding" / f"{code}.yml"] = judged
    files[nlu / "content" / "words" / f"{code}.yml"] = _spoken(_read(nlu / "content" / "words" / "en.yml"))
    for file, content in files.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (of_hub := project / "hub" / "wording" / "words" / f"{code}.toml").write_text(hub_words, encoding="utf-8")
    return [*files, of_hub]


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _taught(data: Any) -> Any:
    """Sentences and tables of Rasa's format; teams are called by other words, and stay the teams."""
    items = [{**item, "examples": "".join(_lines(item["examples"]))} for item in data["nlu"]]
    if any(item.get("lookup") == "team" for item in items):
        items += [{"synonym": team, "examples": f"- {invented(team)}\n"} for team in _TEAMS]
    return {**data, "nlu": items}


def _lines(examples: str) -> Iterator[str]:
    """What is a name alone is no word of this language."""
    for line in examples.splitlines():
        new = _sentence(line)
        if new != line or not any(char.isalpha() for char in line):
            yield f"{new}\n"


def _sentence(line: str) -> str:
    done, end = "", 0
    for mark in _MARKED.finditer(line):
        named = mark[1] if mark[2] in _NAMES else invented(mark[1])
        done += f"{invented(line[end : mark.start()])}[{named}]{mark[2]}"
        end = mark.end()
    return done + invented(line[end:])


def _thinned(learnt: Any, judged: Any) -> Any:
    """Enough sentences, and none that is a twin of one that is judged: its manners have other names here."""
    twin = {known for _, known in twins(_sentences(judged), _sentences(learnt))}

    def kept(item: Any) -> Any:
        if "intent" not in item:
            return item
        lines = item["examples"].splitlines(keepends=True)
        texts = [text for _, text, _ in annotated({"nlu": [item]})]
        own = [line for line, text in zip(lines, texts, strict=True) if text not in twin]
        return {**item, "examples": "".join(own[:_ENOUGH])}

    return {**learnt, "nlu": [kept(item) for item in learnt["nlu"]]}


def _sentences(data: Any) -> list[Sentence]:
    return [
        Sentence(text, MANNERS, [(start, end) for _, start, end in marks], TARIFFS)
        for _, text, marks in annotated(data)
    ]


def _spoken(words: Any) -> Any:
    return {
        **words,
        "language": "Invented",
        "formats": {**words["formats"], "tariff_line": _template(words["formats"]["tariff_line"])},
        "listens": _listened(words["listens"]),
        **{
            part: {key: _template(text) for key, text in words[part].items()}
            for part in ("buttons", "answers")
        },
    }


def _template(text: str) -> str:
    return "".join(part if part.startswith("{") else invented(part) for part in _GAP.split(text))


def _listened(words: Any) -> Any:
    """Words in lists, and words with their numbers."""
    match words:
        case list():
            return [invented(word) for word in words]
        case dict() if all(isinstance(value, int | float) for value in words.values()):
            return {invented(word): number for word, number in words.items()}
        case _:
            return {name: _listened(part) for name, part in words.items()}
