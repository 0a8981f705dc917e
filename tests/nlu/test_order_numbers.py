"""Order numbers in what people write."""

import pytest
from actions.order_numbers import Mistyped, OrderNumber, find


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
    ],
)
def test_none_meant(text: str) -> None:
    assert find(text) is None
