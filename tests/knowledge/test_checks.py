"""Each check finds what it is for, tells the place, and finds nothing in what is shipped."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.knowledge.checks import Finding, findings_of
from hub.knowledge.checks.sentences import _is_near, _near, _one_letter_apart, near_duplicates
from hub.knowledge.checks.topics import _repeats_a_repetition
from hub.knowledge.editing.applying import with_edit
from hub.knowledge.edits import AddSentence
from hub.knowledge.files import Files
from hub.knowledge.project import read_project
from tests.knowledge.texts import TINY

DIALOGUE, CS, EN, INTENTS = (
    "content/dialogue.yml",
    "content/words/cs.yml",
    "content/words/en.yml",
    "domain/intents.yml",
)
RULES, VOCABULARY = "data/rules/answers.yml", "data/nlu/en/all.yml"


def found(files: Files, kind: str) -> list[Finding]:
    return [each for each in findings_of(read_project(files)) if each.kind == kind]


def changed(path: str, old: str, new: str) -> Files:
    assert old in TINY[path]
    return {**TINY, path: TINY[path].replace(old, new)}


def test_what_is_shipped_is_without_fault(shipped: Files) -> None:
    assert findings_of(read_project(shipped)) == ()


def test_the_small_bot_has_no_errors() -> None:
    assert {each.kind for each in findings_of(read_project(TINY))} == {"few_sentences"}


def test_few_sentences() -> None:
    few = found(TINY, "few_sentences")
    assert (
        Finding("few_sentences", "warning", topic="ask_bill", language="en", params={"count": 0, "least": 8})
        in few
    )
    alone = changed(INTENTS, "  - greet\n", "  - greet\n  - ask_tv\n")
    assert {each.severity for each in found(alone, "few_sentences") if each.topic == "ask_tv"} == {"error"}


def test_the_same_sentence_in_two_topics() -> None:
    files = with_edit(TINY, AddSentence(topic="wish", language="cs", text="ahoj"))
    assert [(each.topic, each.text, each.params["other"]) for each in found(files, "same_sentence")] == [
        ("greet", "ahoj", "wish"),
        ("wish", "ahoj", "greet"),
    ]
    assert (
        found(with_edit(TINY, AddSentence(topic="greet", language="en", text="ahoj")), "same_sentence") == []
    )


@pytest.mark.parametrize(
    "near", ["kde je fakturra", "Kde je faktura?", "kde je fáktura", "kde je fktura", "kde  je-faktura"]
)
def test_near_duplicates_in_two_topics(near: str) -> None:
    files = with_edit(TINY, AddSentence(topic="wish", language="cs", text=near))
    (one,) = found(files, "near_duplicate")
    assert (one.severity, one.topic, one.text) == ("warning", "ask_bill", "kde je faktura")
    assert one.params == {"other": "wish", "near": near}
    assert (
        found(with_edit(TINY, AddSentence(topic="ask_bill", language="cs", text=near)), "near_duplicate")
        == []
    )


def test_a_flood_of_near_duplicates_is_cut() -> None:
    words = "\n".join(f"      - tohle je věta {number:03}" for number in range(60))
    path = "data/nlu/cs/manners.yml"
    files = changed(path, "      - ahoj\n", f"{words}\n")
    files = {**files, path: files[path].replace("      - nashle\n", words.replace("věta", "veta") + "\n")}
    assert len(list(near_duplicates(read_project(files)))) == 200


@pytest.mark.parametrize("topics", [1, 2, 50])
def test_a_flood_of_sentences_is_checked_in_bounded_time(
    topics: int, quickest: Callable[[Callable[[], object]], float]
) -> None:
    items = "".join(
        f"  - intent: topic_{topic}\n    examples: |\n"
        + "".join(f"      - hello there friend {1000 + number}\n" for number in range(topic, 8_000, topics))
        for topic in range(topics)
    )
    project = read_project({**TINY, "data/nlu/en/flood.yml": f'version: "3.1"\nnlu:\n{items}'})

    def once() -> None:
        _near.cache_clear()
        assert bool(list(near_duplicates(project))) == (topics > 1)

    assert quickest(once) < 2


SHAPES = st.text("ab ", min_size=8, max_size=14)


@given(st.sets(SHAPES, min_size=2, max_size=8), st.data())
def test_one_letter_apart_is_what_it_says(texts: set[str], data: st.DataObject) -> None:
    base = min(texts)
    at = data.draw(st.integers(0, len(base) - 1))
    texts |= {base[:at] + base[at + 1 :], base[:at] + "x" + base[at:], base[:at] + "x" + base[at + 1 :]}
    shapes = [text for text in texts if len(text) >= 10]
    taught = [(f"topic of {text}", text) for text in shapes]
    pairs = {frozenset((one, other)) for (_, one), (_, other) in _one_letter_apart(taught)}
    slowly = {frozenset((a, b)) for a in shapes for b in shapes if a != b and _distance(a, b) <= 1}
    assert pairs == slowly
    assert all(_is_near(a, b) == (_distance(a, b) <= 1) for a in shapes for b in shapes)


def _distance(one: str, other: str) -> int:
    """Levenshtein's, by the book."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def test_an_answer_without_words_in_a_language() -> None:
    assert found(changed(EN, "  wish: Thank you.\n", ""), "missing_language") == [
        Finding("missing_language", "error", answer="wish", language="en")
    ]
    assert found(changed(CS, "  invoice: Faktura\n", ""), "missing_language") == [
        Finding("missing_language", "error", button="invoice", language="cs")
    ]


