"""How an episode goes, by its timeline."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.conversation.commands import HandBack, HandOff, Resolve, SendMessage, Take
from hub.figures.episode import MOST_TOLD, begun
from storage.model.entry import HandoffReason
from storage.model.learning import Episode, Told, TopicCount, Waiting
from tests.conversation.bench import ANNA, JANA
from tests.unanswered.talking import Talking, read


def gone(talking: Talking) -> Episode:
    """The one episode."""
    (episode,) = read(talking.entries)[0]
    return episode


def counts(talking: Talking) -> dict[str, tuple[int, int, int]]:
    return {each.topic: (each.asked, each.answered, each.handed_over) for each in gone(talking).topics}


def test_a_question_that_is_answered() -> None:
    talk = Talking()
    asked = talk.asks("Kde najdu fakturu?", "ask_invoice")
    episode = gone(talk)
    assert episode.topics == (TopicCount("ask_invoice", 1, 1),)
    assert episode.told == (Told(asked.seq, asked.seq + 1),)
    assert episode.waiting == ()
    assert (episode.seq, episode.solved, episode.handed_over) == (2, True, False)


def test_a_day_is_that_of_the_business() -> None:
    talk = Talking()
    entry = talk.says("Haló")
    late = replace(entry, recorded_at=entry.recorded_at.replace(hour=23, minute=30))
    assert begun(late, ZoneInfo("Europe/Prague")).day == late.recorded_at.date().replace(day=24)


def test_what_nobody_has_answered_yet_waits() -> None:
    talk = Talking()
    talk.says("Haló")
    talk.says("Jste tam?", payload="/greet")
    episode = gone(talk)
    assert episode.waiting == (Waiting(1, typed=True), Waiting(2, typed=False))
    assert not episode.solved


def test_two_questions_in_a_row_are_answered_one_by_one() -> None:
    talk = Talking()
    first, second = talk.says("Faktura?"), talk.says("Technik?")
    talk.answers(first.seq, "ask_invoice")
    assert gone(talk).waiting == (Waiting(2, typed=True),)
    talk.answers(second.seq, "prepare_for_technician")
    assert gone(talk).told == (Told(1, 3), Told(2, 4))


def test_small_talk_solves_nothing() -> None:
    talk = Talking()
    talk.asks("Ahoj", "greet")
    assert not gone(talk).solved
    talk.asks("Faktura?", "ask_invoice")
    talk.asks("Díky", "thanks")
    assert gone(talk).solved


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_what_was_not_understood_is_not_solved(intent: str) -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    talk.asks("Brum", intent)
    assert not gone(talk).solved
    assert "nlu_fallback" not in counts(talk)
    talk.asks("Faktura!", "ask_invoice")
    assert gone(talk).solved


def test_an_answer_to_the_bots_question_is_no_question() -> None:
    talk = Talking()
    talk.asks("Kde je objednávka?", "ask_order_status")
    talk.asks("1234-5671", "nlu_fallback", asked="order_number")
    assert counts(talk) == {"ask_order_status": (1, 1, 0)}
    assert gone(talk).told == (Told(1, 2),)
    assert gone(talk).solved


def test_a_topic_that_is_handed_over() -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    talk.asks("Stížnost!", "complaint", handoff=HandoffReason.TOPIC)
    assert counts(talk) == {"ask_invoice": (1, 1, 0), "complaint": (1, 0, 1)}
    assert gone(talk).handed_over
    assert not gone(talk).solved


def test_who_asks_for_a_person_after_an_answer_was_not_helped_by_it() -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    talk.asks("Člověka", "request_human", handoff=HandoffReason.REQUESTED)
    assert counts(talk) == {"ask_invoice": (1, 0, 1), "request_human": (1, 0, 1)}


def test_so_was_who_presses_a_button_for_a_person() -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    talk.script.do(JANA, HandOff(HandoffReason.REQUESTED, "support"))
    assert counts(talk) == {"ask_invoice": (1, 0, 1)}


def test_after_thanks_the_answer_was_a_help() -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    talk.asks("Díky", "thanks")
    talk.asks("Člověka", "request_human", handoff=HandoffReason.REQUESTED)
    assert counts(talk)["ask_invoice"] == (1, 1, 0)


def test_a_form_that_ends_with_people() -> None:
    talk = Talking()
    talk.asks("Zavolejte mi", "call_me_back")
    talk.asks("601234567", "nlu_fallback", asked="phone", handoff=HandoffReason.REQUESTED)
    assert counts(talk) == {"call_me_back": (1, 0, 1)}


def test_a_bot_that_fails_takes_no_question_back() -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    talk.fails("A technik?")
    assert counts(talk) == {"ask_invoice": (1, 1, 0)}
    assert gone(talk).handed_over


def test_what_people_say_is_no_question_to_the_bot() -> None:
    talk = Talking()
    talk.fails("Faktura?")
    talk.script.do(ANNA, Take())
    talk.says("Haló")
    assert gone(talk).waiting
    talk.script.do(ANNA, SendMessage("Dobrý den"))
    assert gone(talk).waiting == ()
    talk.says("Mám dotaz")
    back = talk.script.do(ANNA, HandBack())
    talk.answers(back.seq, "ask_invoice")
    assert gone(talk).told == (Told(6, 8),)


def test_people_who_step_in_unasked_have_solved_it() -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    assert gone(talk).solved
    talk.script.do(ANNA, Take())
    assert not gone(talk).solved


@pytest.mark.parametrize(("score", "solved"), [(1, False), (2, False), (3, True), (5, True), (None, True)])
def test_a_bad_rating_says_that_nothing_was_solved(score: int | None, solved: bool) -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    talk.rated(score)
    assert gone(talk).solved is solved
    assert gone(talk).score == score


def test_each_episode_is_told_for_itself() -> None:
    talk = Talking()
    talk.asks("Faktura?", "ask_invoice")
    talk.script.do(ANNA, Resolve())
    talk.asks("Technik?", "prepare_for_technician")
    first, second = read(talk.entries)[0]
    assert (first.number, first.seq, second.number, second.seq) == (1, 3, 2, 5)
    assert (first.id, second.id) == ("c1:1", "c1:2")
    assert [each.topic for each in second.topics] == ["prepare_for_technician"]


def test_what_is_remembered_is_bounded() -> None:
    talk = Talking()
    for each in range(MOST_TOLD + 5):
        talk.asks("Faktura?", f"topic_{each}")
    assert len(gone(talk).told) == MOST_TOLD
    for _ in range(MOST_TOLD + 5):
        talk.says("Haló")
    assert len(gone(talk).waiting) == MOST_TOLD


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask_invoice", "wish", "greet", "request_human", "nlu_fallback", "out_of_scope"]),
        st.sampled_from([None, "phone"]),
        st.sampled_from([None, None, None, *HandoffReason]),
    ),
    max_size=12,
)


@given(STEPS)
def test_each_question_comes_out_one_way_at_most(
    steps: list[tuple[str, str | None, HandoffReason | None]],
) -> None:
    talk = Talking()
    for intent, asked, handoff in steps:
        talk.asks("Slova", intent, asked=asked, handoff=handoff)
        if handoff is not None:
            talk.script.do(ANNA, Take())
            talk.script.do(ANNA, HandBack())
    for episode in read(talk.entries)[0]:
        for each in episode.topics:
            assert min(each.asked, each.answered, each.handed_over) >= 0
            assert each.answered + each.handed_over <= each.asked
