"""A third language is data only: files, and nothing else, added to a copy of the project."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.settings import PROJECT_ROOT
from hub.wording.languages import FALLBACK, LANGUAGES
from tests.nlu.conftest import NLU
from tests.nlu.invented import add_language

pytestmark = pytest.mark.timeout(240)

CODE = "eo"
COPIED = ("bot", "hub", "nlu", "storage", "tests", "pyproject.toml")
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "panel", "dist")
CHECKS = (
    *(
        f"tests/nlu/test_{of}.py"
        for of in ("every_language", "content", "language", "understanding", "entities")
    ),
    "tests/wording",
    "tests/places/test_outages.py",
    "tests/places/test_outages_http.py",
)
ALONE = "tests/nlu/test_understanding.py::test_the_bot_is_judged_by_sentences_it_has_not_seen"
WITHOUT = [f"--deselect={ALONE}[{language}]" for language in LANGUAGES]
"""Of each language alone, and slow: for the others it is as it was."""

KNOWS = {
    "hub/wording/languages.py": "the language of those whose own has no file",
    "hub/places/inflection.py": "how names of the country's places are declined",
    "hub/panel/src/outages/names.ts": "which letters of such names are one",
    "hub/panel/src/session/LoginPage.vue": "the panel's own words",
    "hub/panel/src/people/AccountMenu.vue": "the panel's own words",
    "hub/panel/src/knowledge/NewTopicDialog.vue": "the names of topics are English, where there is an English title",
}
"""Files that name a language, and why they may."""

APART = ("hub/demo", "hub/panel/src/words")
"""What the demo business has written, and the panel's own words."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project."""
    copy = tmp_path_factory.mktemp("project")
    for name in COPIED:
        source = PROJECT_ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=NOT_COPIED)
        else:
            shutil.copy(source, copy / name)
    return copy


@pytest.fixture(scope="module")
def added(project: Path) -> list[Path]:
    """The files of one more language in it."""
    hub_words = (PROJECT_ROOT / "tests" / "wording" / "esperanto.toml").read_text(encoding="utf-8")
    return add_language(project, CODE, hub_words)


@pytest.mark.usefixtures("added")
def test_all_checks_hold_for_it(project: Path) -> None:
    """The same that hold for the others, in a process of the copy: what is read at start-up is read from there."""
    checks = ("-v", "-p", "no:cacheprovider", "-m", "not integration", *CHECKS, *WITHOUT)
    command = (sys.executable, "-m", "pytest", *checks)
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    for language in (*LANGUAGES, CODE):
        assert f"test_it_is_spoken[{language}] PASSED" in done.stdout
    assert f"{ALONE}[{CODE}] PASSED" in done.stdout


def test_the_readme_lists_its_files(project: Path, added: list[Path]) -> None:
    section = (
        (NLU / "README.md")
        .read_text(encoding="utf-8")
        .partition("## Add a language")[2]
        .partition("\n## ")[0]
    )
    rows = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    named = {row: _pattern(project, row) for row in rows}

    left = {file for file in added if not any(pattern.fullmatch(str(file)) for pattern in named.values())}
    idle = [row for row, pattern in named.items() if not any(pattern.fullmatch(str(file)) for file in added)]
    assert left == set()
    assert idle == ["data/nlu/<language>/vocabulary.yml"]


def _pattern(project: Path, row: str) -> re.Pattern[str]:
    path = str((project / "nlu" / row).resolve())
    return re.compile(re.escape(path).replace("<language>", CODE).replace("<topic>", "[a-z_]+"))


def test_no_code_knows_a_language() -> None:
    named = "|".join(LANGUAGES)
    python = re.compile(rf"""(["'])({named})\1""")
    typescript = re.compile(rf"""(["'])({named})\1|[{{,]\s*({named}):|\.({named})\b""")
    found = {
        str(file.relative_to(PROJECT_ROOT))
        for file in _code()
        if (python if file.suffix == ".py" else typescript).search(file.read_text(encoding="utf-8"))
    }
    assert found == set(KNOWS)
    assert FALLBACK in LANGUAGES


def _code() -> Iterator[Path]:
    for folder in ("hub", "nlu/actions", "nlu/components", "hub/panel/src"):
        for file in sorted((PROJECT_ROOT / folder).rglob("*")):
            path = file.relative_to(PROJECT_ROOT)
            if file.suffix in {".py", ".ts", ".vue"} and not _is_apart(path, folder):
                yield file


def _is_apart(path: Path, folder: str) -> bool:
    name = path.name
    tested = name.endswith(".test.ts") or name == "samples.ts"
    elsewhere = folder == "hub" and "panel" in path.parts
    return tested or elsewhere or any(path.is_relative_to(apart) for apart in APART)
