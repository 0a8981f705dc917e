"""What is taken for an answer to the bot's question, and what is not; nobody is trapped in one."""

from collections import Counter
from functools import cache, partial

import pytest
from actions.library import read_content, read_learnt
from actions.memory import Memory, Question
from components.entities.finder import Finder
from components.entities.tables import Tables
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.nlu.conftest import NLU
from tests.nlu.talk import PHONE, FakeHub, Talk

_content = cache(partial(read_content, NLU / "content"))  # no fixtures, which examples would be shown with
_learnt = cache(partial(read_learnt, NLU / "data" / "nlu"))

_KINDS = ["order_number", "phone", "town", "street", "date", "time", "words", "people", "use", "tariff", "?"]
_ABOUT = [
    *(
        "ask_order_status",
        "move_visit",
        "cancel_visit",
        "call_me_back",
        "ask_availability",
        "ask_outage",
        "?",
    ),
    *("recommend_tariff", "compare_tariffs", "ask_tariff_details", "complaint", "wish", "leave_message"),
]
_INTENTS = [*_ABOUT, "deny", "affirm", "request_human", "insult", "nlu_fallback", "out_of_scope", "greet"]
_TEXT = st.text(max_size=60) | st.sampled_from(["1234-5671", PHONE, "Brno", "ne", "12345678", "dva", "/deny"])


@settings(max_examples=300, deadline=None)
@given(
    question=st.builds(
        Question,
        st.sampled_from(_ABOUT),
        st.sampled_from(_KINDS),
        st.dictionaries(st.sampled_from(_KINDS), st.text(max_size=20), max_size=2),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    text=_TEXT,
    intent=st.sampled_from(_INTENTS),
    confidence=st.floats(0, 1),
    entities=st.dictionaries(st.sampled_from(_KINDS), st.text(max_size=20), max_size=3),
)
async def test_whatever_is_said_to_whatever_question_there_is_an_answer(
    question: Question,
    text: str,
    intent: str,
    confidence: float,
    entities: dict[str, str],
) -> None:
    talk = Talk(_content(), *_learnt(), Finder(Tables({}, frozenset()), []), FakeHub())
    talk.memory = Memory(question=question, offered="sales")
    marked = [{"entity": name, "value": value} for name, value in entities.items()]

    said = await talk.hears(
        {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": marked}
    )

    assert said.text.strip()


@pytest.mark.parametrize("about", _ABOUT)
async def test_nobody_is_asked_the_same_for_a_third_time(about: str, talk: Talk) -> None:
    """Nonsense ends every question: a person takes over, it is left at that, or it is what was to be written down."""
    await talk.says("hm", about)
    answers = [await talk.says("blabla", "nlu_fallback", 0.1) for _ in range(3)]

    assert any(said.handoff or said.answer in ("form_dropped", "wish") for said in answers)
    assert talk.memory.question is None
    assert max(Counter(said.answer for said in answers).values()) < 3


async def test_a_question_waits_while_something_else_is_asked(talk: Talk) -> None:
    await talk.says("zavolejte mi", "call_me_back")
    assert (await talk.says("a kde vlastně sídlíte", "ask_contacts")).answer == "ask_contacts"
    assert (await talk.says("díky", "thanks")).answer == "thanks"

    assert (await talk.says(PHONE, "nlu_fallback", 0.1)).answer == "callback_ask_time"


async def test_but_not_for_ever(talk: Talk) -> None:
    await talk.says("zavolejte mi", "call_me_back")
    for _ in range(3):
        await talk.says("a kde vlastně sídlíte", "ask_contacts")

    assert talk.memory.question is None


async def test_never_mind(talk: Talk) -> None:
    asked = await talk.says("zavolejte mi", "call_me_back")

    assert (await talk.says(asked.buttons["Nechat být"])).answer == "form_dropped"
    assert talk.memory.question is None


async def test_a_person_goes_first(talk: Talk) -> None:
    await talk.says("stav objednávky", "ask_order_status")

    assert (await talk.says("chci člověka", "request_human")).answer == "handoff_requested"
    assert talk.memory.question is None


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("už týden mi nejde internet a nikdo to neřeší", "connection_problem", 0.9),
        ("Proč mi technik nepřijel a nikdo se neozval?", "ask_order_status", 0.7),
    ],
)
async def test_somebody_who_tells_what_happened_is_not_interrupted(
    text: str, intent: str, confidence: float, talk: Talk, hub: FakeHub
) -> None:
    await talk.says("chci si stěžovat", "complaint")

    assert (await talk.says(text, intent, confidence)).answer == "complaint"
    assert hub.cases[0][3] == text


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "answer"),
    [
        ("ne", "deny", 0.3, "form_dropped"),
        ("vlastně ne", "deny", 0.9, "form_dropped"),
        ("chci radši operátora", "request_human", 0.9, "handoff_requested"),
        ("a do kolika máte otevřeno?", "ask_opening_hours", 0.9, "hours_open"),
    ],
)
async def test_unless_it_is_clearly_something_else(
    text: str, intent: str, confidence: float, answer: str, talk: Talk, hub: FakeHub
) -> None:
    await talk.says("chci si stěžovat", "complaint")

    assert (await talk.says(text, intent, confidence)).answer == answer
    assert talk.memory.question is None
    assert not hub.cases


