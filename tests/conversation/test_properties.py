"""Whatever is asked of a conversation, in whatever order, some things always hold."""

import typing
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hub.conversation.commands import (
    Action,
    AddNote,
    Command,
    EndSnooze,
    HandBack,
    HandOff,
    OpenCase,
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
from hub.conversation.evolve import replay
from hub.conversation.repeats import same_request
from hub.realtime.presenter import widget_conversation, widget_entry
from storage.derived import listing_of
from storage.documents import from_document, to_document
from storage.model.conversation import (
    Channel,
    Conversation,
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
    CaseOpened,
    Delivery,
    DeliveryOutcome,
    Entry,
    HandedBack,
    HandoffReason,
    Message,
    OrderPlaced,
    Resolved,
)
from tests.conversation.bench import ANNA, BOT, JANA, NOON, PETR, TIMER, Script, blank
from tests.storage.making import case, order

SEQS = st.integers(0, 30)
WORDS = st.sampled_from(["words", "other words"])
AUTHORS = st.sampled_from([JANA, ANNA, PETR, BOT, TIMER])
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(SendMessage, WORDS, answers=st.none() | SEQS, last=st.booleans()),
    st.builds(AddNote, WORDS),
    st.builds(
        HandOff,
        st.sampled_from(HandoffReason),
        st.sampled_from(["support", "sales"]),
        answers=st.none() | SEQS,
    ),
    st.builds(Take, over=st.booleans()),
    st.just(Release()),
    st.just(HandBack()),
    st.just(Resolve()),
    st.just(Reopen()),
    st.builds(Transfer, team=st.sampled_from([None, "sales"])),
    st.builds(Transfer, operator_id=st.just("petr"), operator_name=st.just("Petr")),
    st.builds(Snooze, st.integers(-10, 1000).map(lambda seconds: NOON + timedelta(seconds=seconds))),
    st.builds(EndSnooze, SEQS),
    st.builds(Rate, st.none() | st.integers(1, 5), st.none() | st.just("fine")),
    st.builds(RecordDelivery, SEQS, st.just(1), st.sampled_from(DeliveryOutcome)),
    st.builds(PlaceOrder, st.sampled_from(["o1", "o2"]).map(lambda order_id: order(order_id).summary)),
    st.builds(OpenCase, st.sampled_from(["k1", "k2"]).map(lambda case_id: case(case_id).summary)),
)


