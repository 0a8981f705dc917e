"""What a Telegram update means to the hub. Pure: the same update always means the same, also when it comes again."""

from dataclasses import dataclass
from typing import Any

from aiogram.types import CallbackQuery, InaccessibleMessage, Message, Update, User
from pydantic import TypeAdapter, ValidationError

from bot.callbacks import Nothing, Press, Rate, SayPayload, SayTitle, WishToComment, decode
from bot.contacts import contact_of, language_of
from bot.dead_letter import fingerprint, storable
from bot.replies import AskForComment, Greet, Reply, Say, ThankForRating
from bot.texts import Phrase, every
from hub.protocol.channel import (
    ChannelUpdate,
    EpisodeRated,
    HumanRequested,
    Refused,
    TextSaid,
)
from hub.protocol.common import MAX_TEXT, Text

KINDS = ["message", "edited_message", "callback_query"]
"""The updates we ask Telegram for."""

Content = TextSaid | HumanRequested | EpisodeRated | Refused

_TEXT: TypeAdapter[str] = TypeAdapter(Text)
_HUMAN = {"/human", "/clovek", "/operator"}
_SHOWN = {  # what people send; the rest are service messages such as "pinned a message"
    *(
        "photo",
        "video",
        "animation",
        "audio",
        "document",
        "voice",
        "video_note",
        "sticker",
        "location",
        "venue",
    ),
    *("contact", "poll", "dice", "story", "paid_media", "game", "checklist"),
}


@dataclass(frozen=True, slots=True)
class Translation:
    """What to tell the hub, in order (nothing: the bot answers alone), and what to answer the contact afterwards.

    ``chat`` is the key within which order matters. ``query_id`` is the press that must be answered.
    ``otherwise`` is the reply if the hub does not take the update.
    """

    chat: str
    updates: tuple[ChannelUpdate, ...]
    reply: Reply | None = None
    otherwise: Reply | None = None
    query_id: str | None = None


