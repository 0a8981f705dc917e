"""What entries look like in Telegram: pure, so tried with many."""

import string
from datetime import UTC, date, datetime, time

import pytest
from aiogram.types import InlineKeyboardMarkup
from hypothesis import given
from hypothesis import strategies as st

from bot.order_text import money, visit
from bot.render import render
from bot.split import LIMIT, split, width
from bot.texts import _WORDS, LANGUAGES, Phrase, choose
from hub.protocol.channel import OwedEntry
from hub.protocol.common import (
    AddressView,
    AuthorView,
    CaseOpenedBody,
    HandedBackBody,
    HandedOffBody,
    MessageBody,
    MoneyView,
    OrderLineView,
    OrderPlacedBody,
    OrderSummaryView,
    PublicBody,
    QuickReplyView,
    RatedBody,
    ReleasedBody,
    ReopenedBody,
    ResolvedBody,
    TakenBody,
    TransferredBody,
    VisitView,
)

BOT = AuthorView(kind="bot", name="Linka")
CONTACT = AuthorView(kind="contact", name="")


def czk(amount: int) -> MoneyView:
    return MoneyView(amount=amount, currency="CZK")


ORDER = OrderSummaryView(
    order_id="o1",
    number="1234-5674",
    tariff_name="Optik 500",
    monthly=czk(49900),
    visit=VisitView(day=date(2026, 11, 30), starts=time(9), ends=time(12)),
    address=AddressView(street="Dlouhá 12", town="Praha", postal_code="110 00"),
    equipment=[OrderLineView(code="router", name="Router Wi-Fi 6", price=czk(100000))],
    due=czk(149900),
)


def shown(body: PublicBody, language: str = "cs", author: AuthorView = BOT) -> list[str]:
    entry = OwedEntry(seq=1, at=datetime.now(UTC), author=author, body=body, attempts_started=False)
    return [call.text for call in render(entry, "77", language)]


