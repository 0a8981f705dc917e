"""A good order form, and what is wrong with a changed one."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from hub.customers.fields import FormErrors
from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.orders.order import Catalogue, read_form
from hub.orders.terms import TERMS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)  # Monday, 13:00 in Prague
CATALOGUE = Catalogue.of(TARIFFS, EQUIPMENT)
GOOD: dict[str, Any] = {
    "customer_name": "Jana Nováková",
    "phone": "601 234 567",
    "address": {"street": "Dlouhá 12", "town": "Brno", "postal_code": "60200"},
    "tariff_code": "optik-500",
    "visit": {"day": "2026-12-01", "starts": "08:00", "ends": "10:00"},
    "equipment": ["router-wifi6"],
    "due": {"amount": 149_900, "currency": "CZK"},
    "note": "",
}


def form(**changes: Any) -> dict[str, Any]:
    """The good form with other values; ``address__town`` reaches into a part."""
    changed = deepcopy(GOOD)
    for path, value in changes.items():
        *parts, last = path.split("__")
        target = changed
        for part in parts:
            target = target[part]
        target[last] = value
    return changed


def wrong(raw: dict[str, Any], now: datetime = NOW) -> dict[str, str]:
    """Codes by path; empty when the form is good."""
    read = read_form(raw, CATALOGUE, now, TERMS)
    return {path: error.code for path, error in read.fields.items()} if isinstance(read, FormErrors) else {}
