"""What each edit does to the text, and when it no longer fits."""

import pytest

from hub.knowledge.editing.applying import applied, with_edit
from hub.knowledge.editing.fitting import Conflict
from hub.knowledge.editing.insisting import insisted
from hub.knowledge.editing.replaying import Replays
from hub.knowledge.edits import (
    AddEntry,
    AddSentence,
    AddTopic,
    ChangeSentence,
    Edit,
    Mark,
    MoveSentence,
    RemoveEntry,
    RemoveSentence,
    RemoveTopic,
    SetButtons,
    SetButtonTitle,
    SetFact,
    SetHumanOnly,
    SetTeam,
    SetWords,
)
from hub.knowledge.files import Files, changes_between, differing
from hub.knowledge.project import read_project
from tests.knowledge.outcomes import assert_outcome
from tests.knowledge.texts import TINY, said

TO_BRNO = Mark(start=3, end=7, entity="town")


def test_all_edits_together_are_each_of_them_in_turn() -> None:
    edits = [
        AddSentence(topic="greet", language="cs", text="čau"),
        ChangeSentence(topic="greet", language="cs", before="nic takového", text="x"),
        SetFact(language="en", name="phone", value="1", before="800 100 500"),
    ]
    result = applied(TINY, edits)
    assert result.conflicts == (None, Conflict(None), None)
    assert result.files == with_edit(with_edit(TINY, edits[0]), edits[2])
    assert differing(TINY, result.files) == ["content/words/en.yml", "data/nlu/cs/manners.yml"]


def test_a_draft_is_not_applied_from_the_start_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Edit] = []

    def counted(files: Files, edit: Edit) -> Files:
        made.append(edit)
        return with_edit(files, edit)

    monkeypatch.setattr("hub.knowledge.editing.applying.with_edit", counted)
    edits = [AddSentence(topic="greet", language="cs", text=f"čau {number}") for number in range(5)]
    replays = Replays()
    for count in range(1, 6):
        assert replays.applied("fany", dict(TINY), edits[:count]) == applied(TINY, edits[:count])
    alone = sum(range(1, 6))
    assert len(made) == 5 + alone
    shorter = replays.applied("fany", TINY, edits[:2])
    assert shorter == applied(TINY, edits[:2])
    other = {**TINY, "data/nlu/cs/manners.yml": TINY["data/nlu/cs/manners.yml"].replace("ahoj", "hoj")}
    assert replays.applied("fany", other, edits) == applied(other, edits)


@pytest.mark.parametrize(
    ("edit", "path", "lines"),
    [
        (
            AddSentence(
                topic="ask_bill",
                language="cs",
                text="do Brna",
                marks=(Mark(start=3, end=7, entity="town"),),
            ),
            "data/nlu/cs/money.yml",
            ["+    - do [Brna](town)"],
        ),
        (
            AddSentence(topic="ask_bill", language="en", text="where is my invoice"),
            "data/nlu/en/money.yml",
            [
                '+version: "3.1"',
                "+nlu:",
                "+  - intent: ask_bill",
                "+    examples: |",
                "+      - where is my invoice",
            ],
        ),
        (
            RemoveSentence(topic="goodbye", language="cs", text="tak zase v Brně"),
            "data/nlu/cs/manners.yml",
            ["-      - tak zase v [Brně](town)"],
        ),
        (
            SetWords(
                answer="greet", language="cs", variants=("Ahoj.",), before=("Dobrý den, tady {company}.",)
            ),
            "content/words/cs.yml",
            ["-  greet: Dobrý den, tady {company}.   # první věta", "+  greet: Ahoj.   # první věta"],
        ),
        (
            SetWords(
                answer="goodbye",
                language="cs",
                variants=("Na shledanou.", "Pa.", "Hezký den\na příště."),
                before=("Na shledanou.", "Hezký den\na příště."),
            ),
            "content/words/cs.yml",
            ["+    - Pa."],
        ),
        (
            SetWords(answer="wish", language="cs", variants=("Díky.",), before=("Děkuju.\nZapsal jsem to.",)),
            "content/words/cs.yml",
            [
                "-  wish: |-   # poznámka",
                "-    Děkuju.",
                "-    Zapsal jsem to.",
                "+  wish: Díky.   # poznámka",
            ],
        ),
        (
            SetTeam(topic="ask_bill", team="support", before="billing"),
            "content/dialogue.yml",
            ["-  support: []", "+  support: [ask_bill]", "-    ask_bill,"],
        ),
        (
            SetButtons(answer="greet", buttons=(), before=("invoice", "human")),
            "content/dialogue.yml",
            ["-  greet: {buttons: [invoice, human]}", "+  greet: {}"],
        ),
        (
            SetButtonTitle(button="wish", language="en", title="An idea", before="I have an idea"),
            "content/words/en.yml",
            [
                '-buttons: {invoice: Invoice, human: "Talk to a person", wish: "I have an idea"}',
                '+buttons: {invoice: Invoice, human: "Talk to a person", wish: "An idea"}',
            ],
        ),
        (
            SetHumanOnly(topic="goodbye", team="support", before=None),
            "content/dialogue.yml",
            [
                "-  support: []",
                "+  support: [goodbye]",
                "-    goodbye,",
                "-  goodbye: {}",
                "+  goodbye: {handoff: {reason: topic, team: support}}",
            ],
        ),
    ],
)
def test_the_lines_of_an_edit(edit: Edit, path: str, lines: list[str]) -> None:
    (change,) = changes_between(TINY, with_edit(TINY, edit))
    assert change.path == path
    assert [line for line in change.diff.splitlines() if line[0] in "+-"] == lines


