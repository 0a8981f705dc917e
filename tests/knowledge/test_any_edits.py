"""Edits touch their own lines only, whatever is written in them, and leave what all readers can read."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.knowledge.editing.admitting import Inadmissible, admit
from hub.knowledge.editing.applying import with_edit
from hub.knowledge.editing.fitting import Conflict
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
    kept_edit,
    read_edit,
)
from hub.knowledge.files import Files, differing
from hub.knowledge.project import Project, read_project
from tests.knowledge.outcomes import assert_outcome
from tests.knowledge.texts import TINY, comments, data_of, learnt, said

NASTY = st.sampled_from(
    [*"#:{}&*!|>'\"%@`-?,\\~=. \u00a0„“()/<$;^_", "yes", "no", "null", "1", "0x1", "č", "😀", "- "]
)
PIECES = st.one_of(
    NASTY, st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="[]{}"), max_size=4)
)
LINES = (
    st.lists(PIECES, min_size=1, max_size=8)
    .map("".join)
    .map(lambda text: text.replace("{", "").replace("}", "").strip())
    .filter(bool)
)
SENTENCES = LINES.filter(lambda text: not text.startswith("/"))
WORDS = (
    st.lists(st.one_of(LINES, st.just("")), min_size=1, max_size=4).map("\n".join).map(str.strip).filter(bool)
)
NICKNAMES = st.from_regex(r"\w{1,9} = [1-9][0-9]{0,3}", fullmatch=True)
VARIANTS = st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple)
LANGUAGES = st.sampled_from(["cs", "en"])
TOPICS = st.sampled_from(["greet", "goodbye", "ask_bill", "wish", "ask_tv", "ask_more"])
ANSWERS = st.one_of(TOPICS, st.sampled_from(["failed", "not_understood"]))
BUTTONS = st.sampled_from(["invoice", "human", "wish", "ask_tv"])
TEAMS = st.sampled_from([None, "support", "billing"])


@st.composite
def edits(draw: st.DrawFn, project: Project) -> Edit:
    """An edit as a maintainer makes it, who sees the project."""
    language = draw(LANGUAGES)
    topic = draw(st.sampled_from(sorted(project.topics)))
    there = [each.text for each in project.topics[topic].sentences.get(language, ())]
    one = st.sampled_from(there) if there else SENTENCES
    answer = draw(st.sampled_from(sorted(project.dialogue.answers)))
    button = draw(st.sampled_from(sorted(project.dialogue.payloads)))
    rules = project.dialogue.answers.get(topic)
    spoken = project.words[language]
    match draw(st.integers(0, 13)):
        case 0:
            return AddSentence(topic=topic, language=language, **draw(marked()))
        case 1:
            return ChangeSentence(topic=topic, language=language, before=draw(one), **draw(marked()))
        case 2:
            return RemoveSentence(topic=topic, language=language, text=draw(one))
        case 3:
            return MoveSentence(
                topic=topic,
                language=language,
                text=draw(one),
                to=draw(st.sampled_from(sorted(project.topics))),
            )
        case 4 | 5:
            return SetWords(
                answer=answer,
                language=language,
                variants=draw(VARIANTS),
                before=spoken.answers.get(answer, ()),
            )
        case 6:
            names = draw(
                st.lists(st.sampled_from(sorted(project.dialogue.payloads)), unique=True, max_size=3)
            )
            return SetButtons(
                answer=answer, buttons=tuple(names), before=project.dialogue.answers[answer].buttons
            )
        case 7:
            return SetButtonTitle(
                button=button, language=language, title=draw(LINES), before=spoken.buttons[button]
            )
        case 8:
            now = rules.handoff.team if rules and rules.handoff else None
            return SetHumanOnly(topic=topic, team=draw(TEAMS), before=now)
        case 9:
            return SetTeam(topic=topic, team=draw(TEAMS), before=project.dialogue.teams_of.get(topic))
        case 10:
            return SetFact(language=language, name="phone", value=draw(LINES), before=spoken.facts["phone"])
        case 11:
            each = {name: draw(VARIANTS) for name in ("cs", "en")}
            titles = {name: draw(LINES) for name in ("cs", "en")}
            group = draw(st.sampled_from(["money", "manners", "fresh"]))
            return AddTopic(name=draw(TOPICS), group=group, titles=titles, words=each, human_only=draw(TEAMS))
        case 12:
            return RemoveTopic(name=topic)
    table = draw(st.sampled_from(["town", "tariff_numbers"]))
    entries = project.tables[language, table].entries
    if entries and draw(st.booleans()):
        return RemoveEntry(language=language, table=table, text=draw(st.sampled_from(entries)))
    return AddEntry(language=language, table=table, text=draw(LINES if table == "town" else NICKNAMES))


@st.composite
def marked(draw: st.DrawFn) -> dict[str, Any]:
    """A sentence, perhaps with a name in it."""
    text = draw(SENTENCES)
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    value = draw(st.one_of(st.none(), LINES.filter(lambda each: ")" not in each)))
    mark = Mark(start=start, end=end, entity="town", value=value)
    return {"text": text, "marks": (mark,) if draw(st.booleans()) and text[start:end].strip() else ()}


@pytest.mark.timeout(900)
@settings(deadline=None, max_examples=settings().max_examples // 2)
@given(st.data())
def test_whatever_is_edited_all_readers_read_it(data: st.DataObject) -> None:
    newline = data.draw(st.sampled_from(["\n", "\r\n"]))
    files: Files = {path: text.replace("\n", newline) for path, text in TINY.items()}
    for _ in range(data.draw(st.integers(1, 6))):
        project = read_project(files)
        edit = data.draw(edits(project))
        try:
            admit(edit, project)
        except Inadmissible:
            continue
        try:
            after = with_edit(files, edit)
        except Conflict:
            assert isinstance(
                edit, (ChangeSentence, MoveSentence, RemoveSentence)
            )  # of a sentence that never was
            continue
        assert with_edit(files, edit) == after
        assert read_edit(kept_edit(edit)) == edit
        _check(files, after, edit)
        files = after


def _check(before: Files, after: Files, edit: Edit) -> None:
    project, content = read_project(after), said(after)
    for language, spoken in project.words.items():
        sayings = content.words[language]
        assert dict(spoken.facts) == dict(sayings.facts)
        assert dict(spoken.buttons) == dict(sayings.buttons)
        found = learnt(after, language)
        ours = {
            name: [each.text for each in topic.sentences.get(language, ())]
            for name, topic in project.topics.items()
        }
        assert {name: texts for name, texts in ours.items() if texts} == {n: t for n, t in found.items() if t}
    if not isinstance(edit, RemoveTopic):
        assert comments(after) == comments(before)
    for path in set(differing(before, after)) & set(after):
        _only_there(path, data_of(before.get(path, "nlu: []")), data_of(after[path]), edit)
    assert_outcome(project, edit)


def _only_there(path: str, before: Any, after: Any, edit: Edit) -> None:
    """What an edit does not name is the same data as before."""
    match edit:
        case SetWords():
            assert _without(before, "answers", edit.answer) == _without(after, "answers", edit.answer)
        case SetFact():
            assert _without(before, "facts", edit.name) == _without(after, "facts", edit.name)
        case SetButtonTitle():
            assert _without(before, "buttons", edit.button) == _without(after, "buttons", edit.button)
        case SetButtons():
            assert _without(before, "answers", edit.answer) == _without(after, "answers", edit.answer)
        case AddSentence() | ChangeSentence() | RemoveSentence():
            assert _others(before, edit.topic) == _others(after, edit.topic)
        case AddEntry(table="tariff_numbers") | RemoveEntry(table="tariff_numbers"):
            assert _without(before, "listens", edit.table) == _without(after, "listens", edit.table)
        case AddEntry() | RemoveEntry():
            assert _others(before, edit.table) == _others(after, edit.table)


def _without(tree: Any, section: str, name: str) -> Any:
    return {**tree, section: {key: value for key, value in tree[section].items() if key != name}}


def _others(tree: Any, name: str) -> Any:
    return [item for item in tree["nlu"] if name not in item.values()]
