"""What the bot decides to answer, and what it remembers."""

from typing import Any

import pytest
import yaml
from actions import replies
from actions.content import Content
from actions.hub import NoOrderNumber, NoSuchOrder
from actions.language import LanguageGuesser
from actions.library import read_content, read_guesser
from actions.order_numbers import OrderNumber
from actions.orders import Order, parse_order
from actions.turn import Memory, Turn, memory_after, messages_of, turn_of

from tests.nlu.conftest import NLU


class FakeHub:
    """Knows one order; a wrong check digit is one that is not 1."""

    def __init__(self) -> None:
        self.state = "scheduled"

    async def order(self, number: OrderNumber, language: str) -> Order:
        if number.digits[-1] != "1":
            raise NoOrderNumber
        if number.digits != "12345671":
            raise NoSuchOrder
        return Order(number.shown, self.state, f"{self.state} ({language})", "Optik 500", "zítra", "1 499 Kč")

    async def tariffs(self, language: str) -> tuple[()]:
        return ()


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content(NLU / "content")


@pytest.fixture(scope="module")
def guesser() -> LanguageGuesser:
    return read_guesser(NLU / "data" / "nlu")


@pytest.fixture
def say(content: Content, guesser: LanguageGuesser) -> Any:
    def turn(text: str, intent: str = "nlu_fallback", metadata: Any = None, **slots: Any) -> Turn:
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.25},
            "intent_ranking": [
                {"name": "nlu_fallback", "confidence": 0.25},
                {"name": "did_not_help", "confidence": 0.2},
                {"name": "ask_tariffs", "confidence": 0.1},
                {"name": "ask_contacts", "confidence": 0.09},
                {"name": "complaint", "confidence": 0.08},
            ],
            "entities": slots.pop("entities", []),
        }
        return turn_of(message, slots, metadata or {}, content, guesser)

    return turn


def test_a_message_without_anything(content: Content, guesser: LanguageGuesser) -> None:
    turn = turn_of({}, {}, {}, content, guesser)

    assert (turn.text, turn.intent, turn.confidence, turn.language) == ("", "nlu_fallback", 0.0, "cs")


def test_the_language_of_words_then_of_memory_then_of_the_page(say: Any) -> None:
    assert say("where is my order", language="cs").language == "en"
    assert say("1234-5671", language="en", metadata={"language": "cs"}).language == "en"
    assert say("1234-5671", metadata={"language": "en-GB"}).language == "en"
    assert say("1234-5671", metadata={"language": "xx"}).language == "cs"
    assert say("/ask_tariffs", language="en").language == "en"


def test_first_rephrase_then_a_person(say: Any, content: Content) -> None:
    first = say("brm brm")
    reply = replies.not_understood(first)
    assert reply.answer == "not_understood"
    said = messages_of(first, reply)[0]
    assert [button["payload"] for button in said["buttons"]] == [
        "/ask_tariffs",
        "/ask_contacts",
        "/request_human",
    ]

    memory = memory_after(first, reply)
    assert memory.misunderstood == 1

    second = say("brm", misunderstood=memory.misunderstood)
    reply = replies.not_understood(second)
    assert messages_of(second, reply)[-1] == {
        "custom": {"handoff": {"reason": "not_understood", "team": "support"}}
    }
    assert memory_after(second, reply).misunderstood == 0


def test_what_was_not_understood_carries_the_best_guess(say: Any) -> None:
    turn = say("brm brm")

    assert turn.confidence == 0.2
    assert messages_of(turn, replies.not_understood(turn))[1] == {
        "custom": {"understood": {"intent": "nlu_fallback", "confidence": 0.2, "entities": {}}}
    }


async def test_an_order_is_asked_for_found_and_remembered(say: Any) -> None:
    hub: Any = FakeHub()
    asked = await replies.order_status(say("kde je objednávka", "ask_order_status"), hub)
    assert (asked.answer, asked.expects) == ("order_ask_number", "order_number")

    found = await replies.order_status(say("1234 5671", "give_order_number", expects=asked.expects), hub)
    assert (found.answer, found.order) == ("order_scheduled", "1234-5671")

    again = await replies.order_status(
        say("a kdy přijede?", "ask_order_status", order_in_hand=found.order), hub
    )
    assert again.answer == "order_scheduled"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("12345672", "order_number_wrong"),
        ("1234567", "order_number_wrong"),
        ("87654321", "order_unknown"),
    ],
)
async def test_a_wrong_number_is_asked_for_again(text: str, answer: str, say: Any) -> None:
    hub: Any = FakeHub()
    reply = await replies.order_status(say(text, "give_order_number"), hub)

    assert (reply.answer, reply.expects) == (answer, "order_number")


async def test_a_number_alone_says_enough(say: Any) -> None:
    hub: Any = FakeHub()
    assert (await replies.not_understood_or_number(say("hm 12345671"), hub)).answer == "order_scheduled"
    assert (await replies.not_understood_or_number(say("hm 1234567"), hub)).answer == "not_understood"
    expected = say("hm 1234567", expects="order_number")
    assert (await replies.not_understood_or_number(expected, hub)).answer == "order_number_wrong"


@pytest.mark.parametrize("state", ["scheduled", "in_progress", "done", "cancelled", "on_the_moon"])
@pytest.mark.parametrize("text", ["objednávka 1234-5671", "order 1234-5671"])
async def test_every_state_has_words(state: str, text: str, say: Any) -> None:
    hub: Any = FakeHub()
    hub.state = state
    turn = say(text, "ask_order_status")

    said = messages_of(turn, await replies.order_status(turn, hub))

    assert state in said[0]["text"]
    assert said[1]["custom"]["understood"]["entities"] == {"order_number": "1234-5671"}


def test_yes_takes_up_an_offer_that_has_just_been_made(say: Any) -> None:
    how = say("jak objednat", "how_to_order")
    offered = memory_after(how, replies.ready_answer(how)).offered_team
    assert offered == "sales"

    yes = say("ano", "affirm", offered_team=offered)
    reply = replies.affirm(yes)
    assert messages_of(yes, reply)[-1]["custom"]["handoff"] == {"reason": "requested", "team": "sales"}
    assert memory_after(yes, reply).offered_team is None
    assert replies.affirm(say("ano", "affirm")).answer == "affirm"


def test_a_team_that_does_not_exist_is_not_handed_to(say: Any) -> None:
    turn = say("spojte mě", "request_human", entities=[{"entity": "team", "value": "pirates"}])

    assert messages_of(turn, replies.request_human(turn))[-1]["custom"]["handoff"]["team"] == "support"


def test_an_intent_without_an_answer_is_not_understood(say: Any) -> None:
    assert replies.ready_answer(say("?", "an_intent_of_tomorrow")).answer == "not_understood"


async def test_nothing_on_offer(say: Any) -> None:
    hub: Any = FakeHub()
    for ask in (replies.tariff_list, replies.fastest_tariff, replies.cheapest_tariff, replies.tariff_details):
        assert (await ask(say("tarify"), hub)).answer == "no_tariffs"


def test_memory_stays_with_its_slots(content: Content) -> None:
    slots = yaml.safe_load((NLU / "domain" / "memory.yml").read_text(encoding="utf-8"))["slots"]
    assert set(slots) == set(Memory.__dataclass_fields__)


@pytest.mark.parametrize("data", [None, {}, {"number": "1"}, {"visit": 3}, []])
def test_no_order(data: Any) -> None:
    with pytest.raises(ValueError, match="no order"):
        parse_order(data)
