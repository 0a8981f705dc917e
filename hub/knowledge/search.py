"""Finding a word anywhere in the text: without case and diacritics, the likeliest places first. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hub.knowledge.folding import folded
from hub.knowledge.project import Project
from hub.knowledge.views.seen import titles_of

MOST = 50
_ORDER = ("topic", "answer", "sentence", "button", "table")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something was found; ``name`` is that of the topic, answer, button or table."""

    kind: str
    name: str
    language: str | None
    text: str


def search(project: Project, query: str) -> list[Hit]:
    """At most ``MOST`` places that hold all words of a query, those that begin a word before others."""
    words = folded(query).split()
    if not words:
        return []
    found = list[tuple[int, int, int, Hit]]()
    for place, hit in enumerate(_all(project)):
        said = f" {_folded(hit.text)}"
        if all(word in said for word in words):
            begins = all(f" {word}" in said for word in words)
            found.append((not begins, _ORDER.index(hit.kind), place, hit))
    return [hit for *_, hit in sorted(found, key=lambda each: each[:3])[:MOST]]


def _all(project: Project) -> Iterator[Hit]:
    for topic in project.topics.values():
        yield Hit("topic", topic.name, None, topic.name)
        for language, title in titles_of(project, topic.name).items():
            yield Hit("topic", topic.name, language, title)
        for language in project.languages:
            for sentence in topic.sentences.get(language, ()):
                yield Hit("sentence", topic.name, language, sentence.text)
    for language, spoken in project.words.items():
        for answer, variants in spoken.answers.items():
            for text in variants:
                yield Hit("answer", answer, language, text)
        for button, title in spoken.buttons.items():
            yield Hit("button", button, language, title)
    for table in project.tables.values():
        for entry in table.entries:
            yield Hit("table", table.name, table.language, entry)


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    return folded(text)
