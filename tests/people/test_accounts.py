"""Logging in: constant work, pauses that grow, and nobody locked out by somebody else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Refusal
from hub.people.accounts import Accounts
from hub.people.lockout import FREE, LONGEST, Turnstile, key_of, pause_after
from hub.people.passwords import Passwords
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.people import Operator, Role
from tests.doors import CHEAP, PASSWORD, Clock

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


class Counting(Passwords):
    """Counts verifications and remembers what was compared with."""

    def __init__(self) -> None:
        super().__init__(hasher=CHEAP)
        self.compared: list[str] = []

    def _fits(self, password_hash: str, password: str) -> bool:
        self.compared.append(password_hash)
        return super()._fits(password_hash, password)


@pytest.fixture
async def passwords() -> AsyncIterator[Counting]:
    made = Counting()
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(passwords: Counting) -> MemoryStorage:
    storage = MemoryStorage()
    hashed = await passwords.hash(PASSWORD)
    anna = Operator(id="1", login="anna", name="Anna", role=Role.OPERATOR, password_hash=hashed)
    await storage.operators.put_new(anna)
    await storage.operators.put_new(replace(anna, id="2", login="gone", active=False))
    return storage


@pytest.fixture
def accounts(storage: MemoryStorage, passwords: Counting, clock: Clock) -> Accounts:
    return Accounts(storage.operators, clock, passwords, barred={("anna", "published")})


async def refusal(accounts: Accounts, login: str, password: str, address: str = HOME) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await accounts.log_in(login, password, address)
    return refused.value


async def test_the_right_password_opens(accounts: Accounts) -> None:
    assert (await accounts.log_in(" Anna ", PASSWORD, HOME)).login == "anna"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("anna", "wrong"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("anna\x00", PASSWORD),
        ("", PASSWORD),
        ("anna", ""),
        ("a" * 10_000, PASSWORD),
        ("anna", PASSWORD + "x" * 1_000_000),
    ],
)
async def test_every_failure_costs_and_says_the_same(
    accounts: Accounts, passwords: Counting, login: str, password: str
) -> None:
    refused = await refusal(accounts, login, password)

    assert (refused.code, refused.message) == ("unauthenticated", "The login or the password is wrong.")
    assert len(passwords.compared) == 1


async def test_a_password_cut_to_the_bound_does_not_open(
    storage: MemoryStorage, passwords: Counting, clock: Clock
) -> None:
    longest = "p" * 256
    await storage.operators.put_new(
        Operator(
            id="3", login="long", name="L", role=Role.OPERATOR, password_hash=await passwords.hash(longest)
        )
    )
    accounts = Accounts(storage.operators, clock, passwords)

    assert (await accounts.log_in("long", longest, HOME)).id == "3"
    assert (await refusal(accounts, "long", longest + "p")).code == "unauthenticated"


async def test_barred_passwords_do_not_open(
    storage: MemoryStorage, passwords: Counting, clock: Clock
) -> None:
    accounts = Accounts(storage.operators, clock, passwords, barred={("anna", PASSWORD)})

    assert (await refusal(accounts, "ANNA", PASSWORD)).code == "unauthenticated"


async def test_nobody_has_no_password(passwords: Counting) -> None:
    assert not await passwords.verify(None, "the password of nobody")


async def test_a_broken_hash_opens_nothing(passwords: Counting) -> None:
    assert not await passwords.verify("not a hash", PASSWORD)


async def test_guessing_is_paused_and_the_pause_ends(accounts: Accounts, clock: Clock) -> None:
    for _ in range(FREE):
        assert (await refusal(accounts, "anna", "guess")).code == "unauthenticated"

    paused = await refusal(accounts, "anna", PASSWORD)
    assert (paused.code, paused.retry_after) == ("rate_limited", 1)

    clock.forward(seconds=1.001)
    assert (await accounts.log_in("anna", PASSWORD, HOME)).login == "anna"
    for _ in range(FREE):  # and the count begins anew
        assert (await refusal(accounts, "anna", "guess")).code == "unauthenticated"


async def test_guesses_elsewhere_lock_nobody_out(accounts: Accounts) -> None:
    for _ in range(FREE + 3):
        await refusal(accounts, "anna", "guess", ELSEWHERE)
    assert (await refusal(accounts, "anna", PASSWORD, ELSEWHERE)).code == "rate_limited"

    assert (await accounts.log_in("anna", PASSWORD, HOME)).login == "anna"


async def test_guesses_for_one_login_leave_its_neighbours_alone(accounts: Accounts) -> None:
    for _ in range(FREE + 3):
        await refusal(accounts, "someone", "guess")

    assert (await accounts.log_in("anna", PASSWORD, HOME)).login == "anna"


async def test_ten_thousand_guesses_get_few_tries(
    accounts: Accounts, passwords: Counting, clock: Clock
) -> None:
    """An hour of a guess every 0.36 s."""
    for _ in range(10_000):
        await refusal(accounts, "anna", "guess")
        clock.forward(seconds=0.36)

    assert len(passwords.compared) < 25


async def test_parallel_guesses_are_counted_too(accounts: Accounts, passwords: Counting) -> None:
    refused = await asyncio.gather(*(refusal(accounts, "anna", "guess") for _ in range(100)))

    assert len(passwords.compared) <= FREE
    assert {one.code for one in refused} == {"unauthenticated", "rate_limited"}


async def test_a_database_that_is_away_is_no_wrong_password(
    accounts: Accounts, storage: MemoryStorage
) -> None:
    storage.go_away()

    with pytest.raises(StorageUnavailable):
        await accounts.log_in("anna", PASSWORD, HOME)


async def test_the_turnstile_forgets_its_keys() -> None:
    turnstile = Turnstile()

    async with turnstile.turn("key"):
        assert turnstile._locks
    assert not turnstile._locks
    assert not turnstile._inside


@given(st.integers(0, 10_000))
def test_pauses_only_grow_and_are_bounded(failures: int) -> None:
    assert timedelta(0) <= pause_after(failures) <= pause_after(failures + 1) <= LONGEST


@given(st.text(), st.text())
def test_any_login_and_address_has_a_key(login: str, address: str) -> None:
    assert len(key_of(login, address)) == 64


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_an_ipv6_network_is_one_address(one: str, other: str, same: bool) -> None:
    assert (key_of("anna", one) == key_of("anna", other)) is same