def update_id_of(raw: Any) -> int | None:
    """The update's number, if it has a proper one."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int and 0 <= number < 2**53 else None


def key_of(raw: Any) -> str:
    """What makes an update itself however often it comes: its number, or else all that is in it."""
    number = update_id_of(raw)
    return f"telegram:{number}" if number is not None else f"telegram:strange-{fingerprint(raw)}"


def translate(raw: Any) -> Translation:
    """Make of an update what can be made of it; the rest is `Refused`, with the reason and the update itself."""
    try:
        update = Update.model_validate(raw)
    except (ValidationError, RecursionError):
        return _refused(raw, "cannot be read")
    if update.callback_query is not None:
        return _press(raw, update.callback_query)
    if update.edited_message is not None:
        return _edited(raw, update.edited_message)
    if update.message is not None:
        return _message(raw, update.message)
    return _refused(raw, f"unknown kind: {', '.join(sorted(map(str, set(raw) - {'update_id'})))}")


def _message(raw: Any, message: Message) -> Translation:
    user = message.from_user
    if user is None or user.is_bot:
        return _refused(raw, "nobody wrote it", chat=str(message.chat.id))
    chat_id, language = str(message.chat.id), language_of(user)
    if message.chat.type != "private":
        addressed = (message.text or "").startswith("/")
        polite = Say(chat_id, language, Phrase.PRIVATE_ONLY) if addressed else None
        return _refused(raw, "not a private chat", chat=chat_id, reply=polite)
    if message.text is None:
        once = f"{chat_id}:{message.media_group_id}" if message.media_group_id else None
        shown = message.content_type in _SHOWN
        only_text = Say(chat_id, language, Phrase.TEXT_ONLY, once) if shown else None
        return _refused(raw, f"not text: {message.content_type}", chat=chat_id, reply=only_text)
    command = message.text.split(maxsplit=1)[0].split("@")[0].lower() if message.text.startswith("/") else ""
    if command == "/start":
        return Translation(chat_id, (), reply=Greet(chat_id, language))
    if command in _HUMAN:
        already = Say(chat_id, language, Phrase.HUMAN_ALREADY)
        return _said(raw, chat_id, user, [HumanRequested()], otherwise=already)
    if _replies_to_comment_prompt(message):
        return _comment(raw, chat_id, user, message.text)
    return _words(raw, chat_id, user, message.text)


def _words(raw: Any, chat_id: str, user: User, text: str) -> Translation:
    pieces = [text[at : at + MAX_TEXT] for at in range(0, len(text), MAX_TEXT)]
    contents: list[Content] = [TextSaid(text=piece) for piece in pieces if _readable(piece)]
    if not contents:
        reply = Say(chat_id, language_of(user), Phrase.TEXT_ONLY)
        return _refused(raw, "nothing to read in it", chat=chat_id, reply=reply)
    return _said(raw, chat_id, user, contents)


def _comment(raw: Any, chat_id: str, user: User, text: str) -> Translation:
    language = language_of(user)
    if not _readable(text[:MAX_TEXT]):
        reply = Say(chat_id, language, Phrase.TEXT_ONLY)
        return _refused(raw, "nothing to read in it", chat=chat_id, reply=reply)
    contents: list[Content] = [EpisodeRated(comment=text[:MAX_TEXT])]
    if len(text) > MAX_TEXT:
        contents.append(Refused(reason="the comment goes on", update=storable(raw)))
    return _said(
        raw,
        chat_id,
        user,
        contents,
        reply=Say(chat_id, language, Phrase.THANKS_COMMENT),
        otherwise=Say(chat_id, language, Phrase.RATING_TOO_LATE),
    )


def _edited(raw: Any, message: Message) -> Translation:
    user, chat_id = message.from_user, str(message.chat.id)
    told = (
        user is not None and not user.is_bot and message.chat.type == "private" and message.text is not None
    )
    reply = Say(chat_id, language_of(user), Phrase.EDIT_NOT_SEEN) if told and user else None
    return _refused(raw, "an edit", chat=chat_id, reply=reply)


def _press(raw: Any, query: CallbackQuery) -> Translation:
    user = query.from_user
    language = language_of(user)
    message = query.message
    if message is None or message.chat.type != "private" or user.is_bot:
        return _refused(raw, "a button outside a private chat", query_id=query.id)
    chat_id = str(message.chat.id)
    title = _title(query)
    old = Say(chat_id, language, Phrase.OLD_BUTTON)
    press: Press | None = decode(query.data or "")
    match press:
        case SayPayload(payload=payload) if title is not None:
            contents: list[Content] = [TextSaid(text=title, payload=payload)]
        case SayTitle() if title is not None:
            contents = [TextSaid(text=title)]
        case Rate(score):
            thanks = ThankForRating(chat_id, language, message.message_id, score, query.id)
            late = Say(chat_id, language, Phrase.RATING_TOO_LATE)
            contents = [EpisodeRated(score=score)]
            return _said(raw, chat_id, user, contents, reply=thanks, otherwise=late, query_id=query.id)
        case WishToComment():
            return Translation(chat_id, (), reply=AskForComment(chat_id, language), query_id=query.id)
        case Nothing():
            return Translation(chat_id, (), query_id=query.id)
        case _:
            return _refused(raw, "a button that is not ours", chat=chat_id, reply=old, query_id=query.id)
    return _said(raw, chat_id, user, contents, otherwise=old, query_id=query.id)


def _title(query: CallbackQuery) -> str | None:
    """What is written on the pressed button, if the message really has such a button."""
    message = query.message
    if message is None or isinstance(message, InaccessibleMessage) or message.reply_markup is None:
        return None
    buttons = (button for row in message.reply_markup.inline_keyboard for button in row)
    title = next((button.text for button in buttons if button.callback_data == query.data), None)
    return title if title is not None and _readable(title) else None


def _said(
    raw: Any,
    chat_id: str,
    user: User,
    contents: list[Content],
    *,
    reply: Reply | None = None,
    otherwise: Reply | None = None,
    query_id: str | None = None,
) -> Translation:
    contact = contact_of(chat_id, user)
    key = f"telegram:{raw['update_id']}"
    updates = tuple(
        ChannelUpdate(client_id=key if index == 0 else f"{key}:{index + 1}", contact=contact, content=content)
        for index, content in enumerate(contents)
    )
    if otherwise is None:
        otherwise = Say(chat_id, language_of(user), Phrase.NOT_TAKEN)
    return Translation(chat_id, updates, reply, otherwise, query_id)


def _refused(
    raw: Any, reason: str, *, chat: str = "", reply: Reply | None = None, query_id: str | None = None
) -> Translation:
    update = ChannelUpdate(client_id=key_of(raw), content=Refused(reason=reason[:200], update=storable(raw)))
    return Translation(chat, (update,), reply=reply, otherwise=reply, query_id=query_id)


def refuse(refused: ChannelUpdate, raw: Any, reason: str) -> ChannelUpdate:
    """The same update as a dead letter, after the hub did not take it."""
    return ChannelUpdate(
        client_id=refused.client_id,
        contact=refused.contact,
        content=Refused(reason=reason[:200], update=storable(raw)),
    )


def _readable(text: str) -> bool:
    try:
        _TEXT.validate_python(text)
    except ValidationError:
        return False
    return True


def _replies_to_comment_prompt(message: Message) -> bool:
    """Known by the prompt's words, so that it works after a restart too."""
    prompt = message.reply_to_message
    by_us = prompt is not None and prompt.from_user is not None and prompt.from_user.is_bot
    return by_us and prompt is not None and (prompt.text or "") in every(Phrase.COMMENT_PROMPT)
