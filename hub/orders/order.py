"""The order form: what came from outside becomes fields that can be trusted, or a list of what is wrong. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from hub.customers import fields as personal
from hub.customers.fields import FieldError, FormErrors
from hub.orders import fields
from hub.orders.terms import Terms, TimeWindow
from storage.model.orders import Address, Equipment, Money, Order, OrderLine, Tariff, Visit

T = TypeVar("T")

_KNOWN = {
    "": {"customer_name", "phone", "address", "tariff_code", "visit", "equipment", "due", "note"},
    "address": {"street", "town", "postal_code"},
    "visit": {"day", "starts", "ends"},
    "due": {"amount", "currency"},
}
_LONGEST_PATH = 60  # characters of a name that somebody else has chosen
_LONGEST_CODE = 60


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be ordered at the moment, by code."""

    tariffs: Mapping[str, Tariff]
    equipment: Mapping[str, Equipment]

    @classmethod
    def of(cls, tariffs: Sequence[Tariff], equipment: Sequence[Equipment]) -> "Catalogue":
        return cls({tariff.code: tariff for tariff in tariffs}, {item.code: item for item in equipment})


@dataclass(frozen=True, slots=True)
class OrderForm:
    """An order as it was filled in, checked."""

    customer_name: str
    phone: str
    address: Address
    tariff: Tariff
    visit: Visit
    equipment: tuple[Equipment, ...]
    due: Money
    note: str

    def lines(self, language: str) -> tuple[OrderLine, ...]:
        """The equipment as it goes into the order, at today's prices."""
        return tuple(
            OrderLine(
                item.code, item.name.get(language) or next(iter(item.name.values()), item.code), item.price
            )
            for item in self.equipment
        )

    def is_that_of(self, order: Order) -> bool:
        """Whether the order was made from this very form."""
        return (
            self.customer_name == order.customer_name
            and self.phone == order.phone
            and self.address == order.address
            and self.tariff.code == order.tariff_code
            and self.visit == order.visit
            and [item.code for item in self.equipment] == [line.code for line in order.equipment]
            and self.due == order.due
            and self.note == order.note
        )


def read_form(
    raw: Mapping[str, object], catalogue: Catalogue, now: datetime, terms: Terms
) -> OrderForm | FormErrors:
    """The order that a raw form asks for, or everything that is wrong with it. Never raises for what is in ``raw``."""
    reading = _Reading(FormErrors())
    reading.refuse_strangers(raw, "")
    address, visit, due = (reading.part(raw, name) for name in ("address", "visit", "due"))
    customer_name = reading.one("customer_name", lambda: personal.name(raw.get("customer_name")))
    phone = reading.one("phone", lambda: personal.phone(raw.get("phone")))
    street = reading.one("address.street", lambda: fields.street(address.get("street")))
    town = reading.one("address.town", lambda: fields.town(address.get("town")))
    postal_code = reading.one("address.postal_code", lambda: fields.postal_code(address.get("postal_code")))
    tariff = reading.one("tariff_code", lambda: read_tariff(raw.get("tariff_code"), catalogue))
    day = reading.one("visit.day", lambda: fields.visit_day(visit.get("day"), now, terms))
    window = reading.one("visit.starts", lambda: fields.window(visit.get("starts"), visit.get("ends"), terms))
    if day is not None and window is not None:
        reading.one("visit.starts", lambda: _not_begun(day, window, now, terms))
    equipment = read_equipment(raw.get("equipment"), catalogue, terms, reading.errors)
    money = reading.one("due.amount", lambda: fields.amount(due.get("amount"), due.get("currency"), terms))
    note = reading.one("note", lambda: personal.note(raw.get("note")))
    if (
        reading.errors.fields
        or customer_name is None
        or phone is None
        or street is None
        or town is None
        or postal_code is None
        or tariff is None
        or day is None
        or window is None
        or money is None
        or note is None
    ):
        return reading.errors
    return OrderForm(
        customer_name=customer_name,
        phone=phone,
        address=Address(street, town, postal_code),
        tariff=tariff,
        visit=Visit(day, window.starts, window.ends),
        equipment=equipment,
        due=money,
        note=note,
    )


def read_tariff(raw: object, catalogue: Catalogue) -> Tariff:
    """The tariff of a code. Raises ``FieldError``: required, wrong_type, tariff_unknown."""
    tariff = catalogue.tariffs.get(_code(raw, "tariff_unknown", "Choose one of the tariffs on offer."))
    if tariff is None:
        raise FieldError("tariff_unknown", "Choose one of the tariffs on offer.")
    return tariff


def read_equipment(
    raw: object, catalogue: Catalogue, terms: Terms, errors: FormErrors
) -> tuple[Equipment, ...]:
    """The pieces of equipment of a list of codes; None is none. Errors: wrong_type, too_long, equipment_unknown."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        errors.add("equipment", FieldError("wrong_type", "This must be a list."))
        return ()
    if len(raw) > terms.most_equipment:
        errors.add("equipment", FieldError("too_long", f"Choose at most {terms.most_equipment} pieces."))
        return ()
    chosen = []
    for index, code in enumerate(raw):
        try:
            item = catalogue.equipment.get(_code(code, "equipment_unknown", "This is not on offer."))
            if item is None:
                raise FieldError("equipment_unknown", "This is not on offer.")
        except FieldError as error:
            errors.add(f"equipment.{index}", error)
        else:
            chosen.append(item)
    return tuple(chosen)


def _code(raw: object, unknown: str, message: str) -> str:
    if isinstance(raw, str) and len(raw) > _LONGEST_CODE:
        raise FieldError(unknown, message)
    return personal.text(raw, _LONGEST_CODE)


def _not_begun(day: date, window: TimeWindow, now: datetime, terms: Terms) -> None:
    if datetime.combine(day, window.starts) <= terms.local(now).replace(tzinfo=None):
        raise FieldError("visit_past", "This time has passed today. Choose a later one.")


@dataclass(frozen=True, slots=True)
class _Reading:
    """Collects errors field by field, so that all of them are told at once."""

    errors: FormErrors

    def one(self, path: str, read: Callable[[], T]) -> T | None:
        return self.errors.read(path, read)

    def part(self, raw: Mapping[str, object], name: str) -> Mapping[str, object]:
        """A part of the form that has fields of its own; a missing one has all its fields missing."""
        part = raw.get(name)
        if isinstance(part, dict):
            self.refuse_strangers(part, name)
            return part
        if part is not None:
            self.errors.add(name, FieldError("wrong_type", "This must have fields of its own."))
        return {}

    def refuse_strangers(self, part: Mapping[str, object], name: str) -> None:
        for key in part:
            if key not in _KNOWN[name]:
                path = f"{name}.{key}" if name else key
                self.errors.add(path[:_LONGEST_PATH], FieldError("unknown_field", "There is no such field."))
