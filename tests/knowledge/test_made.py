"""What we say of the bot's program is what the program says of itself."""

import ast
from functools import cache

from actions.dialogue import ANSWERED

from hub.knowledge.files import Files
from hub.knowledge.made import ANYTIME, NEEDED, SAID, SAYS
from hub.knowledge.project import read_project
from tests.knowledge.texts import NLU


@cache
def named_by_the_program() -> set[str]:
    """All texts in its code."""
    return {
        node.value
        for folder in ("actions", "components")
        for file in (NLU / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_the_topics_whose_answer_is_made() -> None:
    assert set(SAYS) == set(ANSWERED)


def test_the_answers_that_it_says(shipped: Files) -> None:
    project = read_project(shipped)
    states = {f"order_{state}" for state in ("scheduled", "in_progress", "done", "cancelled", "other")}
    named = set(project.dialogue.answers) & named_by_the_program() | states
    assert {name for name in named if name not in project.topics} == {
        name for name in SAID if name not in project.topics
    }
    assert set(project.dialogue.answers) >= SAID
    assert ANYTIME <= SAID


def test_the_topics_that_it_speaks_of(shipped: Files) -> None:
    topics = set(read_project(shipped).topics)
    assert topics & named_by_the_program() == NEEDED
