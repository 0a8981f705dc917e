"""`linka run` as a whole: the launcher, mongod and npm are real; the hub is a stand-in."""

import json
import os
import signal
import socket
import urllib.request
from pathlib import Path

import psutil
import pytest

from hub.launch.leftovers import session_of
from hub.launch.ports import free_port
from tests.launch.checkout import Checkout, read_until
from tests.launch.test_processes import runs, wait_for

pytestmark = pytest.mark.integration

UP = "Logs "


def ask(checkout: Checkout, path: str = "/health/ready") -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{checkout.port}{path}", timeout=5) as answer:
        body = json.load(answer)
    data = body.get("data", body)
    assert isinstance(data, dict)
    return data


def children_of(checkout: Checkout) -> dict[str, int]:
    return {file.stem: json.loads(file.read_text())["pid"] for file in checkout.layout.run.glob("*.json")}


def test_it_comes_up_says_so_and_ends_everything_when_told(fresh_checkout: Checkout) -> None:
    checkout = fresh_checkout
    linka = checkout.run()
    seen = read_until(linka, UP)
    assert "✓ The widget, built" in seen or "ok The widget, built" in seen
    assert f"http://localhost:{checkout.port}/panel/" in seen
    assert "embedded, at 127.0.0.1:" in seen
    assert "customers are served by humans" in seen
    children = children_of(checkout)
    assert set(children) == {"hub", "mongod"}

    linka.send_signal(signal.SIGINT)
    rest, _ = linka.communicate(timeout=15)
    assert "Everything has stopped" in rest
    assert "Traceback" not in seen + rest
    assert linka.returncode == 0
    assert not any(runs(pid) for pid in children.values())
    assert children_of(checkout) == {}


def test_the_second_start_builds_nothing_and_keeps_the_secret(checkout: Checkout) -> None:
    linka = checkout.run()
    read_until(linka, UP)
    first = ask(checkout, "/environment")
    checkout.end()
    linka = checkout.run()
    seen = read_until(linka, UP)
    second = ask(checkout, "/environment")
    assert "built" not in seen
    assert first["LINKA_SERVICE_TOKEN"] == second["LINKA_SERVICE_TOKEN"]
    assert str(first["LINKA_MONGODB_URI"]).startswith("mongodb://127.0.0.1:")
    assert first["LINKA_RASA_URL"] == "off"


def test_a_second_one_at_the_same_time_is_told_of_the_first(checkout: Checkout) -> None:
    linka = checkout.run()
    read_until(linka, UP)
    second = checkout.run()
    said, _ = second.communicate(timeout=20)
    assert second.returncode == 3
    assert len(said.splitlines()) == 1
    assert f"Linka already runs here (process {linka.pid}, http://localhost:{checkout.port})" in said


def test_after_it_was_killed_the_next_start_works(checkout: Checkout) -> None:
    linka = checkout.run()
    read_until(linka, UP)
    orphans = children_of(checkout)
    linka.kill()
    linka.wait()
    again = checkout.run()
    seen = read_until(again, UP)
    assert "Traceback" not in seen
    assert not any(runs(pid) for pid in orphans.values())
    assert set(children_of(checkout)) == set(orphans)


def test_a_hub_that_is_killed_is_back_at_once(checkout: Checkout) -> None:
    linka = checkout.run()
    read_until(linka, UP)
    killed = int(str(ask(checkout)["pid"]))
    os.kill(killed, signal.SIGKILL)
    read_until(linka, "hub stopped (killed by SIGKILL), starting it again in 0.2 s")

    def is_back() -> bool:
        try:
            return ask(checkout)["pid"] != killed
        except OSError:
            return False

    wait_for(is_back)


def test_a_hub_that_cannot_start_is_said_in_one_line(checkout: Checkout) -> None:
    linka = checkout.run(STAND_IN_HUB="broken")
    said, _ = linka.communicate(timeout=30)
    assert linka.returncode == 1
    assert "hub did not start (exit code 1): the stand-in hub is broken. See" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert children_of(checkout) == {}


def test_a_busy_port_is_said_before_anything_is_built(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", checkout.port)):
        linka = checkout.run()
        said, _ = linka.communicate(timeout=20)
    assert linka.returncode == 1
    (line,) = said.splitlines()
    assert f"Port {checkout.port} (hub) is in use by" in line
    assert "set LINKA_PORT to a free port" in line


def test_a_data_folder_that_cannot_be_written_is_said(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    linka = checkout.run(LINKA_DATA=str(tmp_path / "file" / "data"))
    said, _ = linka.communicate(timeout=20)
    assert linka.returncode == 1
    (line,) = said.splitlines()
    assert "Cannot write to" in line
    assert "set LINKA_DATA to a folder of yours" in line


def test_wrong_settings_are_said_without_a_traceback(checkout: Checkout) -> None:
    linka = checkout.run(LINKA_PORT="abc", LINKA_DEMO="perhaps")
    said, _ = linka.communicate(timeout=20)
    assert linka.returncode == 2
    assert [line.split()[1] for line in said.splitlines()] == ["LINKA_PORT:", "LINKA_DEMO:"]


def test_without_python_310_it_runs_with_humans_only(checkout: Checkout) -> None:
    nlu = checkout.root / "nlu"
    nlu.mkdir()
    (nlu / "requirements.lock").touch()
    ports = {name: str(free_port()) for name in ("LINKA_RASA_PORT", "LINKA_ACTIONS_PORT")}
    linka = checkout.run(LINKA_RASA_URL="", LINKA_PYTHON310="/bin/true", **ports)
    seen = read_until(linka, "bot: off")
    assert "bot: loading" in seen
    assert "Linka runs with humans only" in seen
    assert "LINKA_PYTHON310 names no Python 3.10" in seen
    assert ask(checkout)["nlu"] == "loading"


def test_ctrl_c_while_it_builds_ends_the_build(fresh_checkout: Checkout) -> None:
    checkout = fresh_checkout
    package = checkout.layout.widget / "package.json"
    package.write_text(package.read_text().replace("mkdir -p dist", "touch building && sleep 300"))
    linka = checkout.run()
    building = checkout.layout.widget / "building"
    wait_for(building.exists)
    (npm,) = children_of(checkout).values()
    family = session_of(npm)
    linka.send_signal(signal.SIGINT)
    said, _ = linka.communicate(timeout=20)
    assert linka.returncode == 130
    assert "Traceback" not in said
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_no_secret_is_logged_or_in_an_argument(checkout: Checkout) -> None:
    linka = checkout.run(LINKA_SERVICE_TOKEN="swordfish")
    read_until(linka, UP)
    arguments = [" ".join(psutil.Process(pid).cmdline()) for pid in children_of(checkout).values()]
    assert not [line for line in arguments if "swordfish" in line]
    assert not [log for log in checkout.layout.logs.iterdir() if "swordfish" in log.read_text()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_ways_of_telling_it_to_stop_do_as_well(checkout: Checkout, number: signal.Signals) -> None:
    linka = checkout.run()
    read_until(linka, UP)
    linka.send_signal(number)
    linka.communicate(timeout=15)
    assert linka.returncode == 0
    assert children_of(checkout) == {}
