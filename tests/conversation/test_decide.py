"""Which commands fit which states, and what they do to the conversation."""

from datetime import date, time, timedelta

import pytest

from hub.conversation.commands import (
    AddNote,
    Command,
    Context,
    EndSnooze,
    HandBack,
    HandOff,
    PlaceOrder,
    Rate,
    RecordDelivery,
    Rejected,
    Release,
    Reopen,
    Resolve,
    SendMessage,
    Snooze,
    Take,
    Transfer,
)
from hub.conversation.decide import decide
from storage.model.conversation import (
    Channel,
    DutyKind,
    Open,
    Queued,
    ResolvedAt,
    SnoozedUntil,
    WithBot,
    WithOperator,
)
from storage.model.entry import (
    Author,
    AuthorKind,
    Delivery,
    DeliveryOutcome,
    HandedOff,
    HandoffReason,
    HandoffSummary,
    Origin,
    Released,
    Transferred,
    Understood,
)
from storage.model.orders import Address, Money, OrderSummary, Visit
from tests.conversation.bench import ANNA, BOT, JANA, PETR, TIMER, Script, blank

SUMMARY = OrderSummary(
    "o1",
    "12345674",
    "Optik 500",
    Money(49_900, "CZK"),
    Visit(date(2026, 12, 1), time(8), time(10)),
    Address("Dlouhá 1", "Praha", "11000"),
    (),
    Money(149_900, "CZK"),
)
ASKED = HandOff(HandoffReason.REQUESTED, "sales")


@pytest.fixture
def talk() -> Script:
    """The contact has written; the bot owes an answer."""
    script = Script()
    script.do(JANA, SendMessage("Hello"))
    return script


@pytest.fixture
def queued(talk: Script) -> Script:
    """Waits for sales."""
    talk.do(JANA, ASKED)
    return talk


@pytest.fixture
def taken(queued: Script) -> Script:
    """With Anna."""
    queued.do(ANNA, Take())
    return queued


@pytest.fixture
def resolved(taken: Script) -> Script:
    taken.do(ANNA, Resolve())
    return taken


def test_the_first_words_open_an_episode_with_the_bot(talk: Script) -> None:
    state = talk.state
    assert (state.seq, state.public_seq, state.episode) == (1, 1, 1)
    assert isinstance(state.responder, WithBot)
    assert [(duty.kind, duty.seq) for duty in state.duties] == [(DutyKind.BOT_ANSWER, 1)]
    assert state.due_at == talk.entries[0].recorded_at + timedelta(seconds=8)
    assert state.waiting_since == talk.entries[0].recorded_at


def test_an_answer_settles_what_is_owed(talk: Script) -> None:
    talk.do(BOT, SendMessage("Good day", answers=1))
    assert talk.state.duties, "more words of this turn are to come"
    talk.do(BOT, SendMessage("How can I help?", answers=1, last=True))
    assert not talk.state.duties
    assert talk.state.waiting_since is None
    with pytest.raises(Rejected):
        talk.do(BOT, SendMessage("And again", answers=1, last=True))


def test_an_answer_to_the_second_message_leaves_nothing_owed_for_the_first(talk: Script) -> None:
    talk.do(JANA, SendMessage("Are you there?"))
    talk.do(BOT, SendMessage("Yes", answers=2, last=True))
    assert not talk.state.duties


def test_an_answer_to_the_first_message_leaves_the_second_owed(talk: Script) -> None:
    talk.do(JANA, SendMessage("Are you there?"))
    talk.do(BOT, SendMessage("Good day", answers=1, last=True))
    assert [duty.seq for duty in talk.state.duties] == [2]
    assert talk.state.waiting_since is not None


@pytest.mark.parametrize("answers", [None, 0, 7])
def test_the_bot_speaks_only_when_it_was_asked(talk: Script, answers: int | None) -> None:
    with pytest.raises(Rejected):
        talk.do(BOT, SendMessage("Buy!", answers=answers, last=True))


