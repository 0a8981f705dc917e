"""The content files: what a maintainer may write, and what is refused with the place of the mistake."""

import logging
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from actions.checking import ContentError
from actions.content import Content, parse_content
from actions.dialogue import ANSWERED
from actions.library import FORMER_FOR, Lessons, Library, read_content, stamps

from tests.nlu.conftest import NLU
from tests.nlu.test_understanding import LANGUAGES

UNANSWERED = {"affirm", "give_order_number", "nlu_fallback"}
"""Intents that stand for something else, or for nothing."""


@pytest.fixture
def dialogue() -> Any:
    return yaml.safe_load((NLU / "content" / "dialogue.yml").read_text(encoding="utf-8"))


@pytest.fixture
def words() -> dict[str, Any]:
    return {
        file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in (NLU / "content" / "words").glob("*.yml")
    }


def test_the_content_is_good_and_every_ready_answer_has_its_rule() -> None:
    content = read_content(NLU / "content")

    assert _ruled() - set(ANSWERED) - UNANSWERED <= set(content.answers)
    assert set(content.words) == set(LANGUAGES)
    assert set(content.topics) <= _ruled()
    assert content.asides <= _ruled()


ASKS_FOR_A_YES = {"cs": r"Mám (vás|jim) [^.?!]+\?$", "en": r"Shall I [^.?!]+\?$"}


@pytest.mark.parametrize("language", ASKS_FOR_A_YES)
def test_a_yes_leads_where_the_words_have_offered_and_nowhere_else(language: str) -> None:
    content = read_content(NLU / "content")
    offering = {
        name
        for name, variants in content.words[language].answers.items()
        for text in variants
        if re.search(ASKS_FOR_A_YES[language], text.strip())
    }

    assert offering == {name for name, answer in content.answers.items() if answer.offer}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_yes_takes_up_is_asked(language: str) -> None:
    content = read_content(NLU / "content")

    for name, answer in content.answers.items():
        assert not answer.offer or all(
            text.strip().endswith("?") for text in content.words[language].answers[name]
        ), name


def test_every_button_is_an_intent() -> None:
    content = read_content(NLU / "content")
    intents = yaml.safe_load((NLU / "domain" / "intents.yml").read_text(encoding="utf-8"))["intents"]

    for payload in content.payloads.values():
        assert payload.removeprefix("/").partition("{")[0] in intents
        assert len(payload.encode()) <= 64  # what a Telegram button can carry


def test_every_intent_is_reached_by_a_rule() -> None:
    """An intent without a rule would be answered by chance, or not at all."""
    intents = set(yaml.safe_load((NLU / "domain" / "intents.yml").read_text(encoding="utf-8"))["intents"])

    assert _ruled() == intents | {"nlu_fallback"}
    assert set(ANSWERED) <= intents


def _ruled() -> set[str]:
    """The intents that rules begin with."""
    rules = [
        rule
        for file in (NLU / "data" / "rules").glob("*.yml")
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]
    ]
    firsts = [rule["steps"][0] for rule in rules]
    return {one["intent"] for first in firsts for one in first.get("or", [first])}


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda d, w: w["cs"]["answers"].pop("greet"), "words/cs.yml: answers: missing: greet"),
        (
            lambda d, w: w["en"]["answers"].update(hello="Hi"),
            "words/en.yml: answers: not in dialogue.yml: hello",
        ),
        (lambda d, w: w["cs"]["answers"].update(greet="  "), "answers: greet: empty"),
        (lambda d, w: w["cs"]["answers"].update(greet=[["a"]]), "answers: greet: not a text"),
        (lambda d, w: w["cs"]["answers"].update(greet="{slot.__class__}"), "nothing fills {slot.__class__}"),
        (lambda d, w: w["cs"]["answers"].update(tariffs="{number}"), "nothing fills {number}"),
        (lambda d, w: w["cs"]["buttons"].pop("human"), "words/cs.yml: buttons: missing: human"),
        (lambda d, w: w["cs"].pop("facts"), "words/cs.yml: missing: facts"),
        (lambda d, w: w["cs"].update(extra={}), "words/cs.yml: unknown: extra"),
        (lambda d, w: w.update(cs=[]), "words/cs.yml: not a table"),
        (lambda d, w: d["answers"]["greet"].update(buttons=["nothing"]), "greet: no such button: nothing"),
        (
            lambda d, w: d["answers"]["complaint"].update(handoff={"reason": "topic", "team": "x"}),
            "complaint",
        ),
        (lambda d, w: d["answers"]["insult"].update(offer="x"), "insult: offer"),
        (lambda d, w: d["answers"].update(greet=None), "greet: not a table"),
        (lambda d, w: d.update(default_language="xx"), "default_language"),
        (lambda d, w: d.update(guessable=["x"]), "guessable"),
        (lambda d, w: d.pop("teams"), "missing: teams"),
        (lambda d, w: d.update(teams=[]), "teams: none"),
        (lambda d, w: d["topics"].pop("sales"), "topics: missing: sales"),
        (lambda d, w: d.update(sure=2), "sure: not between"),
        (lambda d, w: d["needs"].update(light=[1]), "needs: light: not two speeds"),
        (lambda d, w: w["en"]["listens"].pop("asks"), "words/en.yml: listens: missing: asks"),
        (lambda d, w: w["en"]["listens"]["asks"].append(True), "listens: asks: not a list of names"),
        (lambda d, w: w["en"]["listens"]["fury"].append("*"), "fury: * alone"),
        (lambda d, w: w["en"]["listens"]["numbers"].update(x="y"), "numbers: x: not a number"),
        (lambda d, w: w["en"]["listens"]["uses"].pop("films"), "uses: missing: films"),
        (lambda d, w: w["en"]["answers"].update(thanks=[]), "answers: thanks: empty"),
        (lambda d, w: w["en"]["answers"].update(thanks=["Sure.", " "]), "answers: thanks: empty"),
        (lambda d, w: w["en"]["answers"].update(thanks=["Sure.", "{who}"]), "thanks: nothing fills {who}"),
        (lambda d, w: w["en"]["listens"]["measures"].update(ells=[]), "measures: unknown: ells"),
    ],
)
def test_mistakes_are_named(spoil: Any, complaint: str, dialogue: Any, words: dict[str, Any]) -> None:
    spoil(dialogue, words)

    with pytest.raises(ContentError) as refused:
        parse_content(dialogue, words)
    assert complaint in str(refused.value)


