"""Child processes: on a leash, ended politely or not, started again, and found by a later start."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from hub.launch import leftovers
from hub.launch.children import Children, Tier
from hub.launch.errors import ExitCode, LaunchError
from hub.launch.layout import Layout
from hub.launch.logs import put_aside
from hub.launch.processes import Child, Program, describe_exit, last_words, open_log, run_command
from hub.launch.terminal import Terminal

pytestmark = pytest.mark.integration

SLEEP = "import time; print('up', flush=True); time.sleep(300)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEP
WITH_CHILD = (
    "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)']);"
    "print(p.pid, flush=True); time.sleep(300)"
)


def program(layout: Layout, code: str, name: str = "child") -> Program:
    return Program(
        name=name,
        argv=(sys.executable, "-c", code),
        cwd=layout.root,
        env=dict(os.environ),
        log=layout.logs / f"{name}.log",
        run_folder=layout.run,
    )


async def logged(log: Path, lines: int = 1) -> list[str]:
    """The lines of a log once it has so many."""
    while True:
        seen = log.read_text().splitlines() if log.exists() else []
        if len(seen) >= lines:
            return seen
        await asyncio.sleep(0.01)


def wait_for(true: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def terminal() -> Terminal:
    return Terminal(io.StringIO(), io.StringIO())


async def test_a_child_has_a_session_and_a_process_file_of_its_own(layout: Layout) -> None:
    child = await Child.start(program(layout, SLEEP))
    try:
        assert os.getsid(child.pid) == child.pid
        assert json.loads((layout.run / "child.json").read_text())["pid"] == child.pid
    finally:
        assert await child.stop(5)
    assert child.returncode == -signal.SIGTERM
    assert not (layout.run / "child.json").exists()


async def test_a_child_that_will_not_end_is_killed(layout: Layout) -> None:
    child = await Child.start(program(layout, STUBBORN))
    await logged(layout.logs / "child.log")
    assert not await child.stop(0.2)
    assert child.returncode == -signal.SIGKILL


async def test_what_a_child_started_ends_with_it(layout: Layout) -> None:
    child = await Child.start(program(layout, WITH_CHILD))
    (grandchild,) = await logged(layout.logs / "child.log")
    await child.stop(5)
    wait_for(lambda: not runs(int(grandchild)))


async def test_a_program_that_is_not_there_says_so(layout: Layout) -> None:
    missing = Program(
        "missing", ("/no/such/program",), layout.root, {}, layout.logs / "missing.log", layout.run
    )
    with pytest.raises(LaunchError, match="Cannot start /no/such/program: No such file"):
        await run_command(missing, failure="It failed")


async def test_a_command_that_fails_is_told_with_its_last_words_and_log(layout: Layout) -> None:
    log = layout.logs / "child.log"
    log.write_text("an older failure\n")
    with pytest.raises(LaunchError) as failure:
        await run_command(program(layout, "import sys; sys.exit('disk full')"), failure="Building failed")
    assert str(failure.value) == f"Building failed: disk full. The whole story is in {log}"
    with pytest.raises(LaunchError, match="Building failed: exit code 3"):
        await run_command(program(layout, "raise SystemExit(3)"), failure="Building failed")


async def test_a_command_that_is_cancelled_ends(layout: Layout) -> None:
    task = asyncio.create_task(run_command(program(layout, WITH_CHILD), failure="Building failed"))
    (grandchild,) = await logged(layout.logs / "child.log")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    wait_for(lambda: not runs(int(grandchild)))


@pytest.mark.skipif(sys.platform != "linux", reason="the leash is the Linux kernel's")
def test_children_end_when_their_parent_is_killed(layout: Layout) -> None:
    code = f"""
import asyncio, os, sys
from pathlib import Path
from hub.launch.processes import Child, Program
async def main():
    child = await Child.start(Program("c", (sys.executable, "-c", {SLEEP!r}), Path("/"), dict(os.environ),
                              Path({str(layout.logs / "c.log")!r}), Path({str(layout.run)!r})))
    print(child.pid, flush=True)
    await asyncio.sleep(300)
asyncio.run(main())
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
        assert runs(pid)
        parent.kill()
        parent.wait()
        wait_for(lambda: not runs(pid))


async def test_a_child_that_ends_is_started_again_and_said(layout: Layout) -> None:
    said = io.StringIO()
    children = Children(Terminal(io.StringIO(), said))
    await children.start(program(layout, "import os; print(os.getpid(), flush=True); os._exit(7)"), Tier.HUB)
    first, second, *_ = await logged(layout.logs / "child.log", 2)
    await children.stop()
    assert first != second
    assert "child stopped (exit code 7), starting it again in 0.2 s" in said.getvalue()


async def test_the_pause_before_starting_again_grows(layout: Layout) -> None:
    said = io.StringIO()
    children = Children(Terminal(io.StringIO(), said))
    await children.start(program(layout, "print('up', flush=True)"), Tier.HUB)
    await logged(layout.logs / "child.log", 3)
    await children.stop()
    assert "again in 0.2 s" in said.getvalue()
    assert "again in 0.4 s" in said.getvalue()


