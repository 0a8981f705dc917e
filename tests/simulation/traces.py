"""What real clients would have lived through: lives of the simulation's clients, for the shipped ones to replay.

``python -m tests.simulation.traces`` looks for the liveliest lives and writes them beside the tests of the widget and
the panel. A step is ``[what, …]``; ``c`` is the place of a conversation in the trace:

==========================  ==========================================================================================
``on``, ``off``             the connection came about, was lost
``news c [seqs] known``     an event brought these entries, or told that ``known`` exists
``page c upto``             an answer to a read: whatever there was, up to this seq
``write c id``              the person wrote
``send c id``               the client sent it
``yes c id seq``            it was acknowledged with its place
``later c id``              there was no answer, or one that said "not now"
``no c id code``            it was refused for good
==========================  ==========================================================================================

The timelines are in the trace as the client saw them in the end: for each seq the client_id if it is one's own, and the
words. Traces hold no wire format, so they stay true when it changes.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.clients import outbox as box
from tests.clients.client import Client, Screen
from tests.clients.sides import News
from tests.clients.transport import Connection, Data
from tests.simulation import many
from tests.simulation.bugs import BUGS
from tests.simulation.living import run
from tests.simulation.people import Person
from tests.simulation.world import Cast, World

ROOT = many.ROOT
PLACES = {
    "widget": ROOT / "webchat-widget" / "tests" / "traces.json",
    "panel": ROOT / "hub" / "panel" / "src" / "conversation" / "traces.json",
}
SEEDS = range(3_000_000, 3_000_250)
DEAF_SEEDS = range(
    4_000_000, 4_000_060
)  # where hubs hear of each other by digests only, so that those matter
TRACES = 24  # for each of both, and
DEAF_TRACES = 8
MOST_STEPS = 220
WORDS = {"message.send", "note.add"}


class Recorded(Client):
    """The reference client, with a record of what came and went."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self.steps: list[list[Any]] = []
        self._reading = self._answering = False
        super().__init__(*args, **named)
        for item in box.waiting(self.outbox):
            self._record("write", item.conversation_id, item.client_id, item.event)

    def _record(self, what: str, *about: Any) -> None:
        self.steps.append([what, *about])

    def write(self, conversation_id: str, event: str, text: str = "", **data: Any) -> str:
        client_id = super().write(conversation_id, event, text, **data)
        self._record("write", conversation_id, client_id, event)
        return client_id

    async def _live(self, connection: Connection, lost: Any) -> bool:
        self._record("on")
        try:
            return await super()._live(connection, lost)
        finally:
            self._record("off")

    def _take(self, screen: Screen, news: News) -> None:
        seqs = [entry["seq"] for entry in news.entries]
        if self._reading:
            self._record("page", news.conversation_id, max([news.known, *seqs]))
        elif not self._answering:
            self._record("news", news.conversation_id, seqs, news.known)
        self._reading = False
        super()._take(screen, news)

    async def _reply(self, connection: Connection, *about: Any) -> Data | None:
        reply = await super()._reply(connection, *about)
        self._reading = reply is not None  # what is taken next, at once, is this
        return reply

    async def _ship(self, connection: Connection, item: box.Item) -> None:
        if item.event in WORDS:
            self._record("send", item.conversation_id, item.client_id)
        await super()._ship(connection, item)

    def _answered(self, item: box.Item, answer: Data | None, asked_at: float) -> None:
        if item.event in WORDS:
            about = (item.conversation_id, item.client_id)
            if answer is not None and answer["ok"]:
                self._record("yes", *about, answer["data"]["entry"]["seq"])
            elif answer is None or answer["error"]["retryable"]:
                self._record("later", *about)
            else:
                self._record("no", *about, answer["error"]["code"])
        elif answer is not None and answer["ok"]:
            self._record("news", item.conversation_id, [answer["data"]["entry"]["seq"]], 0)
        self._answering = True
        super()._answered(item, answer, asked_at)
        self._answering = False


class Recording(Cast):
    """Everything as ever, but recorded."""

    client = Recorded


def trace_of(world: World, person: Person) -> dict[str, Any] | None:
    """The last life of a person's client; None if it was too quiet, too long, or lost sight of a conversation."""
    client = person.client
    assert isinstance(client, Recorded)
    places = {conversation_id: place for place, conversation_id in enumerate(client.log.openings)}
    if set(places) != set(client.screens) or any(times > 1 for times in client.log.openings.values()):
        return None
    names: dict[str, str] = {}
    steps = []
    for what, *about in client.steps:
        if what in ("on", "off"):
            steps.append([what])
            continue
        conversation_id, *rest = about
        if conversation_id not in places or (what == "write" and rest[1] not in WORDS):
            continue
        if what in ("write", "send", "yes", "later", "no"):
            rest[0] = names.setdefault(rest[0], f"w{len(names) + 1}")
        steps.append([what, places[conversation_id], *rest])
    timelines: list[list[list[str | None]]] = [[] for _ in places]
    for shown in client.log.shown:
        client_id = names.get(shown.client_id) if shown.client_id else None
        timelines[places[shown.conversation_id]].append([client_id, shown.text or shown.kind])
    if len(steps) > MOST_STEPS or sum(len(timeline) for timeline in timelines) < 5:
        return None
    return {"seed": world.seed, "who": person.name, "timelines": timelines, "steps": steps}


def liveliness(trace: dict[str, Any]) -> int:
    """Traces with losses, gaps, repeats and refusals come first."""
    last: dict[int, int] = {}
    score = 0
    for what, *about in trace["steps"]:
        if what == "news":
            place, seqs, known = about
            for seq in seqs:
                score += 3 if seq > last.get(place, 0) + 1 else 2 if seq <= last.get(place, 0) else 0
                last[place] = max(seq, last.get(place, 0))
            score += 6 if known > last.get(place, 0) else 0
        elif what == "page":
            last[about[0]] = max(about[1], last.get(about[0], 0))
        score += {"off": 4, "later": 3, "no": 1}.get(what, 0)
    return score


class Deaf(Recording, BUGS["deaf feed"]):  # type: ignore[misc]
    """The digest has to tell everything that another hub has stored."""


def collect() -> dict[str, list[dict[str, Any]]]:
    """The liveliest lives of each kind."""
    found: dict[str, list[dict[str, Any]]] = {"widget": [], "panel": []}
    for cast, seeds, most in ((Recording(), SEEDS, TRACES), (Deaf(), DEAF_SEEDS, DEAF_TRACES)):
        lives: dict[str, list[dict[str, Any]]] = {"widget": [], "panel": []}
        for seed in seeds:
            world = run(seed, cast)
            bad = [each for each in world.violations if not each.startswith("news travel by themselves")]
            assert not bad, (seed, bad)
            for kind, people in (("widget", world.customers), ("panel", world.workers)):
                lives[kind] += [trace for trace in (trace_of(world, each) for each in people) if trace]
        for kind, traces in lives.items():
            traces.sort(key=lambda trace: (-liveliness(trace), trace["seed"], trace["who"]))
            found[kind] += traces[:most]
    return found


def main() -> None:
    """Write the traces, one a line."""
    if not many.fixed():
        os.environ |= many.FIXED
        os.execv(sys.executable, [sys.executable, "-m", "tests.simulation.traces"])
    for kind, traces in collect().items():
        lines = ",\n".join(json.dumps(trace, separators=(",", ":")) for trace in traces)
        Path(PLACES[kind]).write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