def test_a_third_language_is_data(dialogue: Any, words: dict[str, Any]) -> None:
    words["de"] = {**words["en"], "answers": {**words["en"]["answers"], "greet": "Guten Tag bei {company}!"}}

    content = parse_content(dialogue, words)

    assert content.text("de", "greet", {}, "m") == "Guten Tag bei Optik!"


def test_variants_take_turns_and_a_repeated_message_hears_the_same_again(
    dialogue: Any, words: dict[str, Any]
) -> None:
    words["cs"]["answers"]["thanks"] = ["Není zač.", "Rádo se stalo."]
    content = parse_content(dialogue, words)

    heard = {message: content.text("cs", "thanks", {}, message) for message in map(str, range(20))}

    assert set(heard.values()) == {"Není zač.", "Rádo se stalo."}
    assert heard == {message: content.text("cs", "thanks", {}, message) for message in heard}


def test_values_are_not_templates(dialogue: Any, words: dict[str, Any]) -> None:
    content: Content = parse_content(dialogue, words)

    assert "{company}" in content.text("cs", "order_phones_wrong", {"number": "{company}"}, "m")


def test_a_changed_answer_holds_at_once_and_a_broken_one_does_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(NLU / "content", folder)
    library = Library(folder)
    file = folder / "words" / "cs.yml"
    good = file.read_text(encoding="utf-8")

    def save(text: str, at: int) -> None:
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(at, at))

    save(good.replace("Rádo se stalo.", "Není zač."), 1_000)
    assert library.content.text("cs", "thanks", {}, "m").startswith("Není zač.")

    with caplog.at_level(logging.ERROR):
        save(good.replace("Rádo se stalo.", "{unclosed: ["), 2_000)
        assert library.content.text("cs", "thanks", {}, "m").startswith("Není zač.")
        save("a: [", 3_000)
        assert library.content.text("cs", "thanks", {}, "m").startswith("Není zač.")
    assert len(caplog.records) == 2

    save(good, 4_000)
    assert library.content.text("cs", "thanks", {}, "m").startswith("Rádo se stalo.")


def test_what_a_change_takes_away_is_still_answered_while_the_change_spreads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("actions.library.time.monotonic", lambda: now)
    folder = tmp_path / "content"
    shutil.copytree(NLU / "content", folder)
    library = Library(folder)
    for file in (folder / "dialogue.yml", *(folder / "words").glob("*.yml")):
        kept = [
            line
            for line in file.read_text(encoding="utf-8").splitlines()
            if not re.match(r"  how_are_you:", line)
        ]
        file.write_text("\n".join(kept), encoding="utf-8")

    assert "how_are_you" not in library.content.answers
    assert "how_are_you" in library.content_for("how_are_you").answers
    assert library.content_for("thanks") is library.content

    now += FORMER_FOR
    assert library.content_for("how_are_you") is library.content


def test_sentences_that_are_added_are_learnt_beside_the_turns(tmp_path: Path) -> None:
    folder = tmp_path / "nlu"
    shutil.copytree(NLU / "data" / "nlu", folder)
    lessons = Lessons(folder)
    assert "vzducholod" not in lessons.learnt.common

    (folder / "cs" / "more.yml").write_text(
        'version: "3.1"\nnlu:\n  - intent: wish\n    examples: |\n      - letá k vám vzducholoď\n',
        encoding="utf-8",
    )

    assert "vzducholod" not in lessons.learnt.common
    lessons.catch_up()
    assert "vzducholod" in lessons.learnt.common


@pytest.mark.parametrize("broken", ["a: 2024-02-30", "a: " + "[" * 3_000, "a: [", "\0", "- {a: 1, a"])
def test_no_file_that_somebody_breaks_costs_a_turn(
    tmp_path: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(NLU / "content", folder)
    library = Library(folder)
    before = library.content

    (folder / "words" / "cs.yml").write_text(broken, encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        assert library.content is before
    assert "The changed content is not used" in caplog.text


def test_a_file_that_goes_while_it_is_looked_at_costs_no_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.yml").write_text("a: 1", encoding="utf-8")
    listed = [tmp_path / "gone.yml", tmp_path / "here.yml"]
    monkeypatch.setattr(Path, "rglob", lambda _, pattern: iter(listed))

    assert [name for name, _ in stamps(tmp_path)] == [str(tmp_path / "here.yml")]
