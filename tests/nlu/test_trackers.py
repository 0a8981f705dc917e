"""The bot's dialogues: bounded, shared by several Rasa processes, and not forgotten when one of them dies."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
import pytest_asyncio
from components.tail import TURNS_KEPT

from hub.launch.ports import free_port
from hub.launch.processes import Child
from tests.nlu.bot import API, Bot, Programs, Setup, answering
from tests.nlu.doors import Doors, Mood

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

DAY = 24 * 3600.0
QUESTIONS = ("kdy máte otevřeno", "jak se máte", "nejde mi wifi", "kde najdu fakturu", "jste robot", "děkuji")
AT_ONCE = 6


@dataclass
class Second:
    """Another Rasa process on the dialogues of the first."""

    setup: Setup
    model: Path
    bot: Bot
    child: Child

    async def start(self) -> None:
        """Returns when it answers."""
        program = replace(self.setup.server(self.model), name="second", log=self.setup.folder / "second.log")
        self.child = await Child.start(program)
        await answering(self.child, f"{self.setup.url}/status")

    async def kill(self) -> None:
        """At once, whatever it does."""
        self.child.kill()
        await self.child.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def second(setup: Setup, model: Path, programs: Programs) -> AsyncIterator[Second]:
    """Started after the first; two old dialogues were in the file by then."""
    _put(setup, "a month old", time.time() - 31 * DAY)
    _put(setup, "a week old", time.time() - 7 * DAY)
    settings = setup.rasa.settings.model_copy(update={"rasa_port": free_port()})
    other = Setup(replace(setup.rasa, settings=settings), setup.folder, setup.hub_url)
    async with aiohttp.ClientSession() as session:
        second = Second(other, model, Bot(session, other.url), child=None)  # type: ignore[arg-type]
        await second.start()
        try:
            yield second
        finally:
            await second.kill()


def _kept(setup: Setup, sender: str) -> list[dict[str, Any]]:
    """The events of a dialogue as they lie in the file; none if it is not there."""
    with closing(sqlite3.connect(setup.folder / "trackers.db")) as rows:
        row = rows.execute("SELECT events FROM dialogues WHERE sender_id = ?", (sender,)).fetchone()
    events: list[dict[str, Any]] = json.loads(row[0]) if row else []
    return events


def _put(setup: Setup, sender: str, said_at: float) -> None:
    with closing(sqlite3.connect(setup.folder / "trackers.db", isolation_level=None)) as rows:
        rows.execute(
            "INSERT INTO dialogues VALUES (?, ?, ?)", (sender, said_at, '[{"event": "session_started"}]')
        )


def _said(events: list[dict[str, Any]]) -> list[str]:
    return [event["text"] for event in events if event["event"] == "user"]


@pytest.mark.usefixtures("doors")
async def test_a_dialogue_keeps_its_last_turns_and_all_that_is_remembered(
    bot: Bot, setup: Setup, sender: str
) -> None:
    await bot.hears(sender, "what is the status of my order please", "en")
    remembered = await bot.slots(sender)
    assert any(remembered.values())

    sizes = []
    for turn in range(12):
        await bot.hears(sender, QUESTIONS[turn % len(QUESTIONS)])
        sizes.append(len(_kept(setup, sender)))

    assert _said(_kept(setup, sender)) == list(QUESTIONS[-TURNS_KEPT:])
    assert sizes[-1] == sizes[-1 - len(QUESTIONS)]
    assert (await bot.slots(sender)).keys() == remembered.keys()


@pytest.mark.usefixtures("doors")
async def test_processes_take_turns_in_a_dialogue_and_a_killed_one_takes_nothing_along(
    bot: Bot, second: Second, setup: Setup, sender: str
) -> None:
    await bot.hears(sender, "what is the status of my order please", "en")
    remembered = await bot.slots(sender)
    assert await second.bot.slots(sender) == remembered

    await second.bot.hears(sender, "I forgot the number of my order", "en")
    remembered = await second.bot.slots(sender)
    await second.kill()
    assert await bot.slots(sender) == remembered

    await bot.hears(sender, "thanks a lot", "en")
    await second.start()
    await second.bot.hears(sender, "goodbye", "en")
    assert _said(_kept(setup, sender)) == ["I forgot the number of my order", "thanks a lot", "goodbye"]


@pytest.mark.usefixtures("doors")
async def test_a_new_model_leaves_the_dialogues_alone(
    second: Second, setup: Setup, model: Path, sender: str
) -> None:
    await second.bot.hears(sender, "what is the status of my order please", "en")
    remembered = await second.bot.slots(sender)

    async with (
        aiohttp.ClientSession() as session,
        session.put(f"{second.setup.url}/model", json={"model_file": str(model)}, params=API) as response,
    ):
        assert response.status == 204

    assert await second.bot.slots(sender) == remembered
    await second.bot.hears(sender, "thanks a lot", "en")
    assert _said(_kept(setup, sender)) == ["what is the status of my order please", "thanks a lot"]


@pytest.mark.usefixtures("doors")
async def test_words_said_at_once_are_answered_one_after_another_without_a_second_of_waiting(
    bot: Bot, sender: str
) -> None:
    began = time.monotonic()
    for _ in range(AT_ONCE):
        await bot.hears(f"{sender}-alone", QUESTIONS[0])
    one_by_one = time.monotonic() - began

    began = time.monotonic()
    heard = await asyncio.gather(*(bot.hears(sender, QUESTIONS[0]) for _ in range(AT_ONCE)))
    at_once = time.monotonic() - began

    assert all(one.understood["intent"] == "ask_opening_hours" for one in heard)
    assert at_once < one_by_one + (AT_ONCE - 1) / 2  # Rasa's own lock needs a second for each that waits


@pytest.mark.usefixtures("doors")
async def test_words_said_at_once_to_two_processes_are_all_kept(
    bot: Bot, second: Second, setup: Setup, sender: str
) -> None:
    first, other, third = QUESTIONS[:TURNS_KEPT]
    await asyncio.gather(bot.hears(sender, first), second.bot.hears(sender, other), bot.hears(sender, third))

    kept = _kept(setup, sender)
    assert sorted(_said(kept)) == sorted([first, other, third])
    begins = [at for at, event in enumerate(kept) if event["event"] == "user"]
    assert all(kept[at - 1]["name"] == "action_listen" for at in begins), "a turn began within another"


async def test_a_process_that_is_killed_in_a_turn_holds_nobody_up(
    bot: Bot, second: Second, doors: Doors, sender: str
) -> None:
    doors.mood = Mood.HANGING
    turn = asyncio.create_task(second.bot.raw(sender, "jaké máte tarify a ceny"))
    while not doors.asked:
        await asyncio.sleep(0.01)
    waiting = asyncio.create_task(bot.hears(sender, QUESTIONS[0]))
    await second.kill()
    doors.mood = Mood.WELL

    assert (await waiting).understood["intent"] == "ask_opening_hours"
    with pytest.raises(aiohttp.ClientError):
        await turn
    await second.start()


@pytest.mark.usefixtures("second")
async def test_what_was_not_touched_for_a_month_is_deleted_at_the_start(setup: Setup) -> None:
    assert _kept(setup, "a month old") == []
    assert _kept(setup, "a week old") != []


@pytest.mark.usefixtures("programs")
async def test_nothing_listens_beyond_this_machine(setup: Setup, second: Second) -> None:
    ports = {
        setup.rasa.settings.rasa_port,
        setup.rasa.settings.actions_port,
        second.setup.rasa.settings.rasa_port,
    }

    listening = {
        (each.laddr.ip, each.laddr.port)
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port in ports
    }

    assert listening == {("127.0.0.1", port) for port in ports}
