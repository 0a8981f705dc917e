"""The checker can fail: for each promise a hand-made history that breaks it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.clients.log import Log
from tests.faults.checker import Verdict, judge
from tests.faults.evidence import Evidence, Stored, Telegram, Update, Witness
from tests.faults.injector import Stroke, processes
from tests.faults.play import Plan

TALK = "conversation"
CHAT = 7


def entry(seq: int, client_id: str, text: str = "", **fields: Any) -> Stored:
    """An entry by the customer, unless it is said otherwise."""
    usual: dict[str, Any] = {
        "conversation_id": TALK,
        "seq": seq,
        "public_seq": seq,
        "public": True,
        "author_kind": "contact",
        "author_id": "jana",
        "client_id": client_id,
        "kind": "message",
        "text": text,
    }
    return Stored(**(usual | fields))


def shown_by(log: Log, *entries: Stored, public: bool = True) -> None:
    """They come onto a screen."""
    for one in entries:
        log.show(
            one.conversation_id,
            {
                "seq": one.public_seq if public else one.seq,
                "client_id": None,
                "author": {"kind": one.author_kind},
                "body": {"kind": one.kind, "text": one.text},
            },
        )


class History:
    """Jana writes two messages, Anna answers and adds a note; everybody sees what they should."""

    def __init__(self) -> None:
        ticks = iter(range(1, 1000))
        self.jana = Log("jana", lambda: float(next(ticks)))
        self.anna = Log("anna", lambda: float(next(ticks)))
        self.timeline = [
            entry(1, "j1", "Hello"),
            entry(
                2,
                "a1",
                "hidden",
                author_kind="operator",
                author_id="anna",
                kind="note",
                public=False,
                public_seq=1,
            ),
            entry(3, "a2", "Good day", author_kind="operator", author_id="anna", public_seq=2),
            entry(4, "j2", "Bye", public_seq=3),
        ]
        self.telegram = Telegram()
        self.snapshot = 4
        self.live = True
        for log, client_id, event, text, seq in (
            (self.jana, "j1", "message.send", "Hello", 1),
            (self.anna, "a1", "note.add", "hidden", 2),
            (self.anna, "a2", "message.send", "Good day", 3),
            (self.jana, "j2", "message.send", "Bye", 3),
        ):
            log.attempt(client_id, TALK, event, text)
            log.acknowledge(client_id, TALK, seq)
        self.jana.open(TALK)
        shown_by(self.jana, *(one for one in self.timeline if one.public))
        self.anna.open(TALK)
        shown_by(self.anna, *self.timeline, public=False)

    def judge(self) -> Verdict:
        return judge(
            Evidence(
                [
                    Witness(self.jana, "jana", True, self.live),
                    Witness(self.anna, "anna", False, self.live),
                ],
                {TALK: self.timeline},
                {TALK: self.snapshot},
                self.telegram,
            )
        )


def lost(history: History) -> None:
    history.timeline.pop()
    history.snapshot = 3
    history.jana.shown.pop()
    history.anna.shown.pop()


def stored_twice(history: History) -> None:
    history.timeline.append(entry(5, "j2", "Bye", public_seq=4))
    history.snapshot = 5


def another_text(history: History) -> None:
    history.timeline[3] = replace(history.timeline[3], text="By")


def another_author(history: History) -> None:
    history.timeline[3] = replace(history.timeline[3], author_id="petr")


def another_conversation(history: History) -> None:
    history.timeline[3] = replace(history.timeline[3], conversation_id="other")
    history.jana.attempted[1] = replace(history.jana.attempted[1], conversation_id="elsewhere")


def nobody_wrote_it(history: History) -> None:
    history.timeline.append(entry(5, "ghost", "Boo", public_seq=4))
    history.snapshot = 5


def out_of_the_order_of_writing(history: History) -> None:
    history.jana.attempted.reverse()


def acknowledged_at_another_place(history: History) -> None:
    history.jana.acknowledged[1] = replace(history.jana.acknowledged[1], seq=4)


def refused_and_stored(history: History) -> None:
    history.jana.acknowledged.pop()
    history.jana.refuse("j2", TALK, "invalid_state", in_doubt=False, asked_at=0.0)


def never_answered(history: History) -> None:
    history.jana.attempt("j3", TALK, "message.send", "Anybody?")


def a_gap_in_seq(history: History) -> None:
    history.timeline[3] = replace(history.timeline[3], seq=5)


def a_gap_in_public_seq(history: History) -> None:
    history.timeline[3] = replace(history.timeline[3], public_seq=4)


def shown_twice(history: History) -> None:
    history.jana.shown.append(history.jana.shown[-1])


def shown_with_a_gap(history: History) -> None:
    del history.anna.shown[1]


def shown_out_of_order(history: History) -> None:
    history.jana.shown[0], history.jana.shown[1] = history.jana.shown[1], history.jana.shown[0]


def shown_as_something_else(history: History) -> None:
    history.anna.shown[3] = replace(history.anna.shown[3], text="By")


def not_shown(history: History) -> None:
    history.anna.shown.pop()


def a_note_leaks(history: History) -> None:
    history.jana.shown[1] = replace(history.jana.shown[1], kind="note", text="hidden")


def an_anomaly(history: History) -> None:
    history.jana.anomaly("entry 1 is another than before")


def a_stale_snapshot(history: History) -> None:
    history.snapshot = 3


def bot_answers_twice(history: History) -> None:
    for seq in (5, 6):
        said = entry(seq, f"bot:4:{seq}", "bot: Bye", author_kind="bot", author_id="bot", public_seq=seq - 1)
        history.timeline.append(said)
    history.snapshot = 6


def bot_answers_nobody(history: History) -> None:
    history.timeline.append(
        entry(5, "bot:4:0", "bot: What?", author_kind="bot", author_id="bot", public_seq=4)
    )
    history.snapshot = 5


BROKEN: dict[Callable[[History], None], str] = {
    lost: "lost",
    stored_twice: "duplicated",
    another_text: "unexpected",
    another_author: "unexpected",
    another_conversation: "unexpected",
    nobody_wrote_it: "unexpected",
    out_of_the_order_of_writing: "reordered",
    acknowledged_at_another_place: "reordered",
    refused_and_stored: "unexpected",
    never_answered: "stuck",
    a_gap_in_seq: "numbering",
    a_gap_in_public_seq: "numbering",
    shown_twice: "duplicated",
    shown_with_a_gap: "reordered",
    shown_out_of_order: "reordered",
    shown_as_something_else: "unexpected",
    not_shown: "lost",
    a_note_leaks: "leaked",
    an_anomaly: "unexpected",
    a_stale_snapshot: "stale",
    bot_answers_twice: "duplicated",
    bot_answers_nobody: "unexpected",
}


def test_a_kept_promise_is_no_violation() -> None:
    verdict = History().judge()
    assert verdict.violations == []
    assert verdict.counts["attempted"] == verdict.counts["acknowledged"] == 4
    assert verdict.counts["shown"] == 7


@pytest.mark.parametrize("breaking", BROKEN, ids=lambda breaking: breaking.__name__)
def test_a_broken_promise_is_seen(breaking: Callable[[History], None]) -> None:
    history = History()
    breaking(history)
    kinds = {violation.kind for violation in history.judge().violations}
    assert BROKEN[breaking] in kinds


def test_without_an_acknowledgement_it_may_be_there_or_not() -> None:
    history = History()
    history.jana.acknowledged.pop()
    verdict = history.judge()
    assert verdict.violations == []
    assert verdict.counts["recovered"] == 1


def test_a_refusal_says_nothing_of_an_earlier_try_that_had_no_answer() -> None:
    history = History()
    history.jana.acknowledged.pop()
    history.jana.refuse("j2", TALK, "invalid_state", in_doubt=True, asked_at=0.0)
    assert history.judge().violations == []


def test_a_screen_opened_again_begins_again() -> None:
    history = History()
    history.anna.open(TALK)
    shown_by(history.anna, *history.timeline, public=False)
    assert history.judge().violations == []


def test_a_client_that_has_gone_need_not_have_seen_the_end() -> None:
    history = History()
    history.live = False
    history.anna.shown.pop()
    assert history.judge().violations == []


class Chat(History):
    """Somebody writes to the bot twice; two messages go out."""

    def __init__(self) -> None:
        super().__init__()
        self.said = [Update(10, CHAT, "Hi"), Update(11, CHAT, "Hm")]
        self.confirmed = {10, 11}
        self.sent = ["Good day", "Again"]
        self.letters: list[dict[str, Any]] = []
        bot: dict[str, Any] = {"author_kind": "bot", "author_id": "bot", "owed": True}
        self.chat = [
            entry(1, "telegram:10", "Hi", settles=None),
            entry(2, "bot:1:0", "bot: Hi", shown_as=("Good day",), **bot),
            entry(3, "telegram:11", "Hm"),
            entry(4, "bot:3:0", "bot: Hm", shown_as=("Again",), **bot),
            self.outcome(5, 2),
            self.outcome(6, 4),
        ]

    @staticmethod
    def outcome(seq: int, target: int, what: str = "sent") -> Stored:
        return entry(
            seq,
            f"delivery:{target}:1",
            author_kind="system",
            author_id="delivery",
            kind="delivered",
            public=False,
            public_seq=4,
            target=target,
            outcome=what,
        )

    def judge(self) -> Verdict:
        telegram = Telegram(
            self.said, frozenset(self.confirmed), {CHAT: self.sent}, {CHAT: TALK}, self.letters
        )
        return judge(Evidence([], {TALK: self.chat}, {TALK: len(self.chat)}, telegram))


def update_lost(chat: Chat) -> None:
    chat.chat[2] = replace(chat.chat[2], client_id="telegram:12")


def update_stored_twice(chat: Chat) -> None:
    chat.chat.append(entry(7, "telegram:11", "Hm", public_seq=5))


def update_never_confirmed(chat: Chat) -> None:
    chat.confirmed.discard(11)


def updates_out_of_order(chat: Chat) -> None:
    chat.said.reverse()


def update_nobody_sent(chat: Chat) -> None:
    chat.said.pop()


def update_buried(chat: Chat) -> None:
    chat.letters.append({"reason": "refused"})


def never_sent(chat: Chat) -> None:
    chat.sent.pop(0)


def sent_twice_unflagged(chat: Chat) -> None:
    chat.sent.insert(0, "Good day")


def sent_out_of_order(chat: Chat) -> None:
    chat.sent.reverse()


def sent_what_nobody_owed(chat: Chat) -> None:
    chat.sent.append("Surprise")


def never_settled(chat: Chat) -> None:
    chat.chat.pop()


def given_up(chat: Chat) -> None:
    chat.chat[5] = chat.outcome(6, 4, "failed")


BROKEN_CHATS: dict[Callable[[Chat], None], str] = {
    update_lost: "lost",
    update_stored_twice: "duplicated",
    update_never_confirmed: "stuck",
    updates_out_of_order: "reordered",
    update_nobody_sent: "unexpected",
    update_buried: "refused update",
    never_sent: "lost",
    sent_twice_unflagged: "duplicated",
    sent_out_of_order: "reordered",
    sent_what_nobody_owed: "reordered",
    never_settled: "stuck",
    given_up: "lost",
}


def test_a_chat_in_order_is_no_violation() -> None:
    verdict = Chat().judge()
    assert verdict.violations == []
    assert verdict.counts["telegram stored"] == verdict.counts["telegram confirmed"] == 2
    assert verdict.counts["telegram sent"] == verdict.counts["telegram owed"] == 2


@pytest.mark.parametrize("breaking", BROKEN_CHATS, ids=lambda breaking: breaking.__name__)
def test_a_broken_chat_is_seen(breaking: Callable[[Chat], None]) -> None:
    chat = Chat()
    breaking(chat)
    kinds = {violation.kind for violation in chat.judge().violations}
    assert BROKEN_CHATS[breaking] in kinds


def test_a_flagged_duplicate_is_counted_not_blamed() -> None:
    chat = Chat()
    chat.sent.insert(0, "Good day")
    chat.chat[4] = chat.outcome(5, 2, "ambiguous")
    verdict = chat.judge()
    assert verdict.violations == []
    assert verdict.counts["telegram duplicates, flagged"] == 1


PLAN = Plan(1, minutes=1.0, kills=3, customers=1, telegram=0, operators=1, pause=1.0, acknowledged=4)
STROKES = [
    Stroke("kill -9", "bot", 1.0, 1.0, 1, 1),
    Stroke("kill -9 of both hubs", "both hubs", 2.0, 2.0, 1, 2),
    Stroke("SIGSTOP", "redis", 3.0, 4.0, 1, 1),
    Stroke("cut", "mongod", 5.0, 5.0, 1),
]


def test_a_round_that_reached_its_plan_has_shown_something() -> None:
    verdict = History().judge()
    PLAN.judge(verdict, STROKES[1:])
    assert verdict.violations == []


def test_a_round_that_broke_or_saw_too_little_proves_nothing() -> None:
    few_kills, few_words = History().judge(), History().judge()
    PLAN.judge(few_kills, STROKES[2:])
    replace(PLAN, acknowledged=5).judge(few_words, STROKES)
    assert [violation.kind for violation in few_kills.violations] == ["unmeasured"]
    assert [violation.what for violation in few_words.violations] == ["4 messages acknowledged, of 5"]


def test_who_breaks_nothing_owes_no_kills() -> None:
    verdict = History().judge()
    replace(PLAN, faults=False).judge(verdict, [])
    assert verdict.violations == []


def test_kills_are_told_from_what_only_ended_or_paused() -> None:
    assert (processes(STROKES), processes(STROKES, "kill -9")) == (4, 3)
