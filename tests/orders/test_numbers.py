"""Order numbers: what people mistype is noticed, what they may write is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.orders.numbers import COUNT, check_digit, is_valid, number_of, parse, shown

numbers = st.integers(0, COUNT - 1).map(number_of)


def test_the_published_example_of_the_algorithm() -> None:
    assert check_digit("572") == "4"


@given(numbers)
def test_a_number_is_eight_digits_without_a_leading_zero(number: str) -> None:
    assert is_valid(number)
    assert len(number) == 8
    assert number[0] != "0"
    assert parse(shown(number)) == number


@given(numbers, st.integers(0, 7), st.integers(1, 9))
def test_a_wrong_digit_is_noticed(number: str, place: int, change: int) -> None:
    wrong = str((int(number[place]) + change) % 10)

    assert parse(number[:place] + wrong + number[place + 1 :]) is None


@given(numbers, st.integers(0, 6))
def test_swapped_neighbours_are_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert (parse(swapped) is None) == (swapped != number)


@pytest.mark.parametrize(
    "text",
    [
        "12345671",
        "1234-5671",
        "1234 5671",
        " 12 34 56 71 ",
        "1234\u00a05671",
        "1234–5671",
        "1234—5671",
        "1234\u22125671",
        "#1234-5671",
        "1234.5671",
        "１２３４-５６７１",
        "1234-5671\n",
    ],
)
def test_ways_to_write_it(text: str) -> None:
    assert parse(text) == "12345671"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1234567",
        "123456711",
        "1234-5672",
        "1234-567l",
        "²²²²-²²²²²",
        "1234-5671; DROP",
        "$ne",
        "-12345671e0",
        "1234-5671" + " " * 100,
        "1" * 1_000_000,
        "\ud800",
        "১২৩৪৫৬৭১",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert parse(text) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    parsed = parse(text)

    assert parsed is None or is_valid(parsed)


@pytest.mark.parametrize("drawn", [-1, COUNT])
def test_draws_outside_of_the_range_are_refused(drawn: int) -> None:
    with pytest.raises(ValueError, match="draw"):
        number_of(drawn)


def test_different_draws_are_different_numbers() -> None:
    assert len({number_of(drawn) for drawn in range(0, COUNT, 977)}) == len(range(0, COUNT, 977))
