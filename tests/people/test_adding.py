"""Adding an operator from the command line."""

from collections.abc import AsyncIterator

import pytest

from hub.errors import Refusal
from hub.people.accounts import Accounts
from hub.people.adding import add, add_operator
from hub.people.passwords import Passwords
from hub.settings import Settings
from storage.memory import MemoryStorage
from storage.model.people import Operator
from tests.doors import CHEAP, Clock

GOOD = {"login": "jan.novak", "name": "Jan Novák", "role": "operator", "password": "long enough"}


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    made = Passwords(hasher=CHEAP)
    yield made
    made.close()


async def adding(storage: MemoryStorage, passwords: Passwords, **values: str) -> Operator:
    return await add(storage.operators, passwords, Clock(), **{**GOOD, **values})


async def test_who_is_added_can_log_in(passwords: Passwords) -> None:
    storage = MemoryStorage()

    added = await adding(storage, passwords, login=" Jan.Novak ", name="  Jan   Novák ")

    assert (added.login, added.name) == ("jan.novak", "Jan Novák")
    accounts = Accounts(storage.operators, Clock(), passwords)
    assert await accounts.log_in("jan.novak", GOOD["password"], "::1") == added


@pytest.mark.parametrize(
    "values",
    [
        {"login": ""},
        {"login": "x"},
        {"login": "jan novák"},
        {"login": "$ne"},
        {"login": "a" * 33},
        {"name": " "},
        {"name": "123"},
        {"name": "Jan\x1b[31m"},
        {"name": "a" * 121},
        {"role": "agent"},
        {"role": "OPERATOR"},
        {"password": "short"},
        {"password": "a" * 257},
        {"password": "half a \ud83d character"},
    ],
)
async def test_values_that_cannot_be_used(passwords: Passwords, values: dict[str, str]) -> None:
    storage = MemoryStorage()

    with pytest.raises(Refusal) as refused:
        await adding(storage, passwords, **values)

    assert refused.value.code == "bad_request"
    assert not await storage.operators.all()


async def test_a_login_is_given_once(passwords: Passwords) -> None:
    storage = MemoryStorage()
    first = await adding(storage, passwords)

    with pytest.raises(Refusal, match="taken") as refused:
        await adding(storage, passwords, login="JAN.NOVAK", name="Somebody Else")

    assert refused.value.code == "conflict"
    assert await storage.operators.all() == [first]


async def test_without_a_database_it_says_so() -> None:
    with pytest.raises(Refusal, match="LINKA_MONGODB_URI"):
        await add_operator(Settings(), **GOOD, teams=["support"])


@pytest.mark.integration
async def test_on_a_real_database(mongod_uri: str, mongo_database: str) -> None:
    settings = Settings(mongodb_uri=mongod_uri, mongodb_database=mongo_database)

    added = await add_operator(settings, **GOOD, teams=["sales", "billing", "sales"])

    assert added.login == GOOD["login"]
    assert added.teams == ("sales", "billing")
    with pytest.raises(Refusal, match="taken"):
        await add_operator(settings, **GOOD, teams=["support"])
