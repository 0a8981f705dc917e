"""The demo business: complete at once, and left alone afterwards."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from hub.demo.catalogue import EQUIPMENT, TARIFFS, demo_promotions
from hub.demo.inboxes import demo_sites
from hub.demo.order import NUMBER
from hub.demo.people import DEMO_OPERATORS, PUBLISHED
from hub.demo.seed import SeedReport, seed, seed_demo
from hub.errors import Refusal
from hub.orders.numbers import is_valid
from hub.orders.terms import TERMS
from hub.people.accounts import LOGIN, Accounts
from hub.people.passwords import MIN_LENGTH, Passwords
from hub.places.outages import to_tell
from hub.settings import Settings
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.conversation import Channel
from storage.model.orders import Money
from storage.model.places import AreaState
from storage.mongo import open_storage
from tests.doors import CHEAP, PUBLIC_URL, Clock

LANGUAGES = {"cs", "en"}
NOTHING = SeedReport(order_number="1234-5671")


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    made = Passwords(hasher=CHEAP)
    yield made
    made.close()


async def seeded(passwords: Passwords, clock: Clock | None = None) -> MemoryStorage:
    storage = MemoryStorage()
    await seed(storage, passwords, clock or Clock(), PUBLIC_URL)
    return storage


async def test_the_first_time_adds_everything_and_the_second_nothing(passwords: Passwords) -> None:
    storage = MemoryStorage()

    first = await seed(storage, passwords, Clock(), PUBLIC_URL)
    second = await seed(storage, passwords, Clock(), PUBLIC_URL)

    assert first.operators == ["anna", "petr", "sara", "filip", "adam"]
    assert first.inboxes == ["demo", "telegram"]
    assert first.tariffs == [tariff.code for tariff in TARIFFS]
    assert first.equipment == [item.code for item in EQUIPMENT]
    assert first.promotions == ["free-installation", "student"]
    assert first.orders == ["1234-5671"]
    assert len(first.areas) == 25
    assert len(first.outages) == 2
    assert second == NOTHING


async def test_every_demo_account_opens(passwords: Passwords) -> None:
    storage = await seeded(passwords)
    accounts = Accounts(storage.operators, Clock(), passwords)

    for person in DEMO_OPERATORS:
        found = await accounts.log_in(person.login, person.password, "::1")
        assert (found.name, found.role, found.teams) == (person.name, person.role, person.teams)
        assert LOGIN.fullmatch(person.login)
        assert len(person.password) >= MIN_LENGTH
        assert (person.login, person.password) in PUBLISHED


async def test_what_was_changed_is_left_as_it_is(passwords: Passwords) -> None:
    storage = await seeded(passwords)
    dearer = [replace(TARIFFS[0], price=Money(99_900, "CZK"))]
    inbox = await storage.inboxes.get("demo")
    assert inbox is not None
    await storage.catalogue.put_tariffs(dearer)
    await storage.inboxes.put(replace(inbox, name="Mine"))

    assert await seed(storage, passwords, Clock(), PUBLIC_URL) == NOTHING

    assert await storage.catalogue.tariffs() == dearer
    kept = await storage.inboxes.get("demo")
    assert kept is not None
    assert kept.name == "Mine"


async def test_a_moved_address_is_added_to_the_sites(passwords: Passwords) -> None:
    storage = await seeded(passwords)

    await seed(storage, passwords, Clock(), "http://localhost:9000")

    inbox = await storage.inboxes.get("demo")
    assert inbox is not None
    assert inbox.sites == (
        "http://localhost:8700",
        "http://127.0.0.1:8700",
        "http://localhost:9000",
        "http://127.0.0.1:9000",
    )


@pytest.mark.parametrize(
    ("public_url", "sites"),
    [
        ("http://localhost:8700", ("http://localhost:8700", "http://127.0.0.1:8700")),
        ("http://127.0.0.1", ("http://localhost", "http://127.0.0.1")),
        ("https://chat.example", ("https://chat.example",)),
        ("https://chat.example:8443/base", ("https://chat.example:8443",)),
        ("http://[2001:db8::1]:8700", ("http://[2001:db8::1]:8700",)),
    ],
)
def test_sites_are_exact_origins(public_url: str, sites: tuple[str, ...]) -> None:
    assert demo_sites(public_url) == sites


async def test_the_order_can_be_asked_about(passwords: Passwords) -> None:
    clock = Clock()
    storage = await seeded(passwords, clock)

    order = await storage.orders.by_number(NUMBER)

    assert order is not None
    assert is_valid(order.number)
    assert order.visit.day > TERMS.local(clock.now()).date()
    assert order.due == Money(149_900, "CZK")
    assert await storage.orders.unannounced(10) == []  # there is no conversation to announce it in
    contact = await storage.contacts.get(order.contact_id)
    assert contact is not None
    assert contact.name == order.customer_name
    maker = await storage.operators.get(order.operator_id)
    assert maker is not None
    assert maker.login == "anna"


async def test_something_is_always_out(passwords: Passwords) -> None:
    clock = Clock()
    storage = await seeded(passwords, clock)
    areas = await storage.areas.all()

    def told(town: str) -> list[str]:
        return [each.kind.value for each in to_tell(outages, clock.now(), town)]

    outages = await storage.outages.not_over(clock.now(), 10)
    assert (told("Brno"), told("Olomouc")) == (["fault"], ["planned"])
    assert {town for each in outages for town in each.towns} <= {area.town for area in areas}
    assert {area.state for area in areas} == set(AreaState)
    assert {code for area in areas for code in area.tariffs} == {tariff.code for tariff in TARIFFS}

    clock.forward(days=1)
    assert await seed(storage, passwords, clock, PUBLIC_URL) == NOTHING  # the works are still to come

    clock.forward(days=9)
    assert len((await seed(storage, passwords, clock, PUBLIC_URL)).outages) == 1
    outages = await storage.outages.not_over(clock.now(), 10)
    assert (told("Brno"), told("Olomouc")) == (["fault"], ["planned"])


async def test_what_was_ended_stays_ended(passwords: Passwords) -> None:
    storage = await seeded(passwords)
    for each in await storage.outages.not_over(Clock().now(), 10):
        await storage.outages.put_next(replace(each, version=2, ended_at=Clock().now()))

    assert await seed(storage, passwords, Clock(), PUBLIC_URL) == NOTHING
    assert await storage.outages.not_over(Clock().now(), 10) == []


@pytest.mark.parametrize("days", range(7))
async def test_its_visit_is_on_no_sunday(passwords: Passwords, days: int) -> None:
    clock = Clock()
    clock.forward(days=days)
    order = await (await seeded(passwords, clock)).orders.by_number(NUMBER)

    assert order is not None
    assert order.visit.day.isoweekday() != 7


def test_every_text_is_there_in_every_language() -> None:
    for tariff in TARIFFS:
        assert set(tariff.description) == set(tariff.includes) == LANGUAGES
        assert len({len(texts) for texts in tariff.includes.values()}) == 1
    for item in EQUIPMENT:
        assert set(item.name) == LANGUAGES
    for promotion in demo_promotions(Clock().now().date()):
        assert set(promotion.words) == LANGUAGES
        assert set(promotion.tariffs) <= {tariff.code for tariff in TARIFFS}
    assert {tariff.price.currency for tariff in TARIFFS} == {TERMS.currency}
    assert {item.price.currency for item in EQUIPMENT} == {TERMS.currency}


async def test_the_inboxes_greet_in_every_language(passwords: Passwords) -> None:
    inboxes = await (await seeded(passwords)).inboxes.all()

    assert {inbox.channel for inbox in inboxes} == set(Channel)
    for inbox in inboxes:
        assert set(inbox.greeting) == set(inbox.suggestions) == set(inbox.languages) == LANGUAGES
        assert all("bot" in text for text in inbox.greeting.values())  # the bot says it is a bot


async def test_without_a_database(passwords: Passwords) -> None:
    storage = MemoryStorage()
    storage.go_away()

    with pytest.raises(StorageUnavailable):
        await seed(storage, passwords, Clock(), PUBLIC_URL)
    with pytest.raises(Refusal, match="LINKA_MONGODB_URI"):
        await seed_demo(Settings())


@pytest.mark.integration
async def test_on_a_real_database(mongod_uri: str, mongo_database: str) -> None:
    settings = Settings(mongodb_uri=mongod_uri, mongodb_database=mongo_database)

    first = await seed_demo(settings)
    second = await seed_demo(settings)

    assert first.operators
    assert second == NOTHING
    async with open_storage(mongod_uri, mongo_database, "motor") as storage:
        assert list(await storage.catalogue.tariffs()) == list(TARIFFS)
        order = await storage.orders.by_number(NUMBER)
        assert order is not None
        assert order.due == Money(149_900, "CZK")
