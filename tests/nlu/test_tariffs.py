"""Which tariff is meant, and how it is shown."""

from typing import Any

import pytest
from actions import tariffs
from actions.content import Content
from actions.tariffs import parse_catalogue

from tests.nlu.talk import OFFERED, tariff


def test_extremes() -> None:
    assert tariffs.fastest(OFFERED).name == "Optik 1000"
    assert tariffs.cheapest(OFFERED).name == "Optik 100"


def test_ties() -> None:
    same_speed = (tariff(500, 600, 250), tariff(500, 500, 250), tariff(500, 400, 100))
    assert tariffs.fastest(same_speed).price_amount == 50_000
    same_price = (tariff(100, 400), tariff(300, 400))
    assert tariffs.cheapest(same_price).name == "Optik 300"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("co je v Optik 500", ["Optik 500"]),
        ("optik500", ["Optik 500"]),
        ("v Optiku 1000?", ["Optik 1000"]),
        ("popište tu pětistovku", ["Optik 500"]),
        ("ten gigabit", ["Optik 1000"]),
        ("the 300 one", ["Optik 300"]),
        ("rozdíl mezi 100 a 300", ["Optik 300", "Optik 100"]),
        ("co je v tarifu", []),
    ],
)
def test_mentioned(text: str, names: list[str], content: Content) -> None:
    spoken = content.words["cs"].listens.tariff_numbers
    named, unknown = tariffs.mentioned(text, OFFERED, spoken)
    assert [tariff.name for tariff in named] == names
    assert not unknown


@pytest.mark.parametrize("text", ["Optik 250", "co obsahuje optik5000", "Optiku 50"])
def test_no_suchtariff(text: str, content: Content) -> None:
    assert tariffs.mentioned(text, OFFERED, content.words["cs"].listens.tariff_numbers) == ((), True)


@pytest.mark.parametrize(
    ("mbps", "language", "shown"),
    [
        (50, "cs", "50 Mb/s"),
        (999, "en", "999 Mb/s"),
        (1000, "cs", "1 Gb/s"),
        (2500, "cs", "2,5 Gb/s"),
        (2500, "en", "2.5 Gb/s"),
    ],
)
def test_speeds(mbps: int, language: str, shown: str, content: Content) -> None:
    assert tariffs.speed(mbps, content.words[language]) == shown


def test_shown(content: Content) -> None:
    words = content.words["en"]
    assert tariffs.listed(OFFERED[:1], words) == "• Optik 300: 300 Mb/s down, 150 Mb/s up, 429 Kč a month"
    assert tariffs.described([tariff(500, 499, None, "TV")], words).endswith("Included:\n• Data\n• TV")


@pytest.mark.parametrize(
    ("amount", "language", "shown"),
    [
        (8_000, "cs", "80 Kč"),
        (123_456_700, "cs", "1 234 567 Kč"),
        (123_450, "cs", "1 234,50 Kč"),
        (123_405, "en", "1,234.05 Kč"),
        (0, "en", "0 Kč"),
    ],
)
def test_amounts(amount: int, language: str, shown: str, content: Content) -> None:
    assert tariffs.money(amount, content.words[language]).replace("\u00a0", " ") == shown


@pytest.mark.parametrize("data", [None, {}, {"tariffs": [{}]}, {"tariffs": 3}, {"tariffs": [{"code": "x"}]}])
def test_no_catalogue(data: Any) -> None:
    with pytest.raises(ValueError, match="no catalogue"):
        parse_catalogue(data)
