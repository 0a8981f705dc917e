"""Sessions: opaque, hashed, sliding, never longer than a week."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_urlsafe

import pytest

from hub.people.sessions import IDLE, LONGEST, Sessions, operator_of_cookie, token_hash_of
from storage.memory import MemoryStorage
from storage.model.people import Operator, Role
from tests.doors import Clock

ANNA = Operator(id="1", login="anna", name="Anna", role=Role.OPERATOR, password_hash="x")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage() -> MemoryStorage:
    storage = MemoryStorage()
    await storage.operators.put_new(ANNA)
    return storage


@pytest.fixture
def sessions(storage: MemoryStorage) -> Sessions:
    return Sessions(storage.operators)


async def test_storage_never_sees_the_token(sessions: Sessions, storage: MemoryStorage, clock: Clock) -> None:
    token, session = await sessions.open(ANNA, clock.now(), "a browser " * 1000)

    assert session.token_hash == token_hash_of(token) != token
    assert await storage.operators.session(token) is None
    assert len(session.user_agent) <= 200
    assert len(token) == 43  # 256 bits


async def test_tokens_differ(sessions: Sessions, clock: Clock) -> None:
    opened = [await sessions.open(ANNA, clock.now()) for _ in range(20)]

    assert len({token for token, _ in opened} | {session.csrf_token for _, session in opened}) == 40


async def test_use_keeps_it_alive_for_a_week_at_most(sessions: Sessions, clock: Clock) -> None:
    began = clock.now()
    token, _ = await sessions.open(ANNA, began)

    while await sessions.find(token, clock.now()):
        clock.forward(hours=11)
    assert LONGEST <= clock.now() - began < LONGEST + timedelta(hours=11)


async def test_disuse_ends_it(sessions: Sessions, clock: Clock) -> None:
    token, _ = await sessions.open(ANNA, clock.now())

    assert await sessions.find(token, clock.now() + IDLE - timedelta(seconds=1))
    clock.forward(hours=24)
    assert await sessions.find(token, clock.now()) is None


async def test_use_writes_rarely(sessions: Sessions, storage: MemoryStorage, clock: Clock) -> None:
    token, session = await sessions.open(ANNA, clock.now())

    clock.forward(minutes=9)
    await sessions.find(token, clock.now())
    assert await storage.operators.session(session.token_hash) == session
    clock.forward(minutes=1)
    found = await sessions.find(token, clock.now())
    assert found
    assert await storage.operators.session(session.token_hash) == found.session
    assert found.session.expires_at == clock.now() + IDLE


async def test_logging_out_ends_it(sessions: Sessions, clock: Clock) -> None:
    token, _ = await sessions.open(ANNA, clock.now())

    await sessions.end(token)
    await sessions.end(token)
    await sessions.end("nonsense")
    await sessions.end(None)

    assert await operator_of_cookie(sessions, token, clock.now()) is None


async def test_a_disabled_operator_is_out_at_once(
    sessions: Sessions, storage: MemoryStorage, clock: Clock
) -> None:
    token, _ = await sessions.open(ANNA, clock.now())
    assert await operator_of_cookie(sessions, token, clock.now()) == ANNA

    storage.operators._operators["1"] = replace(ANNA, active=False)

    assert await operator_of_cookie(sessions, token, clock.now()) is None


async def test_the_session_of_nobody_is_none(sessions: Sessions, clock: Clock) -> None:
    token, _ = await sessions.open(replace(ANNA, id="deleted"), clock.now())

    assert await sessions.find(token, clock.now()) is None


@pytest.mark.parametrize(
    "cookie", [None, "", "x", "\ud800" * 43, "é" * 43, "a" * 1_000_000, token_urlsafe(32), '{"$ne": ""}']
)
async def test_strange_cookies_open_nothing(sessions: Sessions, clock: Clock, cookie: str | None) -> None:
    assert await sessions.find(cookie, clock.now()) is None
