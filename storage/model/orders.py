"""Orders, their visit, and the catalogue they are made from. Money is integer minor units with a currency."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Money:
    """``amount`` in minor units (haléře, cents)."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Tariff:
    """A service that can be ordered. Names and texts are per language code."""

    code: str
    name: str
    description: dict[str, str]
    download_mbps: int
    upload_mbps: int
    price: Money  # a month
    includes: dict[str, tuple[str, ...]]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Equipment:
    """A thing the technician brings."""

    code: str
    name: dict[str, str]
    price: Money  # once


@dataclass(frozen=True, slots=True)
class Promotion:
    """An offer that the bot tells of. Its days are those of the business, the first and the last one included."""

    code: str
    words: dict[str, str]  # whole sentences, by language
    tariffs: tuple[str, ...] = ()  # codes of those it belongs to; none means whichever
    from_day: date | None = None
    until_day: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service and the technician go."""

    street: str
    town: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A technician at an address in a time window, in the business's time zone."""

    day: date
    starts: time
    ends: time


class OrderState(StrEnum):
    """Where an order stands."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A piece of equipment at the price it was ordered for."""

    code: str
    name: str
    price: Money


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """What the contact is told when an order is placed."""

    order_id: str
    number: str
    tariff_name: str
    monthly: Money
    visit: Visit
    address: Address
    equipment: tuple[OrderLine, ...]
    due: Money  # to pay for the installation, to the account


@dataclass(frozen=True, slots=True)
class Order:
    """An order made in a conversation; keeps the prices it was made with."""

    id: str
    number: str  # 8 digits, the last a check digit
    conversation_id: str
    contact_id: str
    operator_id: str
    customer_name: str
    phone: str  # E.164
    address: Address
    tariff_code: str
    tariff_name: str
    monthly: Money
    visit: Visit
    equipment: tuple[OrderLine, ...]
    due: Money
    state: OrderState
    placed_at: datetime
    client_id: str
    note: str = ""
    announced: bool = False  # whether its activity is on the timeline

    @property
    def summary(self) -> OrderSummary:
        """The part that goes into the conversation."""
        return OrderSummary(
            order_id=self.id,
            number=self.number,
            tariff_name=self.tariff_name,
            monthly=self.monthly,
            visit=self.visit,
            address=self.address,
            equipment=self.equipment,
            due=self.due,
        )
