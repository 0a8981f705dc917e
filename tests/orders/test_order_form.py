"""The order form: forgiving in form, exact in result, unmoved by hostile input."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.customers.fields import FormErrors
from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.orders.order import OrderForm, read_form
from hub.orders.terms import TERMS
from storage.model.orders import Address, Money, Visit
from tests.orders.forms import CATALOGUE, GOOD, NOW, form, wrong


def read(raw: dict[str, Any]) -> OrderForm:
    result = read_form(raw, CATALOGUE, NOW, TERMS)
    assert isinstance(result, OrderForm), result
    return result


def test_a_good_form() -> None:
    assert read(GOOD) == OrderForm(
        customer_name="Jana Nováková",
        phone="+420601234567",
        address=Address("Dlouhá 12", "Brno", "602 00"),
        tariff=TARIFFS[2],
        visit=Visit(date(2026, 12, 1), time(8), time(10)),
        equipment=(EQUIPMENT[0],),
        due=Money(149_900, "CZK"),
        note="",
    )


def test_an_empty_form_names_every_field_that_is_missing() -> None:
    missing = {
        "customer_name",
        "phone",
        "address.street",
        "address.town",
        "address.postal_code",
        "tariff_code",
        "visit.day",
        "visit.starts",
        "due.amount",
    }

    assert wrong({}) == dict.fromkeys(missing, "required")


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("601234567", "+420601234567"),
        ("+420 601 234 567", "+420601234567"),
        ("00420 601 234 567", "+420601234567"),
        ("(601) 234-567", "+420601234567"),
        ("601\u00a0234\u00a0567", "+420601234567"),
        ("tel:+420601234567", "+420601234567"),
        ("+421 905 123 456", "+421905123456"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_phones_are_understood(written: str, phone: str) -> None:
    assert read(form(phone=written)).phone == phone


@pytest.mark.parametrize(
    "written", ["110 00", "11000", " 1 1 0 0 0 ", "CZ-110 00", "110\u00a000", "１１０００"]
)
def test_postal_codes_are_understood(written: str) -> None:
    assert read(form(address__postal_code=written)).address.postal_code == "110 00"


def test_words_are_tidied() -> None:
    tidy = read(form(customer_name="  Jana \t Nova\u0301kova\u0301 ", note="  zvonek\nnefunguje  "))

    assert tidy.customer_name == "Jana Nováková"
    assert tidy.note == "zvonek\nnefunguje"


def test_equipment_may_be_absent_or_twice() -> None:
    assert (
        read({key: value for key, value in GOOD.items() if key not in {"equipment", "note"}}).equipment == ()
    )
    assert len(read(form(equipment=["mesh-unit", "mesh-unit"])).equipment) == 2


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("customer_name", "", "required"),
        ("customer_name", "   ", "required"),
        ("customer_name", "\u200b\u200b", "unreadable"),
        ("customer_name", "J", "name_invalid"),
        ("customer_name", "12345", "name_invalid"),
        ("customer_name", "<script>alert(1)</script>", "name_invalid"),
        ("customer_name", "Jana\u202eavokáN", "unreadable"),
        ("customer_name", "Jana\x00", "unreadable"),
        ("customer_name", "a" * 121, "too_long"),
        ("customer_name", {"$ne": ""}, "wrong_type"),
        ("customer_name", 7, "wrong_type"),
        ("customer_name", "\ud800\ud800", "unreadable"),
        ("phone", "", "required"),
        ("phone", "123", "phone_invalid"),
        ("phone", "601 234 56", "phone_invalid"),
        ("phone", "601 234 567 ext. 5", "phone_invalid"),
        ("phone", "call me", "phone_invalid"),
        ("phone", "+999 601 234 567", "phone_invalid"),
        ("phone", "6" * 41, "too_long"),
        ("phone", ["601234567"], "wrong_type"),
        ("address", None, "required"),
        ("address", "Dlouhá 12, Brno", "wrong_type"),
        ("address", [], "wrong_type"),
        ("address__street", "Dlouhá", "house_number_missing"),
        ("address__street", "a1" * 81, "too_long"),
        ("address__town", "123", "town_invalid"),
        ("address__postal_code", "1100", "postal_code_invalid"),
        ("address__postal_code", "110 000", "postal_code_invalid"),
        ("address__postal_code", "010 01", "postal_code_invalid"),
        ("address__postal_code", "SW1A 1AA", "postal_code_invalid"),
        ("address__postal_code", "১১০০০", "postal_code_invalid"),
        ("address__postal_code", 11000, "wrong_type"),
        ("tariff_code", "optik-9000", "tariff_unknown"),
        ("tariff_code", "x" * 10_000, "tariff_unknown"),
        ("tariff_code", {"$gt": ""}, "wrong_type"),
        ("tariff_code", None, "required"),
        ("visit__day", "2026-11-22", "visit_past"),
        ("visit__day", "1970-01-01", "visit_past"),
        ("visit__day", "2027-02-22", "visit_too_far"),
        ("visit__day", "9999-12-31", "visit_too_far"),
        ("visit__day", "2026-02-30", "visit_day_invalid"),
        ("visit__day", "1. 12. 2026", "visit_day_invalid"),
        ("visit__day", "2026-W49-2", "visit_day_invalid"),
        ("visit__day", "20261201", "visit_day_invalid"),
        ("visit__day", "২০২৬-১২-০১", "visit_day_invalid"),
        ("visit__day", 20261201, "wrong_type"),
        ("visit__starts", "09:00", "window_invalid"),
        ("visit__starts", "8", "window_invalid"),
        ("visit__starts", "99:99", "window_invalid"),
        ("visit__ends", "12:00", "window_invalid"),
        ("visit__ends", None, "required"),
        ("equipment", "router-wifi6", "wrong_type"),
        ("equipment", {}, "wrong_type"),
        ("equipment", ["router-wifi6"] * 11, "too_long"),
        ("equipment", ["router-wifi6", "toaster"], "equipment_unknown"),
        ("equipment", [["router-wifi6"]], "wrong_type"),
        ("due__amount", None, "required"),
        ("due__amount", -1, "amount_invalid"),
        ("due__amount", 1.5, "amount_invalid"),
        ("due__amount", float("nan"), "amount_invalid"),
        ("due__amount", True, "amount_invalid"),
        ("due__amount", "149900", "amount_invalid"),
        ("due__amount", 2**70, "amount_invalid"),
        ("due__amount", TERMS.most_due.amount + 1, "amount_invalid"),
        ("due__currency", "EUR", "amount_invalid"),
        ("due__currency", None, "amount_invalid"),
        ("note", "a" * 2_001, "too_long"),
        ("note", "a\x00", "unreadable"),
        ("note", 1, "wrong_type"),
        ("number", "12345671", "unknown_field"),
        ("operator_id", "somebody", "unknown_field"),
        ("visit__crew", "A", "unknown_field"),
        ("a" * 100_000, 1, "unknown_field"),
    ],
)
def test_a_wrong_field_is_named_alone(path: str, value: object, code: str) -> None:
    found = wrong(form(**{path: value}))

    assert set(found.values()) == {code} | ({"required"} if path == "address" else set())
    expected = (
        path.replace("__", ".").replace("visit.ends", "visit.starts").replace("due.currency", "due.amount")
    )
    assert all(name.startswith(expected[:60]) for name in found)


@pytest.mark.parametrize(
    ("now", "starts", "ends", "found"),
    [
        ("2026-12-01T06:59:59+00:00", "08:00", "10:00", {}),  # 7:59:59 in Prague
        ("2026-12-01T07:00:00+00:00", "08:00", "10:00", {"visit.starts": "visit_past"}),
        ("2026-12-01T07:00:00+00:00", "10:00", "12:00", {}),
        ("2026-12-01T22:59:00+00:00", "16:00", "18:00", {"visit.starts": "visit_past"}),
        (
            "2026-12-01T23:00:00+00:00",
            "16:00",
            "18:00",
            {"visit.day": "visit_past"},
        ),  # it is the 2nd in Prague
    ],
)
def test_today_is_today_in_prague(now: str, starts: str, ends: str, found: dict[str, str]) -> None:
    raw = form(visit__starts=starts, visit__ends=ends)

    assert wrong(raw, datetime.fromisoformat(now)) == found


def test_the_furthest_day_is_still_good() -> None:
    furthest = (NOW.date() + timedelta(days=TERMS.furthest_days)).isoformat()

    assert wrong(form(visit__day=furthest)) == {}


def test_errors_are_bounded_however_many_there_are() -> None:
    found = wrong({f"x{index}": index for index in range(10_000)})

    assert len(found) == 20


def test_messages_never_repeat_what_was_sent() -> None:
    result = read_form(
        form(phone="MARKER", customer_name="<MARKER>", tariff_code="MARKER"), CATALOGUE, NOW, TERMS
    )

    assert isinstance(result, FormErrors)
    assert "MARKER" not in str(result.details())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(list(GOOD)) | st.text(), json_values))
def test_no_json_breaks_it(raw: dict[str, Any]) -> None:
    assert isinstance(read_form(raw, CATALOGUE, NOW, TERMS), OrderForm | FormErrors)


PATHS = [
    *(
        "customer_name",
        "phone",
        "address",
        "address__street",
        "address__town",
        "address__postal_code",
        "tariff_code",
    ),
    *(
        "visit",
        "visit__day",
        "visit__starts",
        "visit__ends",
        "equipment",
        "due",
        "due__amount",
        "due__currency",
        "note",
    ),
]


@given(
    st.sampled_from(PATHS), json_values | st.text(st.characters(categories=["Cs", "Cf", "Nd", "Mn", "Zs"]))
)
def test_a_form_with_one_hostile_field_is_read_or_named(path: str, value: object) -> None:
    result = read_form(form(**{path: value}), CATALOGUE, NOW, TERMS)

    if isinstance(result, OrderForm):
        stored = [result.customer_name, result.phone, result.note, *vars_of(result.address)]
        assert all(text.encode("utf-8") is not None for text in stored)  # nothing that storage would refuse
        assert 0 <= result.due.amount <= TERMS.most_due.amount
    else:
        assert result.fields


def vars_of(address: Address) -> list[str]:
    return [address.street, address.town, address.postal_code]


@given(st.integers(0, 2 * 365 * 24 * 60), st.integers(-3, 100))
def test_a_visit_that_is_accepted_has_not_begun(minutes: int, ahead: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    day = TERMS.local(now).date() + timedelta(days=ahead)
    result = read_form(form(visit__day=day.isoformat()), CATALOGUE, now, TERMS)

    begins = datetime.combine(day, time(8), TERMS.time_zone)
    good = now < begins and ahead <= TERMS.furthest_days
    assert isinstance(result, OrderForm) == good


def test_the_language_of_the_equipment_falls_back() -> None:
    strange = replace(EQUIPMENT[0], name={"de": "Router"})
    form_ = replace(read(GOOD), equipment=(EQUIPMENT[3], strange, replace(strange, name={})))

    assert [line.name for line in form_.lines("cs")] == ["Síťový kabel 20 m", "Router", "router-wifi6"]
