"""The whole hub on a free port, with real Socket.IO clients of every kind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import socketio
from aiohttp import web
from pydantic import SecretStr

from hub.app import build_app
from hub.clock import Clock, SystemClock
from hub.http.keys import SUPERVISOR
from hub.nlu import Nlu
from hub.people.sessions import COOKIE, Sessions
from hub.settings import RASA_OFF, Settings
from hub.supervisor import Supervisor
from storage.memory import MemoryStorage
from storage.model.contacts import Inbox
from storage.model.conversation import Channel
from storage.model.people import Operator, Role
from storage.ports import Storage

WITHIN = 8.0  # seconds for anything to happen
SERVICE_TOKEN = "service-token-of-the-tests"
Data = dict[str, Any]

INBOXES = (
    Inbox("demo", "Website", Channel.WEBCHAT, ("https://site.example",)),
    Inbox("telegram", "Telegram", Channel.TELEGRAM),
)
PEOPLE = {
    name: Operator(name, name, name.title(), role, "argon2", teams=teams, capacity=20)
    for name, role, teams in (
        ("anna", Role.OPERATOR, ("support",)),
        ("petr", Role.OPERATOR, ("support",)),
        ("sam", Role.OPERATOR, ("sales",)),
        ("sara", Role.SUPERVISOR, ("support",)),
        ("fay", Role.FAQ_MAINTAINER, ()),
    )
}


def key() -> str:
    """A fresh client_id."""
    return str(uuid4())


class Refused(Exception):
    """A handshake or a request was refused with this error."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.error = error


class Client:
    """One socket and what it heard."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.sio = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Data]] = []
        self.changed = asyncio.Event()
        self.closed = asyncio.Event()
        self.refusal: Any = None
        self.sio.on("*", self._hear, namespace=namespace)
        self.sio.on("disconnect", self._end, namespace=namespace)
        self.sio.on("connect_error", self._refused, namespace=namespace)

    async def _hear(self, event: str, data: Data) -> None:
        self.heard.append((event, data))
        self.changed.set()

    async def _end(self, *_: Any) -> None:
        self.closed.set()

    async def _refused(self, data: Any = None) -> None:
        self.refusal = data

    async def connect(self, url: str, auth: Any = None, headers: dict[str, str] | None = None) -> None:
        """Raises ``Refused``."""
        try:
            await self.sio.connect(
                url,
                auth=auth,
                headers=headers or {},
                namespaces=[self.namespace],
                transports=["websocket"],
                wait_timeout=WITHIN,
            )
        except socketio.exceptions.ConnectionError as failure:
            await self.close()
            raise Refused(self.refusal or str(failure)) from failure

    async def answer(self, event: str, *data: Any) -> Data:
        """The acknowledgement, whatever it is."""
        sent = data[0] if len(data) == 1 else (data or None)
        answer = await self.sio.call(event, sent, namespace=self.namespace, timeout=WITHIN)
        assert isinstance(answer, dict), answer
        assert set(answer) in ({"ok", "data"}, {"ok", "error"}), answer
        return answer

    async def ask(self, event: str, data: Any = None) -> Data:
        """The reply. Raises ``Refused``."""
        answer = await self.answer(event, {} if data is None else data)
        if not answer["ok"]:
            raise Refused(answer["error"])
        reply: Data = answer["data"]
        return reply

    async def until(self, seen: Callable[[str, Data], bool]) -> Data:
        """The first event, heard or to come, that fits."""
        async with asyncio.timeout(WITHIN):
            while True:
                self.changed.clear()
                for event, data in self.heard:
                    if seen(event, data):
                        return data
                await self.changed.wait()

    async def event(self, name: str) -> Data:
        return await self.until(lambda event, _: event == name)

    def events(self, name: str) -> list[Data]:
        return [data for event, data in self.heard if event == name]

    async def close(self) -> None:
        await self.sio.disconnect()
        await self.sio.shutdown()


@dataclass
class House:
    """A running hub."""

    url: str
    storage: Storage
    app: web.Application
    runner: web.AppRunner
    http: aiohttp.ClientSession
    clients: list[Client] = field(default_factory=list)

    @property
    def tasks(self) -> Supervisor:
        return self.app[SUPERVISOR]

    async def visitor(self) -> tuple[str, str]:
        """A new visitor's token and conversation."""
        async with self.http.post(f"{self.url}/widget-api/sessions", json={"inbox_id": "demo"}) as response:
            data = (await response.json())["data"]
            return data["token"], data["conversation_id"]

    async def widget(self, token: str) -> Client:
        return await self._client("/widget", {"token": token})

    async def session(self, name: str) -> str:
        """A log-in's cookie."""
        operator = await self.storage.operators.get(name)
        assert operator is not None
        token, _ = await Sessions(self.storage.operators).open(operator, SystemClock().now())
        return token

    async def panel(self, name: str, token: str | None = None, origin: str | None = None) -> Client:
        token = token or await self.session(name)
        headers = {"Cookie": f"{COOKIE}={token}"} | ({"Origin": origin} if origin else {})
        return await self._client("/operator", None, headers)

    async def carrier(self, token: str = SERVICE_TOKEN, inbox_id: str = "telegram") -> Client:
        return await self._client("/channel", {"token": token, "inbox_id": inbox_id})

    async def _client(self, namespace: str, auth: Any, headers: dict[str, str] | None = None) -> Client:
        client = Client(namespace)
        await client.connect(self.url, auth, headers)
        self.clients.append(client)
        return client

    async def waiting(self, text: str = "Hello") -> tuple[Client, str]:
        """A visitor who wrote and waits for people."""
        token, conversation_id = await self.visitor()
        widget = await self.widget(token)
        await widget.ask("message.send", {"client_id": key(), "text": text})
        await self.queued(conversation_id)
        return widget, conversation_id

    async def queued(self, conversation_id: str) -> None:
        """Return when lists know that it waits for people (a hub without a bot hands over at once)."""
        async with asyncio.timeout(WITHIN):
            while True:
                snapshot = await self.storage.conversations.get(conversation_id)
                if snapshot is not None and snapshot.handoff is not None:
                    return
                await asyncio.sleep(0.005)

    async def stop(self) -> None:
        await self.runner.cleanup()


async def furnish(storage: Storage) -> None:
    """Inboxes and people."""
    for inbox in INBOXES:
        await storage.inboxes.put(inbox)
    for operator in PEOPLE.values():
        await storage.operators.put_new(operator)


ALWAYS = "Mo-Su 00:00-24:00"


@asynccontextmanager
async def open_house(
    storage: Storage | None = None,
    nlu: Nlu | None = None,
    redis_url: str | None = None,
    clock: Clock | None = None,
    rasa_url: str = RASA_OFF,
    service_token: str = SERVICE_TOKEN,
    **options: Any,
) -> AsyncIterator[House]:
    """A hub, furnished; clients are closed before it. ``options`` are further settings. It never closes unless told."""
    if storage is None:
        storage = MemoryStorage()
        await furnish(storage)
    settings = Settings(
        port=0,
        service_token=SecretStr(service_token),
        rasa_url=rasa_url,
        redis_url=redis_url,
        **{"business_hours": ALWAYS, **options},
    )
    app = build_app(settings, storage=storage, nlu=nlu, clock=clock)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        http = await stack.enter_async_context(aiohttp.ClientSession())
        house = House(f"http://{host}:{port}", storage, app, runner, http)
        try:
            yield house
        finally:
            for client in house.clients:
                await client.close()
