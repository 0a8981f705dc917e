"""Checks of training sentences: too few, the same one in two topics, nearly the same one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, islice

from hub.knowledge.checks.finding import Finding
from hub.knowledge.folding import folded_words
from hub.knowledge.project import Project

FEWEST = 8
"""Sentences that a topic needs in each language."""

_LONG_ENOUGH = 10  # folded characters from which one more or less is near
_MOST_NEAR = 200  # findings
_MOST_COMPARED = 100_000  # pairs of sentences of a language, in a fraction of a second

Taught = tuple[str, str]
"""A topic and a sentence, as it is or folded."""


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
    """Pairs of different topics and texts that are the same but for one letter, once folded; the first of them."""
    texts: dict[Taught, list[str]] = defaultdict(list)
    for topic, text in dict.fromkeys(taught):
        texts[topic, folded_words(text)].append(text)
    pairs = (
        ((one[0], text), (other[0], near))
        for one, other in _one_letter_apart(texts)
        for text in texts[one]
        for near in texts[other]
        if text != near
    )
    return list(islice(pairs, _MOST_NEAR))


def _one_letter_apart(shapes: Iterable[Taught]) -> Iterator[tuple[Taught, Taught]]:
    """Pairs of two topics' folded texts that are the same, or of which one has a letter more, less or another one.

    Only texts that share a half are compared: few, in what people say. In what nobody says, but may have written by
    hand (a thousand sentences that differ in a number), the search ends before all pairs are found.
    """
    sharing: dict[tuple[int, int], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for topic, shape in shapes:
        for key in _halves(shape):
            sharing[key][topic].append(shape)
    candidates = (
        ((topic, shape), (other, near))
        for topics in sharing.values()
        for (topic, its), (other, others) in combinations(topics.items(), 2)
        for shape in its
        for near in others
    )
    seen = set[tuple[Taught, Taught]]()
    for pair in islice(candidates, _MOST_COMPARED):
        if pair not in seen and _is_near(pair[0][1], pair[1][1]):
            seen.add(pair)
            yield pair


def _halves(shape: str) -> Iterable[tuple[int, int]]:
    """Marks that two texts share if at most one letter differs: that letter is in one half, so the other is the same.

    A letter more or less moves the middle, by one at most. A short text must be the same as a whole.
    """
    if len(shape) < _LONG_ENOUGH:
        return ((2, hash(shape)),)
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