async def test_tiers_end_from_the_last_to_the_first(layout: Layout, terminal: Terminal) -> None:
    log = layout.logs / "order"
    code = (
        "import signal, sys, time\n"
        f"def end(*_):\n    print('ended', sys.argv[1], file=open({str(log)!r}, 'a')); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\nprint('up', flush=True)\ntime.sleep(300)"
    )
    children = Children(terminal)
    for tier in Tier:
        base = program(layout, code, tier.name)
        await children.start(
            Program(base.name, (*base.argv, tier.name), base.cwd, base.env, base.log, base.run_folder), tier
        )
        await logged(layout.logs / f"{tier.name}.log")
    await children.stop()
    assert log.read_text().split() == ["ended", "AROUND_HUB", "ended", "HUB", "ended", "DATABASE"]


async def test_a_child_that_ends_before_it_is_ready_is_not_started_again(
    layout: Layout, terminal: Terminal
) -> None:
    children = Children(terminal)
    with pytest.raises(LaunchError, match=r"child did not start \(exit code 1\): no luck\. See .*child\.log"):
        await children.start(
            program(layout, "import sys; sys.exit('no luck')"),
            Tier.HUB,
            ready=asyncio.Event().wait(),
            within=20,
        )
    await children.stop()
    assert (layout.logs / "child.log").read_text() == "no luck\n"


async def test_a_child_that_is_never_ready_is_said(layout: Layout, terminal: Terminal) -> None:
    children = Children(terminal)
    with pytest.raises(LaunchError, match=r"no answer in 0\.1 s"):
        await children.start(program(layout, SLEEP), Tier.HUB, ready=asyncio.Event().wait(), within=0.1)
    await children.stop()


@pytest.fixture
def orphan() -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own that nobody looks after."""
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_CHILD], start_new_session=True, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    if leftovers.session_of(process.pid):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_a_leftover_is_ended_with_all_it_started(
    layout: Layout, terminal: Terminal, orphan: subprocess.Popen[bytes]
) -> None:
    file = leftovers.remember(layout.run, "hub", orphan.pid)
    family = leftovers.session_of(orphan.pid)
    assert len(family) == 2
    leftovers.end_leftovers(layout.run, terminal)
    wait_for(lambda: not any(runs(process.pid) for process in family))
    assert not file.exists()
    orphan.wait()


def test_a_stranger_with_the_same_id_is_left_alone(
    layout: Layout, terminal: Terminal, orphan: subprocess.Popen[bytes]
) -> None:
    file = leftovers.remember(layout.run, "hub", orphan.pid)
    kept = json.loads(file.read_text())
    file.write_text(json.dumps(kept | {"started": kept["started"] - 60}))
    leftovers.end_leftovers(layout.run, terminal)
    assert runs(orphan.pid)
    assert not file.exists()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"pid": "x", "started": 1}', '{"pid": 999999999, "started": 1}']
)
def test_a_process_file_that_says_nothing_is_removed(
    layout: Layout, terminal: Terminal, content: str
) -> None:
    (layout.run / "hub.json").write_text(content)
    leftovers.end_leftovers(layout.run, terminal)
    assert list(layout.run.glob("*.json")) == []


def test_a_folder_is_run_by_one_at_a_time(layout: Layout) -> None:
    one, other = leftovers.RunLock(layout.run), leftovers.RunLock(layout.run)
    one.acquire("http://localhost:8700")
    with pytest.raises(
        LaunchError, match=rf"already runs here \(process {os.getpid()}, http://localhost:8700\)"
    ) as no:
        other.acquire("x")
    assert no.value.exit_code is ExitCode.ALREADY_RUNNING
    one.release()
    other.acquire("x")
    other.release()


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.launch.logs.LARGEST_BYTES", 10)
    log = tmp_path / "hub.log"
    with open_log(log) as writer:
        writer.write(b"older than now\n")
        writer.flush()
        put_aside(log)
        writer.write(b"new\n")
    assert log.read_text() == "new\n"
    assert (tmp_path / "hub.log.1").read_text() == "older than now\n"


def test_last_words_pass_over_rules_and_empty_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("first\nthe reason.\n-----\n   ^^^^\n\n")
    assert last_words(log) == "the reason"
    log.write_text("Error: no such module\n    at build (error-handler.js:1)\n  errors: [Getter]\n}\n")
    assert last_words(log) == "Error: no such module"
    log.write_text("npm error code EUSAGE\nnpm error\nnpm error Run the other\nnpm error A complete log: x\n")
    assert last_words(log) == "code EUSAGE Run the other"
    assert last_words(tmp_path / "none") == ""


def test_exits_are_told_in_words() -> None:
    assert describe_exit(3) == "exit code 3"
    assert describe_exit(-9) == "killed by SIGKILL"
