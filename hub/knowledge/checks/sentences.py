"""Checks of training sentences: too few, the same one in two topics, nearly the same one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from hub.knowledge.checks.finding import Finding
from hub.knowledge.folding import folded_words
from hub.knowledge.project import Project

FEWEST = 8
"""Sentences that a topic needs in each language."""

_LONG_ENOUGH = 10  # folded characters from which one more or less is near
_MOST_NEAR = 200  # findings

Taught = tuple[str, str]
"""A topic and a sentence."""


def few_sentences(project: Project) -> Iterator[Finding]:
    """Topics with fewer sentences than they need; none at all is an error."""
    for topic in project.topics.values():
        for language in project.languages:
            count = len(topic.sentences.get(language, ()))
            if count < FEWEST:
                yield Finding(
                    "few_sentences",
                    "warning" if any(topic.sentences.values()) else "error",
                    topic=topic.name,
                    language=language,
                    params={"count": count, "least": FEWEST},
                )


def same_sentences(project: Project) -> Iterator[Finding]:
    """Sentences that two topics have: the bot cannot learn which one is meant."""
    of: dict[str, dict[str, str]] = defaultdict(dict)
    for topic in project.topics.values():
        for language, sentences in topic.sentences.items():
            for sentence in sentences:
                of[sentence.text].setdefault(topic.name, language)
    for text, topics in of.items():
        for name, language in topics.items() if len(topics) > 1 else ():
            other = next(each for each in topics if each != name)
            yield Finding(
                "same_sentence", "error", topic=name, language=language, text=text, params={"other": other}
            )


def near_duplicates(project: Project) -> Iterator[Finding]:
    """Sentences of two topics that differ in a letter, an accent or a comma only."""
    found = 0
    for language in project.languages:
        taught = tuple(
            (topic.name, sentence.text)
            for topic in project.topics.values()
            for sentence in topic.sentences.get(language, ())
        )
        for (topic, text), (other, near) in _near(taught):
            found += 1
            if found > _MOST_NEAR:
                return
            yield Finding(
                "near_duplicate",
                "warning",
                topic=topic,
                language=language,
                text=text,
                params={"other": other, "near": near},
            )


@lru_cache(maxsize=16)
def _near(taught: Sequence[Taught]) -> list[tuple[Taught, Taught]]:
    """Pairs of different topics and texts that are the same but for one letter, once folded."""
    shapes: dict[str, list[Taught]] = defaultdict(list)
    for each in taught:
        shapes[folded_words(each[1])].append(each)
    pairs = [pair for alike in shapes.values() if len(alike) > 1 for pair in _pairs(alike)]
    for one, other in _one_letter_apart(shapes):
        pairs += [(a, b) for a in shapes[one] for b in shapes[other] if _differ(a, b)]
    return pairs


def _pairs(alike: Sequence[Taught]) -> Iterator[tuple[Taught, Taught]]:
    return (
        (one, other) for place, one in enumerate(alike) for other in alike[place + 1 :] if _differ(one, other)
    )


def _differ(one: Taught, other: Taught) -> bool:
    return one[0] != other[0] and one[1] != other[1]


def _one_letter_apart(shapes: Mapping[str, Sequence[Taught]]) -> Iterator[tuple[str, str]]:
    """Pairs of texts of which one has a letter more, less or another one.

    Both come to the same when a letter of each is left out, and what is left of most texts is left of no other.
    """
    left: dict[tuple[int, int], list[str]] = defaultdict(list)
    for shape in shapes:
        if len(shape) >= _LONG_ENOUGH:
            for key in _halves(shape):
                left[key].append(shape)
    seen = set[tuple[str, str]]()
    for candidates in left.values():
        for place, one in enumerate(candidates):
            for other in candidates[place + 1 :]:
                pair = (one, other)
                if pair not in seen and _is_near(one, other):
                    seen.add(pair)
                    yield pair


def _halves(shape: str) -> Iterable[tuple[int, int]]:
    """Marks that two texts share if at most one letter differs: that letter is in one half, so the other is the same.

    A letter more or less moves the middle, by one at most.
    """
    middle = len(shape) // 2
    return (
        *((0, hash(shape[:cut])) for cut in (middle - 1, middle)),
        *((1, hash(shape[cut:])) for cut in (middle, middle + 1)),
    )


def _is_near(one: str, other: str) -> bool:
    """Whether a letter more, less or another one makes one of the other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((place for place, char in enumerate(one) if char != other[place]), len(one))
    return one[at + (len(one) == len(other)) :] == other[at + 1 :]
