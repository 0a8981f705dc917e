"""Whatever is asked of a conversation, in whatever order, some things always hold."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hub.conversation.commands import (
    Action,
    AddNote,
    EndSnooze,
    HandBack,
    HandOff,
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
    Delivery,
    DeliveryOutcome,
    HandedBack,
    HandoffReason,
    Message,
)
from tests.conversation.bench import ANNA, BOT, JANA, NOON, PETR, TIMER, Script, blank

SEQS = st.integers(0, 30)
AUTHORS = st.sampled_from([JANA, ANNA, PETR, BOT, TIMER])
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(SendMessage, st.just("words"), answers=st.none() | SEQS, last=st.booleans()),
    st.builds(AddNote, st.just("note")),
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
)


class Conversing(RuleBasedStateMachine):
    """Anybody asks for anything."""

    channel = Channel.TELEGRAM

    def __init__(self) -> None:
        super().__init__()
        self.script = Script(blank(channel=self.channel))
        self.before: Conversation = self.script.state

    @rule(author=AUTHORS, action=ACTIONS)
    def ask(self, author: Author, action: Action) -> None:
        self.before = self.script.state
        try:
            self.script.do(author, action)
        except Rejected:
            assert self.script.state is self.before

    @rule()
    def the_contact_writes(self) -> None:
        self.before = self.script.state
        self.script.do(JANA, SendMessage("hello"))

    @rule(answer_last=st.booleans())
    def the_bot_answers_what_it_owes(self, answer_last: bool) -> None:
        owed = [duty for duty in self.script.state.duties if duty.kind is DutyKind.BOT_ANSWER]
        if owed:
            duty = owed[-1 if answer_last else 0]
            self.script.do(BOT, SendMessage("answer", answers=duty.seq, last=True))

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
        if not self.script.entries or self.script.entries[-1].seq != self.before.seq + 1:
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


FEW = max(30, settings().max_examples // 4)
TestByTelegram = Conversing.TestCase
TestByTelegram.settings = settings(max_examples=FEW, stateful_step_count=25, deadline=None)
TestOnTheWebsite = OnTheWebsite.TestCase
TestOnTheWebsite.settings = settings(max_examples=FEW, stateful_step_count=25, deadline=None)