@pytest.mark.parametrize("before", [ASKED, Take()])
def test_the_bot_is_silent_from_the_moment_people_are_in_charge(talk: Script, before: HandOff | Take) -> None:
    talk.do(ANNA if isinstance(before, Take) else JANA, before)
    assert not talk.state.duties
    with pytest.raises(Rejected):
        talk.do(BOT, SendMessage("Late", answers=1, last=True))
    with pytest.raises(Rejected):
        talk.do(BOT, HandOff(HandoffReason.BOT_FAILED, "support", answers=1))
    with pytest.raises(Rejected):
        talk.do(TIMER, HandOff(HandoffReason.BOT_TIMEOUT, "support", answers=1))


def test_words_in_the_queue_owe_no_answer_of_the_bot(queued: Script) -> None:
    queued.do(JANA, SendMessage("Hurry"))
    assert not queued.state.duties
    assert isinstance(queued.state.responder, Queued)


def test_a_handoff_says_why_where_and_what_was_understood() -> None:
    script = Script(lengths={"sales": 4})
    script.do(JANA, SendMessage("Hello"))
    understood = Understood("order", 0.9, {})
    entry = script.do(BOT, HandOff(HandoffReason.TOPIC, "sales", understood, answers=1))
    assert entry.body == HandedOff(HandoffReason.TOPIC, "sales", 5, understood)
    assert script.state.handoff is not None
    assert (script.state.handoff.reason, script.state.handoff.team) == (HandoffReason.TOPIC, "sales")
    assert script.state.handoff.understood == understood


def test_a_handoff_carries_the_bots_summary_to_those_who_take_over() -> None:
    script = Script()
    script.do(JANA, SendMessage("Hello"))
    summary = HandoffSummary("cs", "complain", {"phone": "+420601234567"}, ("ask_tariffs",))
    entry = script.do(BOT, HandOff(HandoffReason.ANGER, "support", answers=1, summary=summary))
    assert isinstance(entry.body, HandedOff)
    assert entry.body.summary == summary
    assert script.state.handoff is not None
    assert script.state.handoff.summary == summary
    assert script.state.unanswered is None


def test_a_handoff_outside_of_hours_says_when_people_are_back() -> None:
    script = Script()
    context = Context(script.clock.now(), {}, "support", lambda at: at + timedelta(hours=9))
    ask = Command(JANA, "h", HandOff(HandoffReason.REQUESTED, "support"))
    body = decide(script.state, ask, context).body
    assert isinstance(body, HandedOff)
    assert body.opens_at == context.now + timedelta(hours=9)


def test_one_may_ask_for_people_before_saying_anything() -> None:
    script = Script()
    script.do(JANA, HandOff(HandoffReason.REQUESTED, "support", origin=Origin("https://x", language="cs")))
    assert script.state.episode == 1
    assert isinstance(script.state.responder, Queued)
    assert script.state.language == "cs"


def test_only_the_operator_in_charge_answers(taken: Script) -> None:
    taken.do(ANNA, SendMessage("Anna here"))
    for action in (
        SendMessage("Me too"),
        Release(),
        HandBack(),
        Resolve(),
        Snooze(taken.clock.now() + timedelta(hours=1)),
        Transfer(team="billing"),
    ):
        with pytest.raises(Rejected):
            taken.do(PETR, action)


@pytest.mark.parametrize("action", [SendMessage("Hi"), Release(), HandBack()])
def test_an_operator_must_take_before_acting(
    queued: Script, action: SendMessage | Release | HandBack
) -> None:
    with pytest.raises(Rejected):
        queued.do(ANNA, action)


def test_a_colleagues_conversation_is_taken_over_only_with_the_right_to(taken: Script) -> None:
    with pytest.raises(Rejected):
        taken.do(PETR, Take())
    with pytest.raises(Rejected):
        taken.do(ANNA, Take(over=True))
    taken.do(PETR, Take(over=True))
    assert isinstance(taken.state.responder, WithOperator)
    assert taken.state.responder.operator_id == "petr"
    assert taken.state.responder.team == "sales"


def test_a_colleagues_snoozed_conversation_is_no_ones_for_the_taking(taken: Script) -> None:
    taken.do(ANNA, Snooze(taken.clock.now() + timedelta(hours=1)))
    with pytest.raises(Rejected):
        taken.do(PETR, Take())
    taken.do(ANNA, Take())
    assert isinstance(taken.state.status, Open)


