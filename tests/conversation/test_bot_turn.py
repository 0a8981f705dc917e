"""The bot's turns: in order, only while it is in charge, and never into silence."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from hub.bot_answer import BotTurn, BotUnavailable, Outcome
from hub.conversation.bot_turn import BotTurns
from hub.conversation.commands import Command, HandBack, HandOff, SendMessage, Take
from hub.nlu import NluState
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.conversation import Conversation, Queued, WithBot
from storage.model.entry import AuthorKind, Entry, HandedBack, HandedOff, HandoffReason, Message, QuickReply
from tests.conversation.bench import ANNA, JANA, TIMER, Bench, FakeNlu, hub, says

WITHIN = 5.0


class Talk:
    """A bench with a bot on it."""

    def __init__(self, bench: Bench, nlu: FakeNlu) -> None:
        self.bench = bench
        self.nlu = nlu
        self.typing: list[bool] = []
        self.grown = asyncio.Condition()
        self.turns = BotTurns(
            bench.storage.entries, nlu, bench.dispatcher.submit, bench.tasks, "support", self._typing
        )
        bench.dispatcher.listen(self.turns.notice)

    def _typing(self, conversation: Conversation, on: bool) -> None:
        self.typing.append(on)

    async def say(self, text: str, client_id: str, payload: str | None = None) -> Entry:
        return (await self.bench.do(JANA, SendMessage(text, payload=payload), client_id)).entry

    async def settled(self) -> list[Entry]:
        """The timeline once no turn is under way."""
        async with asyncio.timeout(WITHIN):
            while self.turns._owed:
                await asyncio.sleep(0)
        return await self.bench.timeline()


@pytest.fixture
def talk(bench: Bench) -> Talk:
    return Talk(bench, FakeNlu(lambda text: says(f"re: {text}")))


def words(entries: list[Entry]) -> list[str]:
    return [entry.body.text for entry in entries if isinstance(entry.body, Message)]


async def test_a_turn_of_several_messages_settles_the_question(talk: Talk) -> None:
    talk.nlu.answer = lambda text: BotTurn((("one", ()), ("two", (QuickReply("Yes", "/yes"),))), None, None)
    await talk.say("Hello", "a")
    timeline = await talk.settled()
    assert words(timeline) == ["Hello", "one", "two"]
    assert [entry.client_id for entry in timeline[1:]] == ["bot:1:0", "bot:1:1"]
    assert all(entry.author.kind is AuthorKind.BOT for entry in timeline[1:])
    state = await talk.bench.dispatcher._timelines.load("c1")
    assert not state.duties
    assert isinstance(state.responder, WithBot)
    assert talk.typing == [True, False]


async def test_two_quick_messages_are_answered_in_order(talk: Talk) -> None:
    await asyncio.gather(talk.say("first", "a"), talk.say("second", "b"))
    timeline = await talk.settled()
    answers = [entry for entry in timeline if entry.author.kind is AuthorKind.BOT]
    assert words(answers) == ["re: first", "re: second"]
    assert talk.nlu.turns == ["first", "second"]
    assert not (await talk.bench.dispatcher._timelines.load("c1")).duties


async def test_one_message_at_a_time_is_with_the_bot(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, go = 0, 0, asyncio.Event()
    entered = asyncio.Event()

    async def slow(sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        entered.set()
        await go.wait()
        inside -= 1
        return says(f"re: {text}")

    monkeypatch.setattr(talk.nlu, "turn", slow)
    for n in range(3):
        await talk.say(f"{n}", f"k{n}")
    await asyncio.wait_for(entered.wait(), WITHIN)
    go.set()
    assert words(await talk.settled())[-3:] == ["re: 0", "re: 1", "re: 2"]
    assert most == 1


async def test_words_that_come_after_an_operator_took_over_are_dropped(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        talk.nlu.turns.append(text)
        await talk.bench.do(ANNA, Take(), "t")
        return says("too late")

    monkeypatch.setattr(talk.nlu, "turn", slow)
    await talk.say("Hello", "a")
    await talk.say("Hello?", "b")
    assert "too late" not in words(await talk.settled())
    assert talk.nlu.turns == ["Hello"], "what waits behind is moot"


async def test_after_a_handoff_the_bot_is_asked_no_more(talk: Talk) -> None:
    talk.nlu.answer = lambda text: BotTurn((("I get someone", ()),), (HandoffReason.REQUESTED, "sales"), None)
    await asyncio.gather(talk.say("human please", "a"), talk.say("quick", "b"))
    timeline = await talk.settled()
    assert talk.nlu.turns == ["human please"]
    assert words(timeline)[-1] == "I get someone"
    state = await talk.bench.dispatcher._timelines.load("c1")
    assert isinstance(state.responder, Queued)
    assert state.responder.team == "sales"


def fails(_: str) -> BotTurn:
    raise BotUnavailable("planted")


def fails_by(outcome: Outcome) -> Callable[[str], BotTurn]:
    def fail(_: str) -> BotTurn:
        raise BotUnavailable("planted", outcome)

    return fail


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (fails, NluState.READY, HandoffReason.BOT_FAILED),
        (fails_by(Outcome.EMPTY), NluState.READY, HandoffReason.BOT_FAILED),
        (fails_by(Outcome.BROKEN), NluState.READY, HandoffReason.BOT_FAILED),
        (fails_by(Outcome.LATE), NluState.READY, HandoffReason.BOT_TIMEOUT),
        (fails_by(Outcome.BUSY), NluState.READY, HandoffReason.BOT_UNAVAILABLE),
        (fails_by(Outcome.RESTING), NluState.READY, HandoffReason.BOT_UNAVAILABLE),
        (fails_by(Outcome.AWAY), NluState.READY, HandoffReason.BOT_UNAVAILABLE),
        (lambda _: says("x"), NluState.RESTING, HandoffReason.BOT_UNAVAILABLE),
        (lambda _: says("x"), NluState.LOADING, HandoffReason.BOT_UNAVAILABLE),
        (lambda _: says("x"), NluState.DOWN, HandoffReason.BOT_UNAVAILABLE),
        (lambda _: says("x"), NluState.OFF, HandoffReason.BOT_UNAVAILABLE),
        (lambda _: BotTurn((), None, None), NluState.READY, HandoffReason.BOT_FAILED),
    ],
)
async def test_a_bot_that_does_not_answer_hands_over_at_once(
    talk: Talk, answer: Callable[[str], BotTurn], state: NluState, reason: HandoffReason
) -> None:
    talk.nlu.answer = answer
    talk.nlu.state = state
    await talk.say("Hello", "a")
    timeline = await talk.settled()
    assert isinstance(timeline[-1].body, HandedOff)
    assert timeline[-1].body.reason is reason
    assert len(timeline) == 2


async def test_a_payload_goes_to_the_bot_as_such(talk: Talk) -> None:
    await talk.say("Yes", "a", payload="/affirm")
    await talk.settled()
    assert (talk.nlu.turns, talk.nlu.payloads) == (["/affirm"], [True])


async def test_a_crash_in_the_bots_turn_is_counted_and_the_next_message_is_answered(talk: Talk) -> None:
    def crash(_: str) -> BotTurn:
        raise RuntimeError("on purpose")

    talk.nlu.answer = crash
    await talk.say("Hello", "a")
    await talk.settled()
    assert talk.bench.tasks.jobs["bot turn"].crashes == 1
    assert talk.typing == [True, False]
    talk.nlu.answer = lambda _: says("back again")
    await talk.say("Hello?", "b")
    assert words(await talk.settled())[-1] == "back again"


async def test_a_storage_that_is_away_leaves_the_turn_to_its_deadline(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(conversation_id: str, command: Command) -> None:
        raise StorageUnavailable("planted")

    monkeypatch.setattr(talk.turns, "_submit", away)
    await talk.say("Hello", "a")
    assert len(await talk.settled()) == 1
    assert (await talk.bench.dispatcher._timelines.load("c1")).duties
    assert "bot turn" not in talk.bench.tasks.jobs


async def test_a_storage_that_is_away_when_handed_back_leaves_the_turn_to_its_deadline(
    talk: Talk, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.bench.do(JANA, HandOff(HandoffReason.REQUESTED, "support"), "h")
    await talk.bench.do(ANNA, Take(), "t")
    await talk.say("Hello?", "a")

    async def away(conversation_id: str, seq: int, limit: int) -> list[Entry]:
        raise StorageUnavailable("planted")

    monkeypatch.setattr(talk.turns, "_entries", SimpleNamespace(after=away))
    await talk.bench.do(ANNA, HandBack(), "b")
    await talk.settled()
    assert (await talk.bench.dispatcher._timelines.load("c1")).duties
    assert "bot turn" not in talk.bench.tasks.jobs


async def test_people_in_charge_are_not_asked_of_the_bot(talk: Talk, storage: MemoryStorage) -> None:
    talk.nlu.state = NluState.OFF
    await talk.say("Hello", "a")
    await talk.settled()
    talk.nlu.state = NluState.READY
    await talk.say("Anybody?", "b")
    await talk.bench.do(ANNA, Take(), "t")
    await talk.bench.do(ANNA, SendMessage("Here"), "h")
    await talk.settled()
    assert not talk.nlu.turns


async def test_what_was_left_unanswered_is_the_bots_when_handed_back(talk: Talk) -> None:
    await talk.bench.do(JANA, HandOff(HandoffReason.REQUESTED, "support"), "h")
    await talk.bench.do(ANNA, Take(), "t")
    await talk.say("What tariffs do you have?", "a")
    assert (await talk.bench.dispatcher._timelines.load("c1")).unanswered == 3
    await talk.bench.do(ANNA, HandBack(), "b")
    assert words(await talk.settled()) == ["What tariffs do you have?", "re: What tariffs do you have?"]
    state = await talk.bench.dispatcher._timelines.load("c1")
    assert (state.duties, state.waiting_since, state.unanswered) == ((), None, None)


async def test_a_bot_that_is_gone_when_handed_back_leaves_nobody_in_silence(talk: Talk) -> None:
    await talk.bench.do(JANA, HandOff(HandoffReason.REQUESTED, "support"), "h")
    await talk.bench.do(ANNA, Take(), "t")
    await talk.say("Hello?", "a")
    talk.nlu.state = NluState.DOWN
    await talk.bench.do(ANNA, HandBack(), "b")
    last = (await talk.settled())[-1].body
    assert isinstance(last, HandedOff)
    assert last.reason is HandoffReason.BOT_UNAVAILABLE


async def test_handed_back_after_an_answer_the_bot_waits_to_be_asked(talk: Talk) -> None:
    await talk.bench.do(JANA, HandOff(HandoffReason.REQUESTED, "support"), "h")
    await talk.bench.do(ANNA, Take(), "t")
    await talk.say("Hello?", "a")
    await talk.bench.do(ANNA, SendMessage("Here I am."), "m")
    await talk.bench.do(ANNA, HandBack(), "b")
    assert words(await talk.settled()) == ["Hello?", "Here I am."]
    assert not talk.nlu.turns
    assert not (await talk.bench.dispatcher._timelines.load("c1")).duties


async def test_a_wish_for_a_human_is_not_asked_of_the_bot_again(talk: Talk) -> None:
    talk.nlu.answer = lambda text: BotTurn((), (HandoffReason.REQUESTED, None), None)
    await talk.say("a human, please", "a")
    await talk.settled()
    await talk.bench.do(ANNA, Take(), "t")
    await talk.bench.do(ANNA, HandBack(), "b")
    assert isinstance((await talk.settled())[-1].body, HandedBack)
    assert talk.nlu.turns == ["a human, please"]


async def test_handed_back_while_an_old_turn_is_under_way(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go = asyncio.Event(), asyncio.Event()

    async def slow(sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        talk.nlu.turns.append(text)
        entered.set()
        await go.wait()
        return says(f"re: {text}")

    monkeypatch.setattr(talk.nlu, "turn", slow)
    await talk.say("old", "a")
    await asyncio.wait_for(entered.wait(), WITHIN)
    await talk.bench.do(ANNA, Take(), "t")
    await talk.say("new", "b")
    await talk.bench.do(ANNA, HandBack(), "c")
    go.set()
    assert words(await talk.settled()) == ["old", "new", "re: new"]
    assert talk.nlu.turns == ["old", "new"]


class SlowNlu(FakeNlu):
    """Answers a text when it is told to."""

    def __init__(self) -> None:
        super().__init__(lambda text: says(f"re: {text}"))
        self.entered: dict[str, asyncio.Event] = {}
        self.go: dict[str, asyncio.Event] = {}

    def hold(self, *texts: str) -> None:
        self.entered |= {text: asyncio.Event() for text in texts}
        self.go |= {text: asyncio.Event() for text in texts}

    async def turn(self, sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        self.turns.append(text)
        if text in self.go:
            self.entered[text].set()
            await self.go[text].wait()
        return self.answer(text)


async def test_what_is_said_by_way_of_two_hubs_is_answered_once_and_in_order(
    bench: Bench, storage: MemoryStorage
) -> None:
    """Each hub would ask the bot by itself, and the answer to the second would settle the first."""
    nlu = SlowNlu()
    nlu.hold("first", "third")
    async with hub(storage, bench.clock) as other_bench:
        one, other = Talk(bench, nlu), Talk(other_bench, nlu)
        await one.say("first", "a")
        await asyncio.wait_for(nlu.entered["first"].wait(), WITHIN)
        await other.say("second", "b")
        await other.say("third", "c")
        await one.say("fourth", "d")
        for _ in range(20):
            await asyncio.sleep(0)
        assert nlu.turns == ["first"], "the others wait"
        nlu.go["first"].set()
        await asyncio.wait_for(nlu.entered["third"].wait(), WITHIN)
        assert nlu.turns == ["first", "second", "third"]
        nlu.go["third"].set()
        await one.settled()
        timeline = await other.settled()
    answers = [entry for entry in timeline if entry.author.kind is AuthorKind.BOT]
    assert words(answers) == ["re: first", "re: second", "re: third", "re: fourth"]
    assert nlu.turns == ["first", "second", "third", "fourth"]
    assert not (await bench.dispatcher._timelines.load("c1")).duties


async def test_what_waits_for_another_hub_is_moot_when_people_take_over(
    bench: Bench, storage: MemoryStorage
) -> None:
    """The other hub is gone: the duty of its message hands over, and the bot is not asked behind their backs."""
    nlu = SlowNlu()
    nlu.hold("first")
    async with hub(storage, bench.clock) as other_bench:
        one, other = Talk(bench, nlu), Talk(other_bench, nlu)
        await one.say("first", "a")
        await asyncio.wait_for(nlu.entered["first"].wait(), WITHIN)
        await other.say("second", "b")
        late = HandOff(HandoffReason.BOT_TIMEOUT, "support", answers=1)
        await bench.do(TIMER, late, "timer:bot_answer:1")
        await other.settled()
        nlu.go["first"].set()
        timeline = await one.settled()
    assert nlu.turns == ["first"]
    assert words(timeline) == ["first", "second"]
    assert isinstance(timeline[-1].body, HandedOff)


async def test_what_a_hub_gave_up_keeps_nobody_waiting(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    submit = talk.turns._submit

    async def away(conversation_id: str, command: Command) -> None:
        raise StorageUnavailable("planted")

    monkeypatch.setattr(talk.turns, "_submit", away)
    await talk.say("first", "a")
    await talk.say("second", "b")
    await talk.settled()
    monkeypatch.setattr(talk.turns, "_submit", submit)
    await talk.say("third", "c")
    assert words(await talk.settled())[-1] == "re: third"
    assert not talk.turns._given_up
