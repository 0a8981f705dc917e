"""Rasa's own reader finds in edited files what maintainers see."""

import json
import subprocess
from pathlib import Path

import pytest

from hub.knowledge.editing.applying import applied
from hub.knowledge.edits import (
    AddEntry,
    AddSentence,
    AddTopic,
    ChangeSentence,
    Edit,
    Mark,
    RemoveSentence,
    RemoveTopic,
)
from hub.knowledge.files import Files
from hub.knowledge.project import language_of_data, read_project
from tests.knowledge.texts import NLU, TINY, put

READ = """
import json, sys
from pathlib import Path
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

folder = Path(sys.argv[1])
found = {}
for file in sorted(folder.glob("data/nlu/*/*.yml")):
    data = RasaYAMLReader().read(file)
    found[file.relative_to(folder).as_posix()] = [
        [
            each.get("intent"),
            each.get("text"),
            [[mark[key] for key in ("start", "end", "entity", "value")] for mark in each.get("entities", [])],
        ]
        for each in data.intent_examples
    ]
domain = Domain.load(str(folder / "domain"))
steps = YAMLStoryReader(domain).read_from_file(folder / "data/rules/answers.yml")
print(json.dumps([found, sorted(domain.intents), len(steps)]))
"""

SIGNS = [
    "# křížek",
    "- pomlčka",
    "a: b",
    "'uvozovky\"",
    "{závorky}",
    "*hvězdy* & co",
    "100 %",
    "> větší",
    "| svislá",
    "yes",
    "😀 tady",
]


@pytest.mark.integration
@pytest.mark.timeout(180)
def test_what_rasa_reads(tmp_path: Path) -> None:
    files = applied(TINY, _edits()).files
    put(tmp_path, files)
    python = NLU / ".venv/bin/python"
    done = subprocess.run(
        [python, "-W", "error::UserWarning", "-c", READ, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=NLU,
    )
    assert done.returncode == 0, done.stderr
    found, intents, steps = json.loads(done.stdout.splitlines()[-1])
    assert found == _seen(files)
    assert "ask_tv" in intents
    assert steps > 0


def _edits() -> list[Edit]:
    town = (Mark(start=0, end=2, entity="town", value="Aš: (tam) “#”"), Mark(start=0, end=2, entity="date"))
    return [
        *(AddSentence(topic="greet", language="cs", text=text) for text in SIGNS),
        AddSentence(
            topic="greet", language="en", text="Aš or 😀", marks=(*town, Mark(start=6, end=7, entity="date"))
        ),
        ChangeSentence(topic="wish", language="cs", before="mám nápad", text="Aš", marks=town[:1]),
        AddTopic(
            name="ask_tv",
            group="money",
            titles={"cs": "a", "en": "b"},
            words={"cs": ("a",), "en": ("b",)},
            human_only="support",
        ),
        AddSentence(topic="ask_tv", language="cs", text="máte televizi?"),
        AddSentence(topic="ask_tv", language="en", text="any tv?"),
        RemoveSentence(topic="goodbye", language="en", text="bye"),
        AddSentence(topic="goodbye", language="en", text="see you"),
        RemoveTopic(name="ask_bill"),
        AddEntry(language="cs", table="town", text="Ústí nad Labem"),
    ]


def _seen(files: Files) -> dict[str, list[object]]:
    """The same out of what maintainers see, file by file."""
    return {
        path: [
            [
                topic.name,
                each.text,
                [[m.start, m.end, m.entity, m.value or each.text[m.start : m.end]] for m in each.marks],
            ]
            for topic in read_project(
                {**files, **{p: _EMPTY for p in files if language_of_data(p) and p != path}}
            ).topics.values()
            for found in topic.sentences.values()
            for each in found
        ]
        for path in files
        if language_of_data(path)
    }


_EMPTY = "nlu: []\n"
