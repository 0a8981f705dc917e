"""Where the demo business has its lines, and what is out there as of now."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from hub.demo.catalogue import TARIFFS
from storage.model.outages import Outage, OutageChange, OutageDeed, OutageKind, Writer
from storage.model.places import Area, AreaState

_DEMO = UUID("a3c1e7d2-90b4-5c1f-8f52-6d0f3f0b7a11")
_AHEAD = 2  # days
_ALL = tuple(tariff.code for tariff in TARIFFS)
_SLOWER = _ALL[:3]  # where the gigabit does not reach


def demo_areas(today: date) -> tuple[Area, ...]:
    """Towns with the service in all of it, in a part, soon, and not at all."""
    here, soon = AreaState.AVAILABLE, AreaState.SOON
    return (
        *(Area(town, here, _ALL) for town in ("Brno", "Olomouc", "Zlín", "Hradec Králové", "Pardubice")),
        *(Area(town, here, _SLOWER) for town in ("Prostějov", "Přerov", "Vyškov", "Blansko", "Kroměříž")),
        Area("Praha", here, _ALL, ("Karlín", "Libeň", "Vysočany", "Holešovice", "Smíchov", "Dejvice")),
        Area("Ostrava", here, _ALL, ("Poruba", "Zábřeh", "Hrabůvka", "Nádražní", "28. října")),
        Area("Plzeň", here, _ALL, ("Slovany", "Bory", "Lochotín", "Americká", "Klatovská třída")),
        Area("České Budějovice", here, _SLOWER, ("Vltava", "Máj", "Pražská třída", "Lannova třída")),
        Area("Liberec", here, _SLOWER, ("Vesec", "Rochlice", "Masarykova"), _months_on(today, 4)),
        Area("Ústí nad Labem", here, _SLOWER, ("Severní Terasa", "Střekov")),
        Area("Jihlava", soon, _ALL, (), _months_on(today, 2)),
        Area("Uherské Hradiště", soon, _SLOWER, (), _months_on(today, 3)),
        Area("Frýdek-Místek", soon, _ALL, (), _months_on(today, 6)),
        Area("Třebíč", soon, _SLOWER),
        *(
            Area(town, AreaState.NONE)
            for town in ("Karlovy Vary", "Cheb", "Děčín", "Mladá Boleslav", "Tábor")
        ),
    )


def demo_fault(writer: Writer, now: datetime, zone: ZoneInfo) -> Outage:
    """On since an hour and a half ago, in a part of Brno."""
    starts = _quarter(now - timedelta(minutes=90), zone)
    return _outage(
        "fault",
        OutageKind.FAULT,
        ("Brno",),
        ("Líšeň", "Židenice"),
        (starts, starts + timedelta(hours=5)),
        {
            "cs": "Někdo překopl kabel, technici jsou na místě.",
            "en": "A cable was cut by diggers; our technicians are there.",
        },
        writer,
        now,
    )


def demo_works(writer: Writer, now: datetime, zone: ZoneInfo) -> Outage:
    """In Olomouc in the morning, the day after tomorrow."""
    day = now.astimezone(zone).date() + timedelta(days=_AHEAD)
    starts, ends = (datetime.combine(day, time(hour), zone) for hour in (8, 12))
    return _outage(
        f"works|{day.isoformat()}",
        OutageKind.PLANNED,
        ("Olomouc",),
        (),
        (starts, ends),
        {
            "cs": "Vyměňujeme ústřednu. Televize pojede dál.",
            "en": "We are replacing the exchange. TV stays on.",
        },
        writer,
        now,
    )


def works_ahead(now: datetime, zone: ZoneInfo) -> list[str]:
    """The ids that ``demo_works`` of today and of the two days before have: one of them is enough."""
    today = now.astimezone(zone).date()
    return [_id(f"works|{(today + timedelta(days=days)).isoformat()}") for days in range(_AHEAD + 1)]


def _outage(
    name: str,
    kind: OutageKind,
    towns: Sequence[str],
    streets: Sequence[str],
    span: tuple[datetime, datetime],
    words: dict[str, str],
    writer: Writer,
    now: datetime,
) -> Outage:
    return Outage(
        id=_id(name),
        kind=kind,
        towns=tuple(towns),
        starts=span[0],
        version=1,
        created_at=now,
        updated_at=now,
        history=(OutageChange(1, OutageDeed.CREATED, writer, now),),
        streets=tuple(streets),
        words=words,
        expected_until=span[1],
    )


def _id(name: str) -> str:
    return str(uuid5(_DEMO, name))


def _months_on(today: date, months: int) -> date:
    """The first of a month, that many months on."""
    month = today.month - 1 + months
    return date(today.year + month // 12, month % 12 + 1, 1)


def _quarter(at: datetime, zone: ZoneInfo) -> datetime:
    """The quarter of an hour before."""
    local = at.astimezone(zone)
    return local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
