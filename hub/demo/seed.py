"""Filling the database with the demo business. What is there already is left as it is."""

from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from hub.clock import Clock, SystemClock
from hub.demo.catalogue import EQUIPMENT, TARIFFS, demo_promotions
from hub.demo.inboxes import demo_inboxes
from hub.demo.order import NUMBER, demo_contact, demo_order
from hub.demo.people import DEMO_OPERATORS, DemoOperator
from hub.demo.places import demo_areas, demo_fault, demo_works, works_ahead
from hub.errors import Refusal
from hub.orders.numbers import shown
from hub.orders.terms import TERMS, Terms
from hub.people.passwords import Passwords
from hub.settings import Settings
from storage.errors import AlreadyExists
from storage.model.outages import Writer
from storage.model.people import Operator, Role
from storage.ports import Storage

_DEMO = UUID("5c2f3a10-7d43-5b7e-9b55-0c0d5a1e0d3e")


@dataclass(slots=True)
class SeedReport:
    """What was added this time; empty lists when everything was there."""

    order_number: str  # as people see it
    operators: list[str] = field(default_factory=list)
    inboxes: list[str] = field(default_factory=list)
    tariffs: list[str] = field(default_factory=list)
    equipment: list[str] = field(default_factory=list)
    promotions: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    outages: list[str] = field(default_factory=list)


async def seed_demo(settings: Settings) -> SeedReport:
    """Seed the database that the settings name. Idempotent; two at once do no harm.

    Raises:
        Refusal: the settings name no database.
        StorageUnavailable: it is away.
    """
    from storage.mongo import open_storage

    if settings.mongodb_uri is None:
        raise Refusal("unavailable", "There is no database to write to: set LINKA_MONGODB_URI.")
    async with open_storage(
        settings.mongodb_uri, settings.mongodb_database, settings.mongodb_driver
    ) as storage:
        await storage.prepare()
        passwords = Passwords()
        try:
            terms = TERMS.in_zone(settings.hours.zone)
            return await seed(storage, passwords, SystemClock(), settings.public_url, terms)
        finally:
            passwords.close()


async def seed(
    storage: Storage, passwords: Passwords, clock: Clock, public_url: str, terms: Terms = TERMS
) -> SeedReport:
    """Seed an open storage."""
    report = SeedReport(order_number=shown(NUMBER))
    for person in DEMO_OPERATORS:
        await _operator(storage, passwords, clock, person, report)
    await _inboxes(storage, public_url, report)
    await _catalogue(storage, clock, terms, report)
    await _order(storage, clock, terms, report)
    await _places(storage, clock, terms, report)
    return report


def operator_id_of(login: str) -> str:
    """The same in every demo, so that two seedings at once cannot make two people."""
    return str(uuid5(_DEMO, f"operator|{login}"))


async def _operator(
    storage: Storage, passwords: Passwords, clock: Clock, person: DemoOperator, report: SeedReport
) -> None:
    if await storage.operators.by_login(person.login) is not None:
        return
    operator = Operator(
        id=operator_id_of(person.login),
        login=person.login,
        name=person.name,
        role=person.role,
        password_hash=await passwords.hash(person.password),
        teams=person.teams,
        created_at=clock.now(),
    )
    try:
        await storage.operators.put_new(operator)
    except AlreadyExists:
        return  # another seeding was quicker
    report.operators.append(person.login)


async def _inboxes(storage: Storage, public_url: str, report: SeedReport) -> None:
    for inbox in demo_inboxes(public_url):
        there = await storage.inboxes.get(inbox.id)
        if there is None:
            await storage.inboxes.put(inbox)
            report.inboxes.append(inbox.id)
        elif missing := tuple(site for site in inbox.sites if site not in there.sites):
            # Linka has moved to another address, and its demo website with it.
            await storage.inboxes.put(replace(there, sites=there.sites + missing))


async def _catalogue(storage: Storage, clock: Clock, terms: Terms, report: SeedReport) -> None:
    if not await storage.catalogue.tariffs():
        await storage.catalogue.put_tariffs(TARIFFS)
        report.tariffs.extend(tariff.code for tariff in TARIFFS)
    if not await storage.catalogue.equipment():
        await storage.catalogue.put_equipment(EQUIPMENT)
        report.equipment.extend(item.code for item in EQUIPMENT)
    if not await storage.catalogue.promotions():
        promotions = demo_promotions(terms.local(clock.now()).date())
        await storage.catalogue.put_promotions(promotions)
        report.promotions.extend(promotion.code for promotion in promotions)


async def _order(storage: Storage, clock: Clock, terms: Terms, report: SeedReport) -> None:
    if await storage.orders.by_number(NUMBER) is not None:
        return
    now = clock.now()
    contact = await storage.contacts.put_new(demo_contact(now))
    maker = await storage.operators.by_login(DEMO_OPERATORS[0].login)
    try:
        order = demo_order(
            contact, maker.id if maker else operator_id_of(DEMO_OPERATORS[0].login), now, terms
        )
        await storage.orders.put_new(order)
    except AlreadyExists:
        return  # a real order has drawn this very number
    report.orders.append(shown(NUMBER))


async def _places(storage: Storage, clock: Clock, terms: Terms, report: SeedReport) -> None:
    now, zone = clock.now(), terms.time_zone
    if not await storage.areas.all():
        areas = demo_areas(now.astimezone(zone).date())
        await storage.areas.put_all(areas)
        report.areas.extend(area.town for area in areas)
    supervisor = next(person for person in DEMO_OPERATORS if person.role is Role.SUPERVISOR)
    writer = Writer(operator_id_of(supervisor.login), supervisor.name)
    fault, works = demo_fault(writer, now, zone), demo_works(writer, now, zone)
    if await storage.outages.get(fault.id) is None:
        await storage.outages.put_new(fault)
        report.outages.append(fault.id)
    if not any([await storage.outages.get(each) for each in works_ahead(now, zone)]):
        await storage.outages.put_new(works)
        report.outages.append(works.id)
