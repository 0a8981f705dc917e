"""Who wrote, as the hub wants to know it. Pure."""

import re
import unicodedata

from aiogram.types import User

from hub.protocol.channel import ExternalContact

_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MAX_NAME = 200


def contact_of(chat_id: str, user: User) -> ExternalContact:
    """The contact behind a private chat."""
    return ExternalContact(
        external_id=chat_id,
        name=clean_name(user.full_name) or None,
        username=clean_name(user.username or "") or None,
        language=language_of(user),
    )


def clean_name(name: str) -> str:
    """A name as one line: without control characters and marks that turn the writing direction around."""
    kept = (" " if char.isspace() else char for char in name)
    line = "".join(char for char in kept if unicodedata.category(char) not in _UNSEEN)
    return " ".join(line.split())[:_MAX_NAME].strip()


def language_of(user: User) -> str | None:
    """The language of their Telegram, if it is written as languages are."""
    code = user.language_code
    return code if code and _LANGUAGE.match(code) else None
