"""Which sentences are kept to learn from, and why."""

import pytest

from hub.conversation.commands import HandOff
from hub.unanswered.lessons import Rules, teaches
from storage.model.entry import HandoffReason, Understood
from storage.model.learning import Reason
from tests.conversation.bench import JANA
from tests.unanswered.talking import RULES, Talking, learned, read


@pytest.fixture
def talk() -> Talking:
    return Talking()


def test_nothing_is_learned_of_a_good_answer(talk: Talking) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill", 0.5)
    assert learned(talk) == []


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_what_was_not_understood(talk: Talking, intent: str) -> None:
    talk.asks("Máte televizi?", intent, 0.95)
    assert learned(talk) == [("Máte televizi?", Reason.NOT_UNDERSTOOD)]


def test_what_the_bot_was_unsure_of(talk: Talking) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill", 0.49)
    assert learned(talk) == [("Kde najdu fakturu?", Reason.UNSURE)]


def test_twice_not_understood_is_each_kept_once(talk: Talking) -> None:
    talk.asks("Máte televizi?", "nlu_fallback", 0.2)
    talk.asks("No televizi!", "nlu_fallback", 0.2, handoff=HandoffReason.NOT_UNDERSTOOD)
    assert learned(talk) == [
        ("Máte televizi?", Reason.NOT_UNDERSTOOD),
        ("No televizi!", Reason.NOT_UNDERSTOOD),
    ]


def test_the_question_before_somebody_asks_for_a_person(talk: Talking) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill")
    talk.asks("Člověka", "request_human", handoff=HandoffReason.REQUESTED)
    assert learned(talk) == [("Kde najdu fakturu?", Reason.HANDED_OVER)]


def test_the_question_before_somebody_presses_the_button_for_a_person(talk: Talking) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill")
    talk.script.do(JANA, HandOff(HandoffReason.REQUESTED, "support"))
    assert learned(talk) == [("Kde najdu fakturu?", Reason.HANDED_OVER)]


def test_not_what_was_said_before_something_else(talk: Talking) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill")
    talk.asks("Díky", "thanks")
    talk.asks("Člověka", "request_human", handoff=HandoffReason.REQUESTED)
    assert learned(talk) == []


def test_what_made_somebody_angry(talk: Talking) -> None:
    talk.asks("INTERNET POŘÁD NEJDE!!!", "connection_problem", handoff=HandoffReason.ANGER)
    assert learned(talk) == [("INTERNET POŘÁD NEJDE!!!", Reason.HANDED_OVER)]


def test_of_an_insult_the_question_before(talk: Talking) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill")
    talk.asks("Ty jsi ale blbec", "insult", handoff=HandoffReason.ANGER)
    assert learned(talk) == [("Kde najdu fakturu?", Reason.HANDED_OVER)]


def test_a_topic_that_went_to_people(talk: Talking) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill", handoff=HandoffReason.TOPIC)
    assert learned(talk) == [("Kde najdu fakturu?", Reason.HANDED_OVER)]


def test_all_of_an_episode_that_was_rated_low(talk: Talking) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill")
    talk.asks("A technik?", "prepare_for_technician")
    talk.rated(2)
    assert learned(talk) == [("Kde najdu fakturu?", Reason.RATED_LOW), ("A technik?", Reason.RATED_LOW)]


@pytest.mark.parametrize("score", [3, 5, None])
def test_not_of_one_that_was_not(talk: Talking, score: int | None) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill")
    talk.rated(score)
    assert learned(talk) == []


@pytest.mark.parametrize("reason", [HandoffReason.NOT_UNDERSTOOD, HandoffReason.REQUESTED])
def test_never_an_answer_to_what_the_bot_has_asked(talk: Talking, reason: HandoffReason) -> None:
    talk.asks("Zavolejte mi", "call_me_back")
    talk.asks("60123456", "nlu_fallback", 0.1, asked="phone")
    talk.asks("tak 601 234 567", "nlu_fallback", 0.1, asked="phone", handoff=reason)
    talk.rated(1)
    assert learned(talk) == [("Zavolejte mi", Reason.RATED_LOW)]


def test_never_a_button(talk: Talking) -> None:
    talk.asks("Faktury", "ask_bill", 0.1, payload="/ask_bill")
    talk.asks("Člověka", "request_human", payload="/request_human", handoff=HandoffReason.REQUESTED)
    talk.rated(1)
    assert learned(talk) == []


def test_nothing_of_a_bot_that_does_not_tell_the_language(talk: Talking) -> None:
    talk.asks("Máte televizi?", "nlu_fallback", 0.1, language=None)
    talk.rated(1)
    assert learned(talk) == []


@pytest.mark.parametrize(
    "reason", [HandoffReason.BOT_FAILED, HandoffReason.BOT_TIMEOUT, HandoffReason.BOT_UNAVAILABLE]
)
def test_nothing_of_a_bot_that_does_not_work(talk: Talking, reason: HandoffReason) -> None:
    talk.asks("Kde najdu fakturu?", "ask_bill")
    talk.fails("Haló?", reason)
    assert learned(talk) == []


def test_without_rules_everything_may_teach(talk: Talking) -> None:
    talk.asks("Ahoj", "greet")
    talk.asks("Člověka", "request_human", handoff=HandoffReason.REQUESTED)
    assert [lesson.reason for lesson in read(talk.entries, Rules())[1]] == [Reason.HANDED_OVER]


@pytest.mark.parametrize(
    ("intent", "reason", "teaching"),
    [
        ("ask_bill", Reason.HANDED_OVER, True),
        ("greet", Reason.HANDED_OVER, False),
        ("complaint", Reason.RATED_LOW, False),
        ("greet", Reason.UNSURE, True),
        ("nlu_fallback", Reason.NOT_UNDERSTOOD, True),
    ],
)
def test_what_teaches(intent: str, reason: Reason, teaching: bool) -> None:
    assert teaches(Understood(intent, 0.3, {}), reason, RULES) is teaching
