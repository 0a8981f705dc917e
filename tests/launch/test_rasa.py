"""The bot's environment and model: made once, made again when their sources change or they are damaged."""

import io
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from hub.launch import models
from hub.launch.errors import LaunchError
from hub.launch.fingerprint import fingerprint
from hub.launch.layout import Layout
from hub.launch.models import hold, is_intact
from hub.launch.rasa import Rasa
from hub.launch.terminal import Terminal
from hub.settings import PREFIX, PROJECT_ROOT, Settings

TRAINER = f"""#!{sys.executable}
import io, sys, tarfile
from pathlib import Path
out = Path(sys.argv[sys.argv.index("--out") + 1])
out.mkdir(parents=True)
with tarfile.open(out / "model.tar.gz", "w:gz") as archive:
    info = tarfile.TarInfo("metadata.json")
    info.size = 2
    archive.addfile(info, io.BytesIO(b"{{}}"))
with open("trained", "a") as file:
    print("trained", file=file)
"""


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def rasa(layout: Layout, said: io.StringIO) -> Rasa:
    """A Rasa project whose Python is a stand-in that trains at once."""
    (layout.nlu / "data").mkdir(parents=True)
    (layout.nlu / "data" / "nlu.yml").write_text("version: '3.1'\n")
    (layout.nlu / "requirements.lock").write_text("rasa\n")
    layout.nlu_python.parent.mkdir(parents=True)
    layout.nlu_python.write_text(TRAINER)
    layout.nlu_python.chmod(0o755)
    (layout.nlu / ".venv" / ".linka-lock").write_text(fingerprint([layout.nlu / "requirements.lock"]))
    return Rasa(
        Settings(
            data=layout.data,
            rasa_processes=2,
            service_token=SecretStr("swordfish"),
            rasa_token=SecretStr("hacksaw"),
        ),
        layout,
        Terminal(said, said),
    )


def trainings(layout: Layout) -> int:
    return len((layout.nlu / "trained").read_text().splitlines())


async def test_a_model_is_trained_once_for_the_same_data(rasa: Rasa, layout: Layout) -> None:
    first = await rasa.prepare()
    assert is_intact(first)
    assert await rasa.prepare() == first
    assert trainings(layout) == 1
    (layout.nlu / "data" / "nlu.yml").write_text("version: '3.1'\nnlu: []\n")
    assert await rasa.prepare() != first
    assert trainings(layout) == 2


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "unsealed"])
async def test_a_damaged_model_is_noticed_said_and_trained_again(
    rasa: Rasa, layout: Layout, said: io.StringIO, damage: str
) -> None:
    model = await rasa.prepare()
    content = model.read_bytes()
    if damage == "unsealed":
        models._seal(model).unlink()
    else:
        flipped = content[:40] + bytes([content[40] ^ 1]) + content[41:]
        model.write_bytes({"cut": content[:-20], "flipped": flipped, "emptied": b""}[damage])
    assert not is_intact(model)
    assert await rasa.prepare() == model
    assert is_intact(model)
    assert trainings(layout) == 2
    assert f"The bot's model is damaged ({model.name}): training it again" in said.getvalue()


async def test_training_that_fails_is_said_and_leaves_no_model(rasa: Rasa, layout: Layout) -> None:
    layout.nlu_python.write_text("#!/bin/sh\necho 'InvalidDomain: no intents' >&2; exit 1\n")
    with pytest.raises(LaunchError, match=r"Training the bot failed: InvalidDomain: no intents"):
        await rasa.train()
    assert not rasa.model_path().exists()


async def test_models_of_older_data_are_tidied_away(rasa: Rasa, layout: Layout) -> None:
    for number in range(5):
        (layout.nlu / "data" / "nlu.yml").write_text(f"version: '3.1' # {number}\n")
        newest = await rasa.prepare()
    kept = list(layout.models.glob("*.tar.gz"))
    assert len(kept) == 3
    assert newest in kept


async def test_models_of_published_versions_are_never_tidied_away(rasa: Rasa, layout: Layout) -> None:
    published = await rasa.prepare()
    hold(published)
    for number in range(5):
        (layout.nlu / "data" / "nlu.yml").write_text(f"version: '3.1' # {number}\n")
        await rasa.prepare()
    assert is_intact(published)
    assert len(list(layout.models.glob("*.tar.gz"))) == 4