def test_release_goes_back_to_the_same_queue_at_the_place_earned(queued: Script) -> None:
    since = queued.state.waiting_since
    queued.do(ANNA, Take())
    assert queued.do(ANNA, Release()).body == Released("sales")
    assert queued.state.responder == Queued("sales", since or queued.clock.now())


def test_transfer_to_a_team_and_to_a_colleague(taken: Script) -> None:
    with pytest.raises(Rejected):
        taken.do(ANNA, Transfer())
    with pytest.raises(Rejected):
        taken.do(ANNA, Transfer(team="billing", operator_id="petr", operator_name="Petr"))
    with pytest.raises(Rejected):
        taken.do(ANNA, Transfer(operator_id="anna", operator_name="Anna"))
    taken.do(ANNA, Transfer(operator_id="petr", operator_name="Petr"))
    assert isinstance(taken.state.responder, WithOperator)
    assert taken.state.responder.operator_id == "petr"
    assert taken.do(PETR, Transfer(team="billing")).body == Transferred("billing")
    assert isinstance(taken.state.responder, Queued)
    assert taken.state.responder.team == "billing"


def test_handing_back_gives_the_bot_the_next_words(taken: Script) -> None:
    taken.do(ANNA, HandBack())
    assert isinstance(taken.state.responder, WithBot)
    said = taken.do(JANA, SendMessage("And now?"))
    assert [duty.seq for duty in taken.state.duties] == [said.seq]


def test_a_note_is_hidden_and_leaves_no_public_gap(taken: Script) -> None:
    before = taken.state.public_seq
    note = taken.do(ANNA, AddNote("Watch out"))
    assert not note.public
    assert note.public_seq == before
    said = taken.do(ANNA, SendMessage("Hello"))
    assert said.public_seq == before + 1
    assert taken.state.last_message is not None
    assert taken.state.last_message.text == "Hello"
    with pytest.raises(Rejected):
        taken.do(JANA, AddNote("I, a customer"))


def test_resolved_is_over_until_the_contact_writes(resolved: Script) -> None:
    assert isinstance(resolved.state.status, ResolvedAt)
    for author, action in (
        (ANNA, Resolve()),
        (ANNA, SendMessage("One more thing")),
        (BOT, HandOff(HandoffReason.BOT_FAILED, "support")),
        (TIMER, HandOff(HandoffReason.BOT_TIMEOUT, "support", answers=1)),
    ):
        with pytest.raises(Rejected):
            resolved.do(author, action)
    entry = resolved.do(JANA, SendMessage("It is me again"))
    assert (entry.episode, resolved.state.episode) == (2, 2)
    assert isinstance(resolved.state.status, Open)
    assert isinstance(resolved.state.responder, WithBot)
    assert resolved.state.handoff is None
    assert resolved.state.opened_at == entry.recorded_at


def test_asking_for_people_reopens_too(resolved: Script) -> None:
    resolved.do(JANA, HandOff(HandoffReason.REQUESTED, "support"))
    assert resolved.state.episode == 2
    assert isinstance(resolved.state.responder, Queued)


def test_an_operator_reopens_into_a_new_episode(resolved: Script) -> None:
    resolved.do(PETR, Reopen())
    assert resolved.state.episode == 2
    assert isinstance(resolved.state.responder, WithOperator)
    assert resolved.state.responder.operator_id == "petr"
    with pytest.raises(Rejected):
        resolved.do(PETR, Reopen())


def test_a_note_does_not_begin_a_conversation() -> None:
    """An episode that the contact would see, in which nothing can be seen."""
    with pytest.raises(Rejected):
        Script().do(ANNA, AddNote("Who is this?"))


def test_a_note_to_a_resolved_conversation_does_not_open_it(resolved: Script) -> None:
    resolved.do(ANNA, AddNote("Called back"))
    assert isinstance(resolved.state.status, ResolvedAt)
    assert resolved.state.episode == 1


def test_rating_needs_an_episode_that_is_over(taken: Script) -> None:
    with pytest.raises(Rejected):
        taken.do(JANA, Rate(5, None))
    taken.do(ANNA, Resolve())
    with pytest.raises(Rejected):
        taken.do(ANNA, Rate(5, None))
    taken.do(JANA, Rate(4, None))
    taken.do(JANA, Rate(None, "Quick"))
    assert taken.state.rating is not None
    assert (taken.state.rating.score, taken.state.rating.comment) == (4, "Quick")
    assert isinstance(taken.state.status, ResolvedAt)


