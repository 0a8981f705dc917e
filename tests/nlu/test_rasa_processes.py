"""Rasa as the launcher starts it: obeys nobody without its token, and two of it are as good as one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import aiohttp
import psutil
import pytest
import pytest_asyncio

from hub.bot_answer import BotTurn
from hub.launch.ports import free_port
from hub.launch.processes import Child
from hub.nlu import NluState, Rasa
from hub.nlu.door import Door, Unusable
from hub.nlu.routing import ranked
from tests.nlu.bot import RASA_TOKEN, STOP_WITHIN, Bot, Programs, Setup, answering

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

READY_WITHIN = 20.0  # seconds


@pytest_asyncio.fixture(loop_scope="session")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("token", [None, "", "wrong", RASA_TOKEN + " "])
async def test_nobody_loads_a_model_or_reads_a_dialogue_without_the_token(
    setup: Setup, session: aiohttp.ClientSession, token: str | None
) -> None:
    given = {} if token is None else {"token": token}
    door = Door(setup.url, RASA_TOKEN, session)
    for method, path in (
        ("PUT", "/model"),
        ("DELETE", "/model"),
        ("POST", "/model/train"),
        ("POST", "/model/parse"),
        ("GET", "/status"),
        ("GET", "/domain"),
        ("GET", "/conversations/anybody/tracker"),
        ("POST", "/conversations/anybody/tracker/events"),
    ):
        body = {"model_server": {"url": "http://127.0.0.1:1/model"}, "text": "x", "event": "restart"}
        async with session.request(method, setup.url + path, params=given, json=body) as response:
            assert response.status == 401, (method, path)
    assert await door.has_model()
    with pytest.raises(Unusable, match="401"):
        await Door(setup.url, token, session).has_model()


@pytest.mark.usefixtures("bot")
async def test_the_token_does_not_show_and_nobody_else_reaches_the_port(
    setup: Setup, programs: Programs
) -> None:
    process = psutil.Process(programs.pid("rasa"))
    assert RASA_TOKEN not in " ".join(process.cmdline())
    port = setup.rasa.settings.rasa_port
    listening = [c.laddr for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert [(laddr.ip, laddr.port) for laddr in listening] == [("127.0.0.1", port)]


@pytest.mark.usefixtures("doors", "bot")
async def test_a_turn_is_in_the_dialogue_when_it_is_over(
    setup: Setup, session: aiohttp.ClientSession, sender: str
) -> None:
    """By this the hub knows whether a turn whose connection broke has happened."""
    door = Door(setup.url, RASA_TOKEN, session)
    assert not await door.has_heard(sender, "first")
    await door.ask(turn(sender, "what tariffs do you have", "first"))
    assert await door.has_heard(sender, "first")
    assert not await door.has_heard(sender, "second")


def turn(sender: str, text: str, message_id: str) -> dict[str, object]:
    metadata = {"message_id": message_id, "language": "en", "channel": "webchat"}
    return {"sender": sender, "message": text, "metadata": metadata}


@pytest_asyncio.fixture(loop_scope="session")
async def second(setup: Setup, bot: Bot, model: Path) -> AsyncIterator[tuple[Child, str]]:
    """Another Rasa over the same dialogues, and where it answers."""
    settings = setup.rasa.settings.model_copy(update={"rasa_port": free_port()})
    other = replace(setup, rasa=replace(setup.rasa, settings=settings))
    program = replace(other.server(model), name="rasa-2", log=setup.folder / "rasa-2.log")
    child = await Child.start(program)
    try:
        await answering(child, f"{other.url}/status")
        yield child, other.url
    finally:
        await child.stop(STOP_WITHIN)


@pytest.mark.usefixtures("doors")
async def test_when_one_is_killed_the_other_goes_on_with_its_dialogues(
    setup: Setup, second: tuple[Child, str], session: aiohttp.ClientSession
) -> None:
    child, url = second
    rasa = Rasa((setup.url, url), RASA_TOKEN, session)
    watching = asyncio.create_task(rasa.watch())
    try:
        async with asyncio.timeout(READY_WITHIN):
            while not all(process.state is NluState.READY for process in rasa.processes.values()):
                await asyncio.sleep(0.05)
        senders = [
            sender
            for sender in (f"{uuid4()}:1" for _ in range(60))
            if ranked((setup.url, url), sender)[0] == url
        ]
        kept, *others = senders[:9]

        async def says(sender: str, text: str, message_id: str = "") -> BotTurn:
            metadata = {"message_id": message_id or str(uuid4()), "language": "en", "channel": "webchat"}
            return await rasa.turn(sender, text, is_payload=False, metadata=metadata)

        await says(kept, "what is the status of my order please", "before")
        under_way = [asyncio.create_task(says(sender, "what tariffs do you have")) for sender in others]
        await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        child.kill()
        answers = await asyncio.gather(*under_way)
        assert all("Optik 500" in text for answer in answers for text, _ in answer.messages[:1])
        assert rasa.state is NluState.READY
        await says(kept, "thank you", "after")
        dialogue = Door(setup.url, RASA_TOKEN, session)
        assert await dialogue.has_heard(kept, "before")
        assert await dialogue.has_heard(kept, "after")
    finally:
        watching.cancel()
        await asyncio.wait([watching])