def test_an_answer_that_nothing_leads_to() -> None:
    files = changed(DIALOGUE, "  wish: {values", "  lonely: {}\n  wish: {values")
    assert found(files, "unused_answer") == [Finding("unused_answer", "warning", answer="lonely")]


@pytest.mark.parametrize("name", ["phon", "slot.__class__", "", "0", "case"])
def test_a_placeholder_that_nothing_fills(name: str) -> None:
    (one,) = found(changed(EN, "Hello, this", f"Hello {{{name}}}, this"), "unknown_placeholder")
    assert (one.severity, one.answer, one.language) == ("error", "greet", "en")
    assert one.params == {"name": name, "known": "company, phone"}


@pytest.mark.parametrize(
    ("words", "shown"), [("Call {phone at once", "{phone at once"), ("Hi {", "{"), ("Hi {{phone}}", "{…")]
)
def test_a_brace_without_its_other_one(words: str, shown: str) -> None:
    one, *_ = found(changed(EN, "Hello, this", f"{words}, this"), "unknown_placeholder")
    assert one.severity == "error"
    assert str(one.params["name"]).startswith(shown)


def test_placeholders_that_are_filled() -> None:
    assert found(changed(EN, "Thank you.", "Thank you, {case}, {phone}."), "unknown_placeholder") == []


@pytest.mark.parametrize(
    ("old", "new", "params"),
    [
        ("greet: {buttons: [invoice,", "greet: {buttons: [nothing,", {"why": "unknown"}),
        ("offer: billing", "offer: nowhere", {"why": "offer", "offer": "nowhere"}),
        ("wish: /wish", "wish: /wishes", {"why": "nowhere", "topic": "wishes"}),
        ("wish: /wish", "wish: wish", {"why": "nowhere", "topic": "wish"}),
        ('{"date": "today"}', '{"date": today}', {"why": "nowhere", "topic": "ask_bill"}),
        ("  invoice, wish,", "  invoice, wish, nothing,", {"why": "unknown"}),
    ],
)
def test_broken_buttons(old: str, new: str, params: dict[str, str]) -> None:
    assert [dict(each.params) for each in found(changed(DIALOGUE, old, new), "broken_button")] == [params]


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        (INTENTS, "  - goodbye\n", "", "undeclared"),
        (RULES, "          - intent: goodbye\n", "", "no_rule"),
        (INTENTS, "  - goodbye\n", "  - goodbye\n  - ask_tv\n", "no_rule"),
    ],
)
def test_topics_that_nobody_reaches(path: str, old: str, new: str, why: str) -> None:
    assert [dict(each.params) for each in found(changed(path, old, new), "unreachable_topic")] == [
        {"why": why}
    ]


def test_a_topic_without_an_answer() -> None:
    files = changed(INTENTS, "  - goodbye\n", "  - goodbye\n  - ask_tv\n")
    files = {
        **files,
        RULES: files[RULES].replace(
            "          - intent: wish\n", "          - intent: wish\n          - intent: ask_tv\n"
        ),
    }
    assert [dict(each.params) for each in found(files, "unreachable_topic")] == [{"why": "no_answer"}]


@pytest.mark.parametrize(
    ("pattern", "why"), [("(a+)+$", "endless"), ("(", "malformed"), ("a{2,1}", "malformed")]
)
def test_bad_patterns(pattern: str, why: str) -> None:
    (one,) = found(changed(VOCABULARY, r"\b(price|cost)\b", pattern), "bad_pattern")
    assert (one.text, one.params["why"], one.params["name"]) == (pattern, why, "price")


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(a+)+",
            "(a*)*b",
            "(?:a+)*",
            "([a-z]+)*$",
            r"(\w+\s*)+",
            "(a|b+)+",
            "((a+))+",
            "(a+?)+",
            "(a{2,})*",
            "(?P<x>a+)+",
        ),
        *("x(y(a*b?)*)", r"(\d+)+\.", "(a+){3,}"),
    ],
)
def test_endless_patterns(pattern: str) -> None:
    assert _repeats_a_repetition(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            r"(\w+ )*",
            r"\b(price|cost)\w*",
            "(a+)?",
            "(a+){0,2}",
            "a+b+",
            r"(,\s*\w+)+",
            "[(a+)+]",
            r"\(a+\)+",
            "(a+b)+",
            "",
        ),
        *("(?=a+)", "(?i:abc)+", "((a)(b))+", "x{,3}", "(a+", "a)+", "[]a+]+"),
    ],
)
def test_patterns_that_end(pattern: str) -> None:
    assert not _repeats_a_repetition(pattern)


@given(st.text("ab()[]|*+?{},1\\^", max_size=12))
def test_any_pattern_is_judged(pattern: str) -> None:
    assert _repeats_a_repetition(pattern) in (True, False)


def test_checks_are_quick(shipped: Files, quickest: Callable[[Callable[[], object]], float]) -> None:
    project = read_project(shipped)

    def once() -> None:
        _near.cache_clear()
        findings_of(project)

    assert quickest(once) < 0.3


@pytest.fixture
def quickest() -> Callable[[Callable[[], object]], float]:
    """Seconds of this process's own work in the best of some tries: the machine may be busy with others."""

    def measured(work: Callable[[], object]) -> float:
        times = []
        for _ in range(5):
            began = time.process_time()
            work()
            times.append(time.process_time() - began)
        return min(times)

    return measured