def test_a_snooze_ends_in_time_or_by_the_contacts_words(taken: Script) -> None:
    with pytest.raises(Rejected):
        taken.do(ANNA, Snooze(taken.clock.now()))
    until = taken.clock.now() + timedelta(hours=1)
    entry = taken.do(ANNA, Snooze(until))
    assert taken.state.status == SnoozedUntil(until)
    assert taken.state.due_at == until
    assert not entry.public
    with pytest.raises(Rejected):
        taken.do(TIMER, EndSnooze(entry.seq + 1))
    taken.do(TIMER, EndSnooze(entry.seq))
    assert isinstance(taken.state.status, Open)
    assert not taken.state.duties
    again = taken.do(ANNA, Snooze(taken.clock.now() + timedelta(hours=1)))
    taken.do(JANA, SendMessage("Hello?"))
    assert isinstance(taken.state.status, Open)
    assert isinstance(taken.state.responder, WithOperator)
    with pytest.raises(Rejected):
        taken.do(TIMER, EndSnooze(again.seq))


def test_an_order_in_an_open_conversation_changes_nobodys_turn(taken: Script) -> None:
    before = taken.state
    entry = taken.do(ANNA, PlaceOrder(SUMMARY))
    assert entry.public
    assert (taken.state.status, taken.state.responder) == (before.status, before.responder)


def test_an_order_announced_after_the_end_does_not_begin_an_episode(resolved: Script) -> None:
    """The announcement may come late (a hub died); nobody would be in charge of the new episode."""
    resolved.do(ANNA, PlaceOrder(SUMMARY))
    assert isinstance(resolved.state.status, ResolvedAt)
    assert resolved.state.episode == 1
    resolved.do(JANA, Rate(5, None))


def test_nobody_acts_on_a_conversation_in_which_nothing_was_said() -> None:
    for action in (Take(), Resolve(), Reopen(), Release(), HandBack(), Transfer(team="sales")):
        with pytest.raises(Rejected):
            Script().do(ANNA, action)
    with pytest.raises(Rejected):
        Script().do(JANA, Rate(5, None))


def test_the_system_writes_no_messages(talk: Script) -> None:
    with pytest.raises(Rejected):
        talk.do(TIMER, SendMessage("Hello"))


@pytest.mark.parametrize("seq", [0, -1, 99])
def test_a_delivery_is_of_an_entry_that_exists(talk: Script, seq: int) -> None:
    with pytest.raises(Rejected):
        talk.do(TIMER, RecordDelivery(seq, 1, DeliveryOutcome.SENT))


def test_only_telegram_is_owed_a_delivery_and_never_of_ones_own_words() -> None:
    script = Script(blank(channel=Channel.TELEGRAM))
    assert script.do(JANA, SendMessage("Ahoj")).delivery is None
    assert script.do(BOT, SendMessage("Dobrý den", answers=1, last=True)).delivery is Delivery.OWED
    assert script.do(JANA, ASKED).delivery is Delivery.OWED
    assert script.do(ANNA, Take()).delivery is Delivery.OWED
    assert script.do(ANNA, AddNote("hidden")).delivery is None
    assert script.do(ANNA, SendMessage("Hello")).delivery is Delivery.OWED
    assert script.do(TIMER, RecordDelivery(2, 1, DeliveryOutcome.SENT)).delivery is None
    assert script.do(ANNA, Resolve()).delivery is Delivery.OWED
    assert script.do(JANA, Rate(5, None)).delivery is None
    web = Script()
    web.do(JANA, SendMessage("Hello"))
    assert web.do(BOT, SendMessage("Good day", answers=1, last=True)).delivery is None


def test_time_on_a_timeline_never_runs_backwards(talk: Script) -> None:
    talk.clock.forward(-3600)
    entry = talk.do(JANA, SendMessage("From another hub, whose clock is behind"))
    assert entry.recorded_at == talk.entries[0].recorded_at


def test_the_author_of_an_entry_is_who_asked(talk: Script) -> None:
    stranger = Author(AuthorKind.CONTACT, "somebody")
    assert talk.do(stranger, SendMessage("x")).author == stranger
