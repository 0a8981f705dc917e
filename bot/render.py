"""What an entry of the timeline becomes in Telegram. Pure."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Press, Rate, SayPayload, encode
from bot.order_text import summary
from bot.split import split
from bot.texts import Phrase, say
from hub.protocol.channel import OwedEntry
from hub.protocol.common import (
    CaseOpenedBody,
    HandedBackBody,
    HandedOffBody,
    MessageBody,
    OrderPlacedBody,
    RatedBody,
    ReleasedBody,
    ReopenedBody,
    ResolvedBody,
    TakenBody,
    TransferredBody,
)

_MAX_TITLE = 60  # characters of a button; phones show fewer
_MAX_BUTTONS = 100  # Telegram's limit for one message
_NARROW = 18  # two such buttons fit side by side

_QUEUED = {
    "requested": Phrase.QUEUED,
    "topic": Phrase.QUEUED,
    "not_understood": Phrase.NOT_UNDERSTOOD,
    "bot_failed": Phrase.BOT_TROUBLE,
    "bot_timeout": Phrase.BOT_TROUBLE,
    "bot_unavailable": Phrase.BOT_TROUBLE,
}


_CASES = {
    "complaint": Phrase.CASE_COMPLAINT,
    "wish": Phrase.CASE_WISH,
    "fault": Phrase.CASE_FAULT,
}


def render(entry: OwedEntry, chat_id: str, language: str) -> list[SendMessage]:
    """The calls that show the entry to the contact, in order; none if there is nothing to show."""
    match entry.body:
        case MessageBody() if entry.author.kind == "contact":
            return []  # their own words
        case MessageBody(text=text, quick_replies=replies):
            buttons = [(reply.title, SayPayload(index, reply.payload)) for index, reply in enumerate(replies)]
            return _messages(chat_id, text, keyboard(buttons))
        case HandedOffBody(opens_at=datetime()):
            return _messages(chat_id, say(Phrase.QUEUED_AWAY, language))
        case HandedOffBody(reason=reason, place=place):
            return _messages(chat_id, _with_place(_QUEUED[reason], place, language))
        case ReleasedBody():
            return _messages(chat_id, say(Phrase.RELEASED, language))
        case TransferredBody(operator_name=str(name)):
            return _messages(chat_id, say(Phrase.TAKEN, language, name=isolate(name)))
        case TransferredBody():
            return _messages(chat_id, say(Phrase.TRANSFERRED, language))
        case TakenBody(operator_name=name):
            return _messages(chat_id, say(Phrase.TAKEN, language, name=isolate(name)))
        case HandedBackBody():
            return _messages(chat_id, say(Phrase.HANDED_BACK, language))
        case ResolvedBody():
            scores = keyboard([(str(score), Rate(score)) for score in range(1, 6)], per_row=5)
            return _messages(chat_id, say(Phrase.RESOLVED, language), scores)
        case ReopenedBody():
            return _messages(chat_id, say(Phrase.REOPENED, language))
        case OrderPlacedBody(order=order):
            return _messages(chat_id, summary(order, language))
        case CaseOpenedBody(number=number, category=category):
            return _messages(chat_id, say(_CASES[category], language, number=number))
        case RatedBody():
            return []  # thanked for where it was pressed


def keyboard(buttons: Sequence[tuple[str, Press]], per_row: int | None = None) -> InlineKeyboardMarkup | None:
    """Buttons under a message, two side by side if short; None without buttons. Untitled ones are left out."""
    made = [
        InlineKeyboardButton(text=_title(title), callback_data=encode(press))
        for title, press in buttons[:_MAX_BUTTONS]
        if title.strip()
    ]
    if not made:
        return None
    narrow = all(len(button.text) <= _NARROW for button in made)
    step = per_row or (2 if narrow else 1)
    return InlineKeyboardMarkup(inline_keyboard=[made[at : at + step] for at in range(0, len(made), step)])


def isolate(name: str) -> str:
    """A name inside our sentence, so that its writing direction ends with it."""
    return f"\u2068{name}\u2069" if any(char > "\u0590" for char in name) else name


def _messages(chat_id: str, text: str, markup: InlineKeyboardMarkup | None = None) -> list[SendMessage]:
    pieces = split(text)
    return [
        SendMessage(chat_id=chat_id, text=piece, reply_markup=markup if last else None)
        for piece, last in zip(pieces, [False] * (len(pieces) - 1) + [True], strict=True)
    ]


def _with_place(phrase: Phrase, place: int | None, language: str) -> str:
    words = say(phrase, language)
    if place is None:
        return words
    return f"{words} {say(Phrase.PLACE_NEXT if place <= 1 else Phrase.PLACE, language, place=place)}"


def _title(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= _MAX_TITLE else f"{title[: _MAX_TITLE - 1]}…"
