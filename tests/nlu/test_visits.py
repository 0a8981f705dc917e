"""A technician's visit is moved or cancelled: by people, who have the order and the new time at hand."""

import pytest

from tests.nlu.talk import MARKED, PHONE, FakeHub, Talk, order


async def test_a_visit_is_moved_by_people_who_know_all(talk: Talk) -> None:
    await talk.says("chci přesunout technika", "move_visit")
    assert (await talk.says("1234-5671", "give_order_number")).answer == "visit_ask_date"
    assert (await talk.says("příští úterý po obědě", "nlu_fallback", 0.2)).answer == "visit_ask_phone"
    said = await talk.says(PHONE, "give_order_number")

    assert said.handoff == {
        "reason": "topic",
        "team": "sales",
        "language": "cs",
        "summary": {
            "topic": "move_visit",
            "known": {
                "order_number": "1234-5671",
                "proven": "yes",
                "phone": MARKED,
                "date": "příští úterý",
                "time": "po obědě",
            },
            "tried": ["move_visit"],
        },
    }


async def test_all_in_one(talk: Talk) -> None:
    said = await talk.says(f"přesuňte 1234-5671 na pátek dopoledne, telefon {PHONE}", "move_visit")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {
        "order_number": "1234-5671",
        "proven": "yes",
        "phone": MARKED,
        "date": "pátek",
        "time": "dopoledne",
    }


async def test_a_phone_is_no_day(talk: Talk) -> None:
    assert (await talk.says("přesuňte 1234-5671", "move_visit")).answer == "visit_ask_date"
    assert (await talk.says(PHONE, "give_order_number")).answer == "visit_ask_date"

    said = await talk.says("ve středu", "nlu_fallback", 0.3)
    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {
        "order_number": "1234-5671",
        "proven": "yes",
        "phone": MARKED,
        "date": "středu",
    }


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("603 111 222", "give_order_number"),
        ("nevím", "nlu_fallback"),
        ("jeho telefon neznám", "order_number_unknown"),
    ],
)
async def test_whoever_cannot_prove_it_is_handed_over_all_the_same(
    text: str, intent: str, talk: Talk
) -> None:
    assert (await talk.says("zrušte 1234-5671", "cancel_visit")).answer == "visit_ask_phone"

    said = await talk.says(text, intent)
    assert said.answer == "cancel_visit"
    assert said.handoff is not None
    assert said.handoff["summary"]["known"]["proven"] == "no"
    assert "opravdu vaše" in said.text


async def test_ones_own_order_is_cancelled_without_its_number(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)

    said = await talk.says("zrušte mi to", "cancel_visit")
    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"order_number": "4000-0011", "proven": "yes"}


async def test_one_of_several(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"), order("5000-0021"))
    which = await talk.says("zrušte mi to", "cancel_visit")

    said = await talk.says(which.buttons["5000-0021 · Optik 500"])
    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"order_number": "5000-0021", "proven": "yes"}


async def test_who_has_no_number_is_not_held_up(talk: Talk) -> None:
    asked = await talk.says("zrušte mi to", "cancel_visit")

    said = await talk.says(asked.buttons["Číslo neznám"])
    assert said.answer == "cancel_visit"
    assert "order_number" not in talk.memory.known


async def test_nor_on_the_way_to_another_day(talk: Talk) -> None:
    await talk.says("chci přesunout technika", "move_visit")
    assert (await talk.says("to nemám", "order_number_unknown")).answer == "visit_ask_date"

    assert (await talk.says("v pátek", "greet", 0.3)).answer == "move_visit"


@pytest.mark.parametrize(
    "text",
    [
        "zrušte návštěvu 15. 12. 2026 prosím",
        "Zrušte technika na adrese Veveří 1125, Brno",
        "zrušte 2026-11-30",
    ],
)
async def test_a_date_and_an_address_are_no_number(text: str, talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)

    said = await talk.says(text, "cancel_visit")
    assert said.answer == "cancel_visit"
    assert talk.memory.known["order_number"] == "4000-0011"


