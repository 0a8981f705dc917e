"""Prices: integers, exact, one currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.orders.pricing import quote, total
from hub.orders.terms import TERMS
from storage.model.orders import Equipment, Money

amounts = st.integers(0, 10**9)


def test_the_usual_order() -> None:
    optik = next(tariff for tariff in TARIFFS if tariff.code == "optik-500")
    router = next(item for item in EQUIPMENT if item.code == "router-wifi6")

    price = quote(optik, [router], TERMS.installation)

    assert price.due == Money(149_900, "CZK")
    assert price.monthly == Money(49_900, "CZK")


def test_without_equipment_only_the_installation_is_due() -> None:
    assert quote(TARIFFS[0], [], TERMS.installation).due == TERMS.installation


@given(st.lists(amounts, max_size=10), amounts)
def test_due_is_the_sum_and_exact(prices: list[int], installation: int) -> None:
    equipment = [Equipment(f"e{index}", {}, Money(price, "CZK")) for index, price in enumerate(prices)]

    price = quote(TARIFFS[0], equipment, Money(installation, "CZK"))

    assert price.due == Money(installation + sum(prices), "CZK")
    assert price.monthly == TARIFFS[0].price


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(ValueError, match="EUR"):
        total(Money(1, "CZK"), [Money(1, "EUR")])