@given(st.text(max_size=12_000))
def test_pieces_fit_and_lose_nothing_but_white_space(text: str) -> None:
    pieces = split(text)
    assert all(piece.strip() and width(piece) <= LIMIT for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(
    st.lists(st.sampled_from(["Slovo ", "věta. ", "\n", "\n\n", "😀", "é", "👨‍👩‍👧 "]), max_size=300),
    st.integers(20, 80),
)
def test_pieces_fit_into_small_limits_too(words: list[str], limit: int) -> None:
    pieces = split("".join(words), limit)
    assert all(width(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join("".join(words).split())


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("První odstavec.\n\nDruhý odstavec.", ["První odstavec.", "Druhý odstavec."]),
        ("Jedna věta tady. Druhá věta tam.", ["Jedna věta tady.", "Druhá věta tam."]),
        ("samá dlouhá slova bez teček a čárek", ["samá dlouhá slova", "bez teček a čárek"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_cuts_are_kind(text: str, pieces: list[str]) -> None:
    assert split(text, 20) == pieces


def test_characters_drawn_together_stay_together() -> None:
    assert split("x" * 18 + "e\u0301" * 4, 20)[0] == "x" * 18 + "e\u0301"
    assert split("a" * 19 + "e\u0301", 20) == ["a" * 19, "e\u0301"]


@given(st.lists(st.tuples(st.text(max_size=200), st.text(min_size=1, max_size=255)), max_size=12))
def test_any_quick_replies_make_a_keyboard_that_telegram_takes(replies: list[tuple[str, str]]) -> None:
    views = [QuickReplyView(title=title, payload=payload) for title, payload in replies]
    body = MessageBody(text="Vyberte", quick_replies=views)
    entry = OwedEntry(seq=1, at=datetime.now(UTC), author=BOT, body=body, attempts_started=False)
    [call] = render(entry, "77", "cs")
    titled = [title for title, _ in replies if title.strip()]
    if not titled:
        assert call.reply_markup is None
        return
    assert isinstance(call.reply_markup, InlineKeyboardMarkup)
    buttons = [button for row in call.reply_markup.inline_keyboard for button in row]
    assert len(buttons) == len(titled)
    data = [button.callback_data or "" for button in buttons]
    assert len(set(data)) == len(data)
    for button in buttons:
        assert button.text.strip()
        assert 1 <= len((button.callback_data or "").encode()) <= 64


def test_keyboard_is_under_the_last_piece() -> None:
    body = MessageBody(text="a" * 5000, quick_replies=[QuickReplyView(title="Ano", payload="/yes")])
    entry = OwedEntry(seq=1, at=datetime.now(UTC), author=BOT, body=body, attempts_started=False)
    calls = render(entry, "77", "cs")
    assert [call.reply_markup is not None for call in calls] == [False, True]


def test_order_summary_in_czech() -> None:
    [text] = shown(OrderPlacedBody(order=ORDER))
    assert text.replace("\xa0", " ").splitlines()[:-1] == [
        "Vaše objednávka 1234-5674 je přijata.",
        "",
        "Tarif: Optik 500, 499 Kč měsíčně",
        "Návštěva technika: pondělí 30. 11. 2026, 9–12 h",
        "Adresa: Dlouhá 12, 110 00 Praha",
        "Zařízení: Router Wi-Fi 6 (1 000 Kč)",
        "K zaplacení: 1 499 Kč",
        "",
    ]
    assert "Připravte si" in text


def test_order_summary_in_english() -> None:
    [text] = shown(OrderPlacedBody(order=ORDER), "en")
    assert "Technician's visit: Monday 30 November 2026, 9:00–12:00" in text
    assert "To pay: 1,499\xa0CZK" in text


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [(czk(49900), "cs", "499 Kč"), (czk(49950), "cs", "499,50 Kč"), (czk(0), "en", "0 CZK"),
     (MoneyView(amount=1200, currency="JPY"), "en", "1,200 ¥"), (czk(123456700), "cs", "1 234 567 Kč")],
)  # fmt: skip
def test_money(value: MoneyView, language: str, text: str) -> None:
    assert money(value, language).replace("\xa0", " ") == text


def test_hours_with_minutes() -> None:
    assert visit(VisitView(day=date(2026, 12, 1), starts=time(8, 30), ends=time(10)), "cs").endswith(
        "8:30–10:00 h"
    )


@pytest.mark.parametrize(
    ("body", "czech", "english"),
    [
        (
            HandedOffBody(reason="requested", place=1, opens_at=None),
            "Jste na řadě jako další.",
            "You are next in line.",
        ),
        (
            HandedOffBody(reason="bot_timeout", place=3, opens_at=None),
            "Jste 3. v pořadí.",
            "You are number 3 in line.",
        ),
        (HandedOffBody(reason="not_understood", place=None, opens_at=None), "nerozumím", "don't understand"),
        (
            HandedOffBody(reason="topic", place=1, opens_at=datetime(2026, 11, 24, 7, tzinfo=UTC)),
            "odpovědí vám, až se vrátí.",
            "will answer when they are back.",
        ),
        (
            CaseOpenedBody(number="C-123-4560", category="wish"),
            "pod číslem C-123-4560.",
            "your wish as number",
        ),
        (TakenBody(operator_name="Anna"), "Teď si píšete s člověkem: Anna.", "You are talking to Anna."),
        (ReleasedBody(), "jiného kolegu", "another colleague"),
        (TransferredBody(team="sales", operator_name=None), "pomůže lépe", "help you better"),
        (TransferredBody(team=None, operator_name="Petr"), "Petr", "You are talking to Petr."),
        (HandedBackBody(), "bot", "bot"),
        (ResolvedBody(), "spokojeni", "How did we do?"),
        (ReopenedBody(operator_name="Anna"), "Vracíme se", "reopened"),
    ],
)
def test_activities(body: PublicBody, czech: str, english: str) -> None:
    for author in (BOT, CONTACT):
        assert czech in shown(body, "cs", author)[0]
        assert english in shown(body, "en", author)[0]


def test_own_words_and_ratings_do_not_come_back() -> None:
    assert shown(MessageBody(text="x", quick_replies=[]), author=CONTACT) == []
    assert shown(RatedBody(score=5, comment=None), author=CONTACT) == []


def test_names_do_not_turn_our_sentences_around() -> None:
    [text] = shown(TakenBody(operator_name="דנה"), "en")
    assert text == "You are talking to \u2068דנה\u2069."


@pytest.mark.parametrize("phrase", list(Phrase))
def test_every_phrase_is_there_in_every_language_with_the_same_fields(phrase: Phrase) -> None:
    def fields(words: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(words) if name}

    words = _WORDS[phrase]
    assert set(words) == set(LANGUAGES)
    assert len({frozenset(fields(text)) for text in words.values()}) == 1


@pytest.mark.parametrize(
    ("wanted", "default", "spoken"),
    [
        ("cs", "en", "cs"),
        ("cs-CZ", "en", "cs"),
        ("sk", "en", "cs"),
        ("de", "cs", "en"),
        (None, "cs", "cs"),
        ("EN", "cs", "en"),
    ],
)
def test_choice_of_language(wanted: str | None, default: str, spoken: str) -> None:
    assert choose(wanted, default) == spoken