@pytest.mark.parametrize("intent", ["nlu_fallback", "give_order_number", "move_visit"])
@pytest.mark.parametrize("text", ["24. 11. 2026", "December 15, 2026", "2026-11-30", "30. listopadu 2026"])
@pytest.mark.parametrize("first", ["chci přesunout technika", "přesuňte 1234-5671"])
async def test_a_day_with_its_year(first: str, text: str, intent: str, talk: Talk) -> None:
    if (await talk.says(first, "move_visit")).answer == "visit_ask_number":
        await talk.says("1234 5671", "give_order_number")

    said = await talk.says(text, intent)
    assert said.answer == "visit_ask_phone"
    assert talk.memory.known == {"order_number": "1234-5671", "date": text}


@pytest.mark.parametrize(
    "text",
    [
        "v pátek mi má přijet technik, ale nebudu doma, chci jiný termín",
        "the technician comes on Friday, I need another day",
    ],
)
async def test_the_old_day_is_not_the_one_that_is_wished_for(text: str, talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)
    assert (await talk.says(text, "move_visit")).answer == "visit_ask_date"

    said = await talk.says("až dopoledne / in the afternoon", "nlu_fallback")
    assert said.handoff is not None
    known = said.handoff["summary"]["known"]
    assert "date" not in known
    assert "time" in known
    assert known["words"] == text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("přesuňte to z pátku na pondělí", "pondělí"),
        ("ať přijede radši až v sobotu", "sobotu"),
        ("v úterý mi to nejde, co takhle čtvrtek", "čtvrtek"),
        ("move it from Friday to Monday please", "Monday"),
        ("rather Monday than Friday please", "Monday"),
        ("could you put it off until next week", "next week"),
    ],
)
async def test_the_new_day_is_told_from_the_old_one(text: str, day: str, talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)

    assert (await talk.says(text, "move_visit")).answer == "move_visit"
    assert talk.memory.known == {"order_number": "4000-0011", "date": day}


async def test_the_new_day_waits_for_the_number(talk: Talk) -> None:
    await talk.says("přesuňte technika na pátek dopoledne", "move_visit")

    assert (await talk.says("1234-5671", "give_order_number")).answer == "visit_ask_phone"
    assert (await talk.says("nemám ho", "nlu_fallback")).answer == "move_visit"
    assert talk.memory.known == {"order_number": "1234-5671", "date": "pátek", "time": "dopoledne"}


async def test_a_wrong_number_of_a_visit(talk: Talk) -> None:
    assert (await talk.says("zrušte 1234-5672", "cancel_visit")).answer == "order_number_wrong"


async def _asked_for_a_day(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)
    assert (await talk.says("chci přesunout technika", "move_visit")).answer == "visit_ask_date"


@pytest.mark.parametrize(
    "text",
    [
        "v úterý, ne v pondělí",
        "příští týden ve středu",
        "kdykoliv kromě pátku",
        "od pondělí do středy",
        "pozítří, zítra nemůžu",
        "zítra nemůžu",
        "on Tuesday, not on Monday",
        "any day but Friday",
        "v úterý nebo ve čtvrtek po obědě",
    ],
)
async def test_of_several_days_none_is_chosen_but_all_the_words(text: str, talk: Talk, hub: FakeHub) -> None:
    await _asked_for_a_day(talk, hub)

    assert (await talk.says(text, "nlu_fallback", 0.3)).answer == "move_visit"
    assert talk.memory.known == {"order_number": "4000-0011", "date": text}


async def test_nor_of_several_hours(talk: Talk, hub: FakeHub) -> None:
    await _asked_for_a_day(talk, hub)

    assert (await talk.says("ráno nebo večer", "nlu_fallback", 0.3)).answer == "move_visit"
    assert talk.memory.known == {"order_number": "4000-0011", "time": "ráno nebo večer"}