class Conversing(RuleBasedStateMachine):
    """Anybody asks for anything."""

    channel = Channel.TELEGRAM

    def __init__(self) -> None:
        super().__init__()
        self.script = Script(blank(channel=self.channel))
        self.before: Conversation = self.script.state
        self.commands: list[Command] = []  # that were accepted, as the entries they made

    def do(self, author: Author, action: Action) -> Entry:
        """Raises ``Rejected``, which leaves everything as it was."""
        before = self.script.state
        command = Command(author, f"k{len(self.commands)}", action)
        try:
            entry = self.script.do(author, action, command.client_id)
        except Rejected:
            assert self.script.state is before
            raise
        self.before = before
        self.commands.append(command)
        return entry

    @rule(author=AUTHORS, action=ACTIONS)
    def ask(self, author: Author, action: Action) -> None:
        with suppress(Rejected):
            self.do(author, action)

    @rule(text=WORDS)
    def the_contact_writes(self, text: str) -> None:
        self.do(JANA, SendMessage(text))

    @rule(answer_last=st.booleans())
    def the_bot_answers_what_it_owes(self, answer_last: bool) -> None:
        owed = [duty for duty in self.script.state.duties if duty.kind is DutyKind.BOT_ANSWER]
        if owed:
            duty = owed[-1 if answer_last else 0]
            self.do(BOT, SendMessage("answer", answers=duty.seq, last=True))

    @rule()
    def what_is_due_is_done(self) -> None:
        """Never refused while it is owed, and then owed no more: else somebody would wait for ever."""
        for duty in self.script.state.duties[:1]:
            if duty.kind is DutyKind.BOT_ANSWER:
                self.do(TIMER, HandOff(HandoffReason.BOT_TIMEOUT, "support", answers=duty.seq))
                assert isinstance(self.script.state.responder, Queued)
            else:
                self.do(TIMER, EndSnooze(duty.seq))
                assert isinstance(self.script.state.status, Open)
            assert duty not in self.script.state.duties

    @rule(seconds=st.integers(1, 600), lengths=st.dictionaries(st.just("support"), st.integers(0, 9)))
    def time_passes(self, seconds: int, lengths: dict[str, int]) -> None:
        self.script.clock.forward(seconds)
        self.script.lengths = lengths

    @rule(author=AUTHORS, action=ACTIONS, place=st.integers(0, 30))
    def a_key_is_used_again(self, author: Author, action: Action, place: int) -> None:
        """The same request is the retry of what it made; anybody else's, or another's body, never is."""
        for entry, command in list(zip(self.script.entries, self.commands, strict=True))[place : place + 1]:
            again = Command(author, command.client_id, action)
            if author.key != command.author.key or type(action) is not type(command.action):
                assert not same_request(entry, again)
            elif isinstance(action, SendMessage | AddNote):
                assert same_request(entry, again) == (action.text == entry.body.text)
            elif isinstance(action, PlaceOrder):
                assert isinstance(entry.body, OrderPlaced)
                same = action.order.order_id == entry.body.order.order_id
                assert same_request(entry, again) == same
            elif isinstance(action, OpenCase):
                assert isinstance(entry.body, CaseOpened)
                same = action.case.case_id == entry.body.case.case_id
                assert same_request(entry, again) == same
            assert not same_request(entry, replace(command, client_id="another"))

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        entries = self.script.entries
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        public = [entry.public_seq for entry in entries if entry.public]
        assert public == list(range(1, len(public) + 1))
        for hidden in (entry for entry in entries if not entry.public):
            before = [entry.public_seq for entry in entries[: hidden.seq - 1]]
            assert hidden.public_seq == (before[-1] if before else 0)
        episodes = [entry.episode for entry in entries]
        assert episodes == sorted(episodes)
        times = [entry.recorded_at for entry in entries]
        assert times == sorted(times)

    @invariant()
    def replaying_gives_the_same(self) -> None:
        assert self.script.replayed() == self.script.state
        stored = [from_document(to_document(entry), type(entry)) for entry in self.script.entries]
        assert stored == self.script.entries

    @invariant()
    def every_accepted_command_is_recognised_when_it_is_repeated(self) -> None:
        for entry, command in zip(self.script.entries[-3:], self.commands[-3:], strict=True):
            assert same_request(entry, command)
            assert same_request(from_document(to_document(entry), Entry), command)

    @invariant()
    def it_does_not_matter_where_a_snapshot_was_taken(self) -> None:
        """A hub that reads an older snapshot and the rest of the timeline knows the same."""
        snapshot = from_document(to_document(self.before), Conversation)
        assert replay(snapshot, self.script.entries[snapshot.seq :]) == self.script.state

    @invariant()
    def an_episode_begins_when_the_one_before_is_over(self) -> None:
        entries = self.script.entries
        for entry, following in zip(entries[-3:], entries[-2:], strict=False):
            assert following.episode - entry.episode in (0, 1)
        if entries and entries[-1].episode != self.before.episode:
            assert self.before.episode == 0 or isinstance(self.before.status, ResolvedAt)
            assert isinstance(self.script.state.status, Open)
        if entries:
            over = isinstance(self.script.state.status, ResolvedAt)
            ends = [entry for entry in entries if isinstance(entry.body, Resolved)]
            assert over == (bool(ends) and ends[-1].episode == self.script.state.episode)

    @invariant()
    def what_is_hidden_shows_nowhere(self) -> None:
        """Not in the entries that the contact sees, nor in the state, nor as a step in a number."""
        if self.script.entries and not self.script.entries[-1].public:
            assert widget_entry(self.script.entries[-1]) is None
            after = widget_conversation(self.script.state, None, 0)
            assert after == widget_conversation(self.before, None, 0)

    @invariant()
    def what_is_public_is_seen_by_the_contact_for_ever(self) -> None:
        stored = [from_document(to_document(entry), Entry) for entry in self.script.entries]
        seen = [view.seq for view in map(widget_entry, stored) if view is not None]
        assert seen == list(range(1, self.script.state.public_seq + 1))

    @invariant()
    def one_party_answers(self) -> None:
        state = self.script.state
        if isinstance(state.status, ResolvedAt):
            assert isinstance(state.responder, WithBot)
            assert not state.duties
        if isinstance(state.status, SnoozedUntil):
            assert isinstance(state.responder, WithOperator)

    @invariant()
    def duties_are_owed_only_while_they_make_sense(self) -> None:
        state = self.script.state
        kinds = {duty.kind for duty in state.duties}
        if DutyKind.BOT_ANSWER in kinds:
            assert isinstance(state.responder, WithBot)
            assert isinstance(state.status, Open)
        assert (DutyKind.SNOOZE_END in kinds) == isinstance(state.status, SnoozedUntil)
        unanswered = [duty.seq for duty in state.duties if duty.kind is DutyKind.BOT_ANSWER]
        assert len(set(unanswered)) == len(unanswered)
        for seq in unanswered:
            entry = self.script.entries[seq - 1]
            if isinstance(
                entry.body, HandedBack
            ):  # then it is about the newest words that nobody has answered
                assert state.unanswered is not None
                entry = self.script.entries[state.unanswered - 1]
            assert entry.author.kind is AuthorKind.CONTACT
            assert isinstance(entry.body, Message)

    @invariant()
    def words_come_from_who_is_in_charge(self) -> None:
        if not self.script.entries:
            return
        entry = self.script.entries[-1]
        if not isinstance(entry.body, Message):
            return
        match entry.author.kind:
            case AuthorKind.BOT:
                assert isinstance(self.before.responder, WithBot)
            case AuthorKind.OPERATOR:
                assert isinstance(self.before.responder, WithOperator)
                assert self.before.responder.operator_id == entry.author.id
            case kind:
                assert kind is AuthorKind.CONTACT

    @invariant()
    def nobody_who_writes_is_left_alone(self) -> None:
        """Unanswered words are owed by the bot or are before people's eyes."""
        state = self.script.state
        if self.script.entries and isinstance(self.script.entries[-1].body, Message):
            last = self.script.entries[-1]
            if last.author.kind is AuthorKind.CONTACT:
                assert isinstance(state.status, Open)
                assert state.waiting_since is not None
                assert state.duties or isinstance(state.responder, Queued | WithOperator)

    @invariant()
    def own_words_are_not_delivered_back(self) -> None:
        for entry in self.script.entries:
            if entry.delivery is Delivery.OWED:
                assert entry.public
                assert not (entry.author.kind is AuthorKind.CONTACT and isinstance(entry.body, Message))

    @invariant()
    def lists_agree_with_the_two_axes(self) -> None:
        listing = listing_of(self.script.state)
        if self.script.state.episode:
            assert (
                sum((bool(listing.resolved), listing.queued, listing.with_bot, bool(listing.operator_id)))
                == 1
            )


class OnTheWebsite(Conversing):
    """Nothing is delivered elsewhere."""

    channel = Channel.WEBCHAT

    @invariant()
    def nothing_is_owed(self) -> None:
        assert all(entry.delivery is None for entry in self.script.entries)


def test_every_action_is_tried() -> None:
    """So that a new one cannot stay out."""
    tried: set[type] = set()

    @settings(max_examples=500, database=None, deadline=None)
    @given(ACTIONS)
    def draw(action: Action) -> None:
        tried.add(type(action))

    draw()
    assert tried == set(typing.get_args(Action))


FEW = max(30, settings().max_examples // 4)
TestByTelegram = Conversing.TestCase
TestByTelegram.settings = settings(max_examples=FEW, stateful_step_count=25, deadline=None)
TestOnTheWebsite = OnTheWebsite.TestCase
TestOnTheWebsite.settings = settings(max_examples=FEW, stateful_step_count=25, deadline=None)
