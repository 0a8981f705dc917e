"""Order numbers in what people write."""

import pytest
from actions.order_numbers import Mistyped, OrderNumber, find

UNITS = ["mega", "mb", "kc"]


@pytest.mark.parametrize(
    "text",
    [
        "1234-5671",
        "12345671",
        "1234 5671",
        "12 34 56 71",
        "1234–5671",
        "1234 - 5671",
        "1234\u00a05671",
        "1234.5671",
        "1234/5671",
        "tarif 1000/1000 a objednávka 1234-5671",
        "stížnost C-598-2610 k 1234-5671",
        "číslo je 1234-5671, děkuji",
        "obj.č.12345671",
        "#1234-5671",
        "Optik 500 a objednávka 1234 5671",
        "1234-5671 nebo 999",
        "１２３４５６７１",
        "١٢٣٤٥٦٧١",
    ],
)
def test_found(text: str) -> None:
    assert find(text) == OrderNumber("12345671")


def test_shown_in_two_groups() -> None:
    assert OrderNumber("12345671").shown == "1234-5671"


@pytest.mark.parametrize(
    "text", ["1234-567", "123456712", "777 123 456", "12345", "1234-5671-9", "1" * 5_000]
)
def test_meant_but_wrong(text: str) -> None:
    assert find(text) == Mistyped()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nevím",
        "Optik 500",
        "Optik 1000",
        "v roce 2026",
        "Veveří 1125",
        "499 Kč",
        "za 3 dny",
        "30. 11. 2026 ve 12"[:10],
        "²³½",
        "ⅷ",
        "máte tarif 1000/1000",
        "rychlost 2500 / 1250",
        "1000-2000 mega",
        "za 1000–1500 Kč",
        "C-598-2610",
        "c-598-2610 jsem dostal",
    ],
)
def test_none_meant(text: str) -> None:
    assert find(text, UNITS) is None


def test_a_round_number_is_one_where_nothing_is_counted() -> None:
    assert find("objednávka 1000-1500 prosím", UNITS) == OrderNumber("10001500")