@pytest.mark.parametrize(
    "text",
    [
        "technik má přijít na zítra, ale nemůžu, chci ho přesunout na pátek",
        "moc se nehodí na zítra, radši pozítří",
        "přesuňte technika na pátek, v úterý nemůžu",
        "move the visit to Friday or to Monday",
    ],
)
async def test_a_new_day_among_others_is_told_in_the_customers_words(
    text: str, talk: Talk, hub: FakeHub
) -> None:
    hub.own = (order("4000-0011"),)

    assert (await talk.says(text, "move_visit")).answer == "move_visit"
    assert talk.memory.known == {"order_number": "4000-0011", "date": text}


@pytest.mark.parametrize(
    "text",
    [
        "Na pátek mám technika, chci jiný termín",
        "technik má přijít na zítra, to nejsem doma",
        "the visit was moved to Friday but I can't make it",
        "nemůžu na zítra, přesuňte mi technika",
    ],
)
async def test_a_day_that_may_not_suit_is_no_new_one(text: str, talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)

    assert (await talk.says(text, "move_visit")).answer == "visit_ask_date"
    assert talk.memory.known == {"words": text}
    assert (await talk.says("v neděli", "nlu_fallback", 0.3)).answer == "move_visit"
    assert talk.memory.known == {"order_number": "4000-0011", "date": "neděli", "words": text}


async def test_who_asks_for_a_person_before_the_number_brings_the_words(talk: Talk) -> None:
    await talk.says("přesuňte to na úterý nebo na středu", "move_visit")
    said = await talk.says("dejte mi radši člověka", "request_human")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"date": "přesuňte to na úterý nebo na středu"}


@pytest.mark.parametrize(
    ("text", "intent", "checked"),
    [
        ("zrušte objednávku 1234-5671 souseda", "cancel_visit", "opravdu vaše"),
        ("přesuňte 1234-5671 na pátek", "move_visit", "opravdu vaše"),
        ("please cancel the visit for order 1234-5671", "cancel_visit", "really yours"),
    ],
)
async def test_nobody_takes_an_order_for_theirs_that_was_not_proven(
    text: str, intent: str, checked: str, talk: Talk
) -> None:
    assert (await talk.says(text, intent)).answer == "visit_ask_phone"
    said = await talk.says("603 111 222", "give_order_number")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"]["proven"] == "no"
    assert checked in said.text


@pytest.mark.parametrize(
    ("first", "intent", "text"),
    [
        ("dobrý den", "greet", f"zrušte návštěvu 1234-5671, telefon {PHONE}"),
        (f"kde je objednávka 1234-5671, telefon {PHONE}", "ask_order_status", "zrušte návštěvu 1234-5671"),
        (f"volejte mi zítra na {PHONE}", "call_me_back", "zrušte návštěvu 1234-5671"),
    ],
)
async def test_the_phone_of_the_order_proves_it(first: str, intent: str, text: str, talk: Talk) -> None:
    await talk.says(first, intent)
    said = await talk.says(text, "cancel_visit")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"]["proven"] == "yes"
    assert "opravdu vaše" not in said.text


async def test_one_proven_order_proves_no_other(talk: Talk) -> None:
    await talk.says(f"kde je objednávka 1234-5671, telefon {PHONE}", "ask_order_status")
    assert (await talk.says("zrušte návštěvu 9999-9991", "cancel_visit")).answer == "visit_ask_phone"
    said = await talk.says("nevím", "nlu_fallback")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"]["order_number"] == "9999-9991"
    assert said.handoff["summary"]["known"]["proven"] == "no"


async def test_what_was_proven_stays_so_when_somebody_gets_angry(talk: Talk) -> None:
    said = await talk.says(f"kurva kde je objednávka 1234-5671, telefon {PHONE}", "ask_order_status")

    assert said.handoff is not None
    assert (said.handoff["reason"], said.handoff["summary"]["known"]["proven"]) == ("anger", "yes")
