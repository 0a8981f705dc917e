"""What the bot answers by itself, beside the timeline: the greeting, thanks, and what it cannot take. Pure."""

from dataclasses import dataclass

from aiogram.methods import AnswerCallbackQuery, EditMessageReplyMarkup, SendMessage, TelegramMethod
from aiogram.types import ForceReply

from bot.callbacks import Nothing, SayTitle, WishToComment
from bot.render import keyboard
from bot.texts import Phrase, choose, say
from hub.protocol.channel import ChannelConfiguration


@dataclass(frozen=True, slots=True)
class Greet:
    """To ``/start``."""

    chat_id: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Say:
    """A phrase. Of several replies with the same ``once`` only the first is sent (an album is many messages)."""

    chat_id: str
    language: str | None
    phrase: Phrase
    once: str | None = None


@dataclass(frozen=True, slots=True)
class ThankForRating:
    """The pressed score stays to be seen, and a comment is offered."""

    chat_id: str
    language: str | None
    message_id: int
    score: int
    query_id: str


@dataclass(frozen=True, slots=True)
class AskForComment:
    """Opens the reply field; the answer is known by what it replies to."""

    chat_id: str
    language: str | None


Reply = Greet | Say | ThankForRating | AskForComment


def compose(reply: Reply, inbox: ChannelConfiguration) -> list[TelegramMethod[object]]:
    """The Telegram calls of a reply, in the contact's language if the bot speaks it."""
    language = choose(reply.language, inbox.languages[0] if inbox.languages else "en")
    match reply:
        case Say(chat_id, _, phrase):
            return [_typed(SendMessage(chat_id=chat_id, text=say(phrase, language)))]
        case Greet(chat_id):
            text = inbox.greeting.get(language) or next(iter(inbox.greeting.values()), inbox.name)
            suggestions = inbox.suggestions.get(language, [])
            buttons = keyboard([(title, SayTitle(index)) for index, title in enumerate(suggestions)])
            return [_typed(SendMessage(chat_id=chat_id, text=text, reply_markup=buttons))]
        case AskForComment(chat_id):
            field = ForceReply(force_reply=True, input_field_placeholder=say(Phrase.COMMENT_HINT, language))
            prompt = say(Phrase.COMMENT_PROMPT, language)
            return [_typed(SendMessage(chat_id=chat_id, text=prompt, reply_markup=field))]
        case ThankForRating(chat_id, _, message_id, score, query_id):
            shown = [("★" * score + "☆" * (5 - score), Nothing())]
            markup = keyboard([*shown, (say(Phrase.ADD_COMMENT, language), WishToComment())], per_row=1)
            thanks = say(Phrase.THANKS_RATING, language)
            return [
                _typed(AnswerCallbackQuery(callback_query_id=query_id, text=thanks)),
                _typed(EditMessageReplyMarkup(chat_id=chat_id, message_id=message_id, reply_markup=markup)),
            ]


def _typed(method: TelegramMethod[object] | object) -> TelegramMethod[object]:
    if not isinstance(method, TelegramMethod):
        raise TypeError(f"{type(method).__name__} is not a call of the Bot API")
    return method
