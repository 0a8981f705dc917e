"""Proof that nothing is acknowledged before it is on disk: ``python -m tests.proof.journaling [--write]``.

A real mongod and a hub run under strace. Customers send messages, each with its operator watching. For every message
the journal must have been written with it and synced (fdatasync) before the hub sends anything about it to anybody:
neither the acknowledgement nor the event on the operator's screen. Two hubs that break the promise on purpose are then
judged by the same rule, and must be found out.

``--write`` puts what was seen into ``docs/reliability.md``. Exit code 1: something was early, or it was not to be seen.
"""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

from benchmarks.load import Side
from benchmarks.people import hub_pairs
from benchmarks.results import Table, put
from benchmarks.stack import ROOT, running_hub
from tests.mongod import running_mongod
from tests.proof.traces import SYNCS, Call, Judged, NoEvidence, judged, read_call
from tests.realtime.house import Client

PAIRS = 8
EACH = 25  # messages that a customer sends, one after the other
DATABASE = "proof"
LONGEST_DATA = 1 << 20  # bytes of a call that are kept in the trace
WRITTEN_WITHIN = 20.0  # seconds that the tracer may take to finish its files
PAGE = ROOT / "docs" / "reliability.md"

# What is judged, and what must be found out.
HONEST: tuple[str, ...] = ("hub",)
PLANTED = {
    "acknowledged when handed to the journal": ("tests.proof.planted", "early"),
    "written without `j: true`": ("tests.proof.planted", "unjournaled"),
}


def tracer(folder: Path, name: str, calls: Sequence[str]) -> list[str]:
    """A command that runs another one and notes these calls of all its threads.

    Ends this program if that is not possible here.
    """
    program = shutil.which("strace")
    if program is None:
        sys.exit("strace is not installed: `linka prepare --for-tests` installs it")
    trial = [program, "-qq", "-e", "trace=none", "true"]
    tried = subprocess.run(trial, capture_output=True, text=True, check=False)
    if tried.returncode:
        sys.exit(f"strace may not trace here (ptrace is not allowed?): {tried.stderr.strip()}")
    folder.mkdir()
    return [
        # -D: what is run stays our child, so that it can be ended as always.
        *(program, "-D", "-q", "-ff", "-ttt", "-T", "-yy", "--seccomp-bpf", "-s", str(LONGEST_DATA)),
        *("-e", f"trace={','.join(calls)}", "-e", "signal=none", "-o", str(folder / name)),
    ]


def traced(folder: Path, ended: int) -> Iterator[Call]:
    """All calls, once the tracer has written the end of the process ``ended``."""
    deadline = time.monotonic() + WRITTEN_WITHIN
    while not any(
        path.read_text(errors="replace").rstrip().rpartition("\n")[2].find("+++") >= 0
        for path in folder.glob(f"*.{ended}")
    ):
        if time.monotonic() > deadline:
            raise NoEvidence("the tracer did not finish")
        time.sleep(0.1)
    for path in folder.iterdir():
        with path.open(errors="replace") as lines:
            for line in lines:
                call = read_call(line)
                if call is not None:
                    yield call


async def converse(port: int, pairs: Sequence[tuple[Side, Side]]) -> list[str]:
    """Everybody writes; the keys of the messages that were acknowledged and came onto the operator's screen."""
    url = f"http://127.0.0.1:{port}"
    done = await asyncio.gather(*(_one_pair(url, *pair) for pair in pairs))
    return [client_id for keys in done for client_id in keys]


async def _one_pair(url: str, customer_side: Side, operator_side: Side) -> list[str]:
    customer, operator = await _joined(url, customer_side), await _joined(url, operator_side)
    try:
        keys = []
        for _ in range(EACH):
            client_id = str(uuid4())
            # The operator learns no client_id of the customer's: the text carries it there.
            await customer.ask("message.send", {"client_id": client_id, "text": f"about {client_id}"})
            await operator.until(
                lambda event, data, text=client_id: event == "timeline.appended" and text in str(data)  # type: ignore[misc]
            )
            keys.append(client_id)
        return keys
    finally:
        await customer.close()
        await operator.close()


async def _joined(url: str, side: Side) -> Client:
    client = Client(side["namespace"])
    await client.connect(url, side["auth"], side["headers"])
    for event, data in side["opening"]:
        await client.ask(event, data)
    return client


def run(module: Sequence[str]) -> tuple[list[Judged], int]:
    """One mongod and one hub; what became of each message, and how often the journal was synced meanwhile."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "data").mkdir()
        of_mongod = tracer(folder / "mongod", "trace", ("pwrite64", *SYNCS))
        of_hub = tracer(folder / "hub", "trace", ("write", "writev", "sendto", "sendmsg"))
        # Without compression, so that a message can be recognised on its way into the journal.
        plain = ("--wiredTigerJournalCompressor", "none")
        with running_mongod(folder / "data", of_mongod, plain) as (uri, _, mongod):
            pairs = asyncio.run(hub_pairs(uri, DATABASE, PAIRS))
            with running_hub(uri, DATABASE, "motor", under=of_hub, module=module) as hub:
                began = time.time()
                keys = asyncio.run(converse(hub.port, pairs))
                ended = time.time()
                pid, port = hub.process.pid, hub.port
        journal = list(traced(folder / "mongod", mongod.pid))
        ours = f"TCP:[127.0.0.1:{port}->"
        sent = [call for call in traced(folder / "hub", pid) if call.about.startswith(ours)]
        syncs = [call for call in journal if call.name in SYNCS and began <= call.began <= ended]
        return judged(journal, sent, keys), len(syncs)


def row(name: str, seen: Sequence[Judged], syncs: int) -> tuple[str, ...]:
    """A line of the table. A negative gap is an early one."""
    gaps = [1_000 * (one.told - one.durable) for one in seen]
    early = sum(one.early for one in seen)
    return name, f"{len(seen):,}", f"{syncs:,}", f"{early:,}", f"{min(gaps):.2f} ms", f"{median(gaps):.2f} ms"


def main(write: bool) -> int:
    """Judge the hub, then those that must be found out."""
    failures = []
    columns = ("hub", "messages", "fdatasync", "told before it returned", "smallest gap", "median gap")
    rows = []
    for name, module in {"as it is": HONEST, **PLANTED}.items():
        try:
            seen, syncs = run(module)
        except NoEvidence as failure:
            failures.append(f"{name}: {failure}")
            continue
        rows.append(row(name, seen, syncs))
        early = any(one.early for one in seen)
        if early and module is HONEST:
            failures.append("something was told before it was on disk")
        if not early and module is not HONEST:
            failures.append(f"a hub that breaks the promise was not found out: {name}")
        if not seen:
            failures.append(f"{name}: nothing was acknowledged")
    table = Table(columns, rows)
    print(table.markdown())
    for failure in failures:
        print(f"FAILED: {failure}")
    if not failures:
        print("Nothing was told before it was on disk, and both planted hubs were found out.")
    if write and not failures:
        put("journaling", [table], page=PAGE)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv[1:]))