@pytest.mark.parametrize("about", ["complaint", "wish", "leave_message"])
@pytest.mark.parametrize(
    ("text", "intent"), [("ano", "affirm"), ("ok dobře", "affirm"), ("děkuji", "thanks"), ("ahoj", "greet")]
)
async def test_manners_are_no_words(about: str, text: str, intent: str, talk: Talk, hub: FakeHub) -> None:
    asked = await talk.says("něco", about)

    assert (await talk.says(text, intent)).answer == asked.answer
    said = await talk.says("technik mi poškrábal podlahu", "nlu_fallback", 0.2)
    assert said.answer == about
    assert talk.memory.known["words"] == "technik mi poškrábal podlahu"
    assert len(hub.cases) == (about != "leave_message")


@pytest.mark.parametrize("about", ["complaint", "wish"])
async def test_who_would_buy_does_not_complain(about: str, talk: Talk, hub: FakeHub) -> None:
    await talk.says("něco", about)

    said = await talk.says("Dobrý den, chtěl bych objednat internet", "how_to_order", 0.95)
    assert said.answer == "how_to_order"
    assert not hub.cases


async def test_a_message_may_be_about_buying(talk: Talk) -> None:
    await talk.says("něco", "leave_message")

    said = await talk.says("Dobrý den, chtěl bych objednat internet", "how_to_order", 0.95)
    assert said.answer == "leave_message"


async def test_a_question_of_yesterday_swallows_nothing(talk: Talk, hub: FakeHub) -> None:
    await talk.says("chci si stěžovat", "complaint")
    talk.now += 86_400

    assert (await talk.says("nejde mi doma internet", "connection_problem")).answer == "connection_problem"
    assert not hub.cases


async def test_nor_is_a_yes_to_it_taken_up(talk: Talk) -> None:
    await talk.says("jak objednat", "how_to_order")
    talk.now += 86_400

    assert (await talk.says("ano", "affirm")).answer == "affirm"


async def test_an_answer_that_seems_to_be_about_something_else(talk: Talk) -> None:
    await talk.says("máte u nás pokrytí", "ask_availability")

    assert (await talk.says("Brno", "ask_outage", town="Brno")).answer == "availability_available"


@pytest.mark.parametrize("text", ["oh, found it. 1234-5671", "objednávka 1234-5671, mobil 777 123 456"])
async def test_an_order_number_is_no_time(text: str, talk: Talk) -> None:
    await talk.says(f"zavolejte mi na {PHONE}", "call_me_back")

    assert (await talk.says(text, "give_order_number")).answer == "order_scheduled"


async def test_two_things_that_were_wanted_tell_more_than_a_guess_about_the_rest(talk: Talk) -> None:
    await talk.says("kde je objednávka 1234-5671", "ask_order_status")
    text = "kouknu znovu na 1234-5671, telefon 777 888 992"
    assert (await talk.says(text, "call_me_back", 0.64)).answer == "order_phone_wrong"
    assert (await talk.says(text, "call_me_back", 0.95)).answer.startswith("callback")


async def test_an_order_number_tells_more_than_an_unsure_guess(talk: Talk) -> None:
    said = await talk.says(f"objednávka 1234-5671 a mobil {PHONE}", "call_me_back", 0.4)

    assert said.answer == "order_scheduled"


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("ano", "affirm", "availability_ask_town"),
        ("díky", "thanks", "thanks"),
        ("ne", "deny", "form_dropped"),
    ],
)
async def test_manners_are_no_town(text: str, intent: str, answer: str, talk: Talk) -> None:
    await talk.says("máte u nás pokrytí", "ask_availability")

    assert (await talk.says(text, intent, 0.3)).answer == answer
    assert "town" not in talk.memory.known


async def test_a_town_that_nobody_has_marked(talk: Talk) -> None:
    await talk.says("máte u nás pokrytí", "ask_availability")

    said = await talk.says("brnu", "nlu_fallback", 0.1)
    assert said.answer == "availability_available"
    assert talk.memory.known == {"town": "Brno"}


async def test_a_number_after_a_greeting_says_enough(talk: Talk) -> None:
    assert (
        await talk.says("dobrý den, 1234-5671", "greet", 0.8, order_number="1234-5671")
    ).answer == "order_ask_phone"


@pytest.mark.parametrize(
    ("text", "intent"), [("je mi to jedno", "deny"), ("I don't mind", "deny"), ("kdykoliv", "affirm")]
)
async def test_who_does_not_mind_is_called_any_time(text: str, intent: str, talk: Talk) -> None:
    await talk.says(f"zavolejte mi na {PHONE}", "call_me_back")

    said = await talk.says(text, intent)
    assert said.handoff is not None
    assert said.handoff["summary"]["known"]["time"] in ("kdykoli", "kdykoliv", "any time")


@pytest.mark.parametrize("text", ["jenom já", "just me"])
async def test_who_is_alone_is_one(text: str, talk: Talk) -> None:
    await talk.says("poraďte mi", "recommend_tariff")

    assert (await talk.says(text, "deny", 0.6)).answer == "recommend_use"


async def test_a_question_back_is_no_complaint(talk: Talk, hub: FakeHub) -> None:
    await talk.says("chci si stěžovat", "complaint")
    assert (await talk.says("na koho?", "nlu_fallback", 0.2)).answer == "complaint_ask_words"
    assert (await talk.says("kolik stojí optik 300", "ask_tariff_details", 0.95)).answer == "tariff_details"

    assert not hub.cases


async def test_a_town_after_first_aid_is_where_it_does_not_work(talk: Talk) -> None:
    await talk.says("nejde mi net", "connection_problem")

    assert (await talk.says("bydlím v Brně", "nlu_fallback", 0.2)).answer == "outage_known"


async def test_a_part_of_a_town_leaves_nothing(talk: Talk) -> None:
    await talk.says("jsem z Brna Židenic a nejde mi net", "connection_problem")

    assert talk.memory.known["town"] == "Brno"