async def test_without_a_python_310_it_is_said_what_to_do(
    rasa: Rasa, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (layout.nlu / ".venv" / ".linka-lock").unlink()
    layout.nlu_python.unlink()
    uv = layout.root / ".tools" / "uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text("#!/bin/sh\necho 'error: no download' >&2; exit 2\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", "/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    with pytest.raises(LaunchError, match=r"^No Python 3\.10 .*install Python 3\.10 or set LINKA_PYTHON310"):
        await rasa.prepare()


async def test_a_python_310_in_the_settings_that_is_none_is_said(rasa: Rasa, layout: Layout) -> None:
    layout.nlu_python.unlink()
    wrong = Rasa(Settings(data=layout.data, python310=Path("/bin/true")), layout, rasa.terminal)
    with pytest.raises(
        LaunchError, match=r"LINKA_PYTHON310 names no Python 3\.10: /bin/true does not answer"
    ):
        await wrong.prepare()


def test_the_programs_listen_on_loopback_and_show_no_secret(rasa: Rasa, layout: Layout) -> None:
    (server, second), actions = rasa.servers(layout.models / "m.tar.gz"), rasa.actions()
    for one in (server, second):
        assert one.argv[one.argv.index("--interface") + 1] == "127.0.0.1"
        assert one.env["LINKA_RASA_TOKEN"] == "hacksaw"
    assert "LINKA_RASA_TOKEN" not in actions.env
    assert actions.env["SANIC_HOST"] == "127.0.0.1"
    assert actions.env["LINKA_SERVICE_TOKEN"] == "swordfish"
    assert "LINKA_SERVICE_TOKEN" not in server.env
    for program in (server, second, actions):
        for secret in ("swordfish", "hacksaw"):
            assert secret not in " ".join(program.argv)
            assert secret not in repr(program)


def test_the_workshop_is_told_all_that_it_reads(rasa: Rasa, layout: Layout) -> None:
    program = rasa.workshop()
    source = (PROJECT_ROOT / "nlu" / "workshop" / "settings.py").read_text()
    read = set(re.findall(r'"(LINKA_\w+)"', source)) - {"LINKA_WORKSHOP_HOST"}
    assert {name for name in program.env if name.startswith(PREFIX)} == read
    assert program.env["LINKA_MODELS"] == str(layout.models)
    assert "swordfish" not in repr(program)


def test_several_servers_differ_in_name_and_port_and_share_their_dialogues(
    rasa: Rasa, layout: Layout
) -> None:
    first, second = rasa.servers(layout.models / "m.tar.gz")
    assert (first.name, second.name) == ("rasa", "rasa-2")
    assert first.log != second.log
    ports = [int(one.argv[one.argv.index("--port") + 1]) for one in (first, second)]
    assert ports == [5705, 5706]
    assert first.env["LINKA_RASA_TRACKERS"] == second.env["LINKA_RASA_TRACKERS"]


def of_ones_own(rasa: Rasa, folder: Path) -> Rasa:
    """The same project with a knowledge folder elsewhere."""
    return replace(rasa, layout=replace(rasa.layout, knowledge=folder))


async def test_an_empty_knowledge_folder_is_filled_once_and_is_what_is_trained(
    rasa: Rasa, layout: Layout, tmp_path: Path
) -> None:
    for name in ("domain", "content", "tests/code"):
        (layout.nlu / name).mkdir(parents=True)
    own = of_ones_own(rasa, tmp_path / "own")

    model = await own.prepare()
    assert (tmp_path / "own" / "data" / "nlu.yml").exists()
    assert not (tmp_path / "own" / "tests" / "code").exists()
    assert model == rasa.model_path()

    (tmp_path / "own" / "data" / "nlu.yml").write_text("version: '3.1'\nnlu: []\n")
    assert await own.prepare() != model
    assert "nlu: []" in (tmp_path / "own" / "data" / "nlu.yml").read_text()
    assert own.actions().env["LINKA_KNOWLEDGE"] == str(tmp_path / "own")


def test_a_knowledge_folder_with_something_missing_is_refused(rasa: Rasa, tmp_path: Path) -> None:
    (tmp_path / "own" / "data").mkdir(parents=True)

    with pytest.raises(LaunchError, match="has no content, domain, tests"):
        of_ones_own(rasa, tmp_path / "own").fill_knowledge()
