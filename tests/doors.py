"""The hub's HTTP doors over the in-memory storage, and short ways to walk through them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher
from blockbuster import blockbuster_ctx
from pydantic import SecretStr

from hub.cases.opening import Opening
from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.demo.people import PUBLISHED
from hub.http import internal, orders, outages, session
from hub.http.keys import (
    ACCOUNTS,
    CASES,
    CLOCK,
    HOURS,
    ORDERS,
    OUTAGES,
    OWNERSHIP,
    PLACES,
    SESSIONS,
    SETTINGS,
    STORAGE,
)
from hub.http.middlewares import errors
from hub.orders.ownership import Ownership
from hub.orders.placing import Placing
from hub.people.accounts import Accounts
from hub.people.passwords import Passwords
from hub.people.sessions import Sessions
from hub.places.asking import Places
from hub.places.editing import Editing
from hub.settings import Settings
from storage.memory import MemoryStorage
from storage.model.cases import Case
from storage.model.conversation import Channel, Conversation, Queued, Responder, WithOperator
from storage.model.orders import Order
from storage.model.people import Operator, Role

SERVICE_TOKEN = "a-secret-of-the-tests"
PASSWORD = "correct horse"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PUBLIC_URL = "http://localhost:8700"


@dataclass
class Clock:
    """Stands still until it is moved. Monday, 13:00 in Prague."""

    at: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, **of: float) -> None:
        self.at += timedelta(**of)


@dataclass
class Announced:
    """An announcer that notes what it was told; ``failure`` is raised instead while it is set."""

    orders: list[Order] = field(default_factory=list)
    failure: Exception | None = None

    async def __call__(self, order: Order) -> None:
        if self.failure is not None:
            raise self.failure
        self.orders.append(order)


@dataclass
class AnnouncedCases:
    """The same for cases."""

    cases: list[Case] = field(default_factory=list)
    failure: Exception | None = None

    async def __call__(self, case: Case) -> None:
        if self.failure is not None:
            raise self.failure
        self.cases.append(case)


@dataclass
class News:
    """Counts how often it is said that outages have changed."""

    told: int = 0

    def __call__(self) -> None:
        self.told += 1


class Draws:
    """Numbers in a row instead of random ones."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = list(numbers)
        self.last = 100

    def __call__(self, below: int) -> int:
        self.last += 1
        return (self.numbers.pop(0) if self.numbers else self.last) % below


@dataclass
class Hub:
    """All the parts, so that a test can reach behind the doors."""

    storage: MemoryStorage
    clock: Clock
    announced: Announced
    passwords: Passwords
    settings: Settings
    app: web.Application
    news: News

    async def hire(self, login: str = "anna", role: Role = Role.OPERATOR, **fields: Any) -> Operator:
        """An operator who can log in with ``PASSWORD``."""
        operator = Operator(
            id=f"id-{login}",
            login=login,
            name=login.title(),
            role=role,
            password_hash=await self.passwords.hash(PASSWORD),
            **fields,
        )
        await self.storage.operators.put_new(operator)
        return operator

    async def converse(
        self, conversation_id: str = "c1", responder: Responder | None = None, **fields: Any
    ) -> Conversation:
        """A conversation that waits for support, unless told otherwise."""
        conversation = Conversation(
            id=conversation_id,
            inbox_id="demo",
            contact_id=f"contact-of-{conversation_id}",
            channel=Channel.WEBCHAT,
            seq=3,
            episode=1,
            responder=responder or Queued("support", self.clock.now()),
            updated_at=self.clock.now(),
            **fields,
        )
        await self.storage.conversations.save_many([conversation])
        return conversation

    def change(self, operator: Operator, **fields: Any) -> None:
        """What an administrator will be able to do."""
        self.storage.operators._operators[operator.id] = replace(operator, **fields)


def with_operator(operator: Operator, team: str = "support") -> WithOperator:
    return WithOperator(operator.id, operator.name, team, datetime(2026, 11, 23, 11, tzinfo=UTC))


@dataclass
class Browser:
    """A panel's cookie jar and CSRF token."""

    client: TestClient[web.Request, web.Application]
    csrf: str = ""

    async def log_in(self, login: str = "anna", password: str = PASSWORD, **options: Any) -> tuple[int, Any]:
        status, answer = await self.ask(
            "POST", "/api/session", json={"login": login, "password": password}, **options
        )
        if status == 200:
            self.csrf = answer["data"]["csrf_token"]
        return status, answer

    async def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> tuple[int, Any]:
        sent = {session.CSRF_HEADER: self.csrf} if self.csrf else {}
        async with self.client.request(
            method, path, headers={**sent, **(headers or {})}, **options
        ) as response:
            return response.status, await response.json()


@pytest.fixture
def hub_settings() -> Settings:
    return Settings(demo=False, service_token=SecretStr(SERVICE_TOKEN), public_url=PUBLIC_URL)


@pytest.fixture
async def hub(hub_settings: Settings) -> AsyncIterator[Hub]:
    storage, clock, announced = MemoryStorage(), Clock(), Announced()
    await storage.catalogue.put_tariffs(TARIFFS)
    await storage.catalogue.put_equipment(EQUIPMENT)
    passwords = Passwords(workers=2, hasher=CHEAP)
    app = web.Application(middlewares=[errors, session.guard])
    app[STORAGE] = storage
    app[SETTINGS] = hub_settings
    app[CLOCK] = clock
    app[ACCOUNTS] = Accounts(
        storage.operators, clock, passwords, barred=frozenset() if hub_settings.demo else PUBLISHED
    )
    app[SESSIONS] = Sessions(storage.operators)
    app[ORDERS] = Placing(storage.orders, storage.catalogue, clock, announced, Draws())
    app[HOURS] = hub_settings.hours
    opened = AnnouncedCases()
    app[CASES] = Opening(storage.cases, storage.conversations, clock, opened, Draws())
    app[OWNERSHIP] = Ownership(storage.orders, storage.conversations, storage.contacts, clock)
    app[PLACES] = places = Places(storage.areas, storage.outages, clock, hub_settings.hours.zone)
    app[OUTAGES] = Editing(storage.outages, places, clock, news := News())
    for module in (session, orders, outages, internal):
        app.add_routes(module.routes)
    yield Hub(storage, clock, announced, passwords, hub_settings, app, news)
    passwords.close()


@pytest.fixture
async def browser(hub: Hub) -> AsyncIterator[Browser]:
    with blockbuster_ctx():  # a door that blocks the loop fails its test
        async with TestClient(TestServer(hub.app)) as client:
            yield Browser(client)