GREET, INVOICE = {"topic": "greet", "language": "cs"}, {"topic": "ask_bill", "language": "cs"}


@pytest.mark.parametrize(
    ("edit", "theirs"),
    [
        (AddSentence(topic="gone", language="cs", text="a"), None),
        (AddSentence(**INVOICE, text="faktura za leden pro Brno"), "[leden]"),
        (ChangeSentence(**GREET, before="nazdar", text="zdar"), None),
        (MoveSentence(**GREET, text="nazdar", to="wish"), None),
        (MoveSentence(**GREET, text="ahoj", to="gone"), None),
        (SetWords(answer="greet", language="cs", variants=("a",), before=("b",)), "Dobrý den"),
        (
            SetWords(answer="goodbye", language="cs", variants=("a",), before=()),
            "Na shledanou.\n⁂\nHezký den",
        ),
        (SetWords(answer="gone", language="cs", variants=("a",), before=()), None),
        (SetWords(answer="greet", language="de", variants=("a",), before=()), None),
        (SetButtons(answer="greet", buttons=("wish",), before=("human",)), "invoice, human"),
        (SetButtonTitle(button="wish", language="cs", title="a", before="b"), "Mám nápad"),
        (SetFact(language="cs", name="phone", value="1", before="2"), "800"),
        (SetTeam(topic="ask_bill", team="support", before=None), "billing"),
        (SetHumanOnly(topic="greet", team="support", before="billing"), None),
        (AddTopic(name="greet", group="money", titles={}, words={}), "greet"),
        (AddEntry(language="de", table="town", text="Ulm"), None),
    ],
)
def test_what_does_not_fit_is_a_conflict(edit: Edit, theirs: str | None) -> None:
    with pytest.raises(Conflict) as conflict:
        with_edit(TINY, edit)
    assert (
        theirs in conflict.value.theirs
        if theirs and conflict.value.theirs
        else conflict.value.theirs == theirs
    )


@pytest.mark.parametrize(
    "edit",
    [
        AddSentence(**GREET, text="ahoj"),
        ChangeSentence(**GREET, before="nazdar", text="ahoj"),
        RemoveSentence(**GREET, text="nazdar"),
        MoveSentence(**INVOICE, text="ahoj", to="greet"),
        SetWords(answer="greet", language="cs", variants=("Dobrý den, tady {company}.",), before=("b",)),
        SetButtons(answer="greet", buttons=("invoice", "human"), before=()),
        SetTeam(topic="ask_bill", team="billing", before=None),
        RemoveTopic(name="gone"),
        AddEntry(language="cs", table="town", text="Brno"),
        RemoveEntry(language="cs", table="town", text="Ulm"),
    ],
)
def test_what_is_done_already_is_no_conflict(edit: Edit) -> None:
    assert with_edit(TINY, edit) == TINY


@pytest.mark.parametrize(
    "edit",
    [
        AddSentence(**INVOICE, text="faktura za leden pro Brno"),
        ChangeSentence(**GREET, before="nazdar", text="zdar"),
        ChangeSentence(**GREET, before="nazdar", text="zdar", marks=(Mark(start=0, end=4, entity="town"),)),
        MoveSentence(**GREET, text="nazdar", to="wish"),
        SetWords(answer="greet", language="cs", variants=("a", "b"), before=("b",)),
        SetButtonTitle(button="wish", language="cs", title="a", before="b"),
        SetFact(language="cs", name="phone", value="1", before="2"),
        SetButtons(answer="greet", buttons=("wish",), before=("human",)),
        SetTeam(topic="ask_bill", team="support", before=None),
        SetHumanOnly(topic="greet", team="support", before="billing"),
    ],
)
def test_insisting_on_it(edit: Edit) -> None:
    again = insisted(TINY, edit)
    assert again is not None
    after = with_edit(TINY, again)
    assert_outcome(read_project(after), again)
    assert after != TINY


@pytest.mark.parametrize(
    "edit",
    [
        AddSentence(topic="gone", language="cs", text="a"),
        SetWords(answer="gone", language="cs", variants=("a",), before=()),
        SetButtons(answer="gone", buttons=(), before=()),
        AddTopic(name="greet", group="money", titles={}, words={}),
        AddEntry(language="de", table="town", text="Ulm"),
    ],
)
def test_what_cannot_be_insisted_on(edit: Edit) -> None:
    assert insisted(TINY, edit) is None


def test_a_removed_topic_leaves_nothing(shipped: Files) -> None:
    after = with_edit(shipped, RemoveTopic(name="moving_house"))
    left = {path for path, text in after.items() if "moving_house" in text}
    assert left == {"tests/stories/test_stories.yml"} & left
    assert not any("moving" in (rules.buttons) for rules in read_project(after).dialogue.answers.values())
    said(after)


def test_many_answers_of_the_shipped_bot(shipped: Files) -> None:
    words = read_project(shipped).words["cs"].answers
    edits: list[Edit] = [
        SetWords(answer=name, language="cs", variants=("Ano.", "Jistě."), before=words[name])
        for name in list(words)[:20]
    ]
    result = applied(shipped, edits)
    assert result.conflicts == (None,) * 20
    assert said(result.files).words["cs"].answers["greet"] == ("Ano.", "Jistě.")
