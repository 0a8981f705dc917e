"""Identifiers that are derived, so that a repeated first step cannot make a second thing."""

from hashlib import sha1
from uuid import UUID, uuid5

_LINKA = UUID("6f0c3a52-5f0e-5f5e-9d3a-2f3f6f1b7c01")
_NAMESPACE = _LINKA.bytes


def conversation_id_of(inbox_id: str, contact_id: str) -> str:
    """The one lasting conversation of a contact in an inbox."""
    return str(uuid5(_LINKA, f"conversation|{inbox_id}|{contact_id}"))


def contact_id_of(inbox_id: str, external_id: str) -> str:
    """The contact behind a channel's own address, e.g. a Telegram chat."""
    return str(uuid5(_LINKA, f"contact|{inbox_id}|{external_id}"))


def entry_id_of(conversation_id: str, seq: int, author_key: str, client_id: str) -> str:
    """A retry of the same decision is the identical document; another decision never is."""
    name = f"entry|{conversation_id}|{seq}|{author_key}|{client_id}"
    digest = bytearray(sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()[:16])
    # As ``uuid5`` does it, without an object on the way: this is called for each entry.
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def case_id_of(conversation_id: str, message_id: str) -> str:
    """A message that is asked about twice is one case."""
    return str(uuid5(_LINKA, f"case|{conversation_id}|{message_id}"))


def hearing_id_of(conversation_id: str, seq: int) -> str:
    """A message that is read twice was said once."""
    return str(uuid5(_LINKA, f"hearing|{conversation_id}|{seq}"))


def sentence_id_of(language: str, words: str) -> str:
    """The same words (as they are compared) are one sentence."""
    return str(uuid5(_LINKA, f"sentence|{language}|{words}"))


def order_id_of(conversation_id: str, client_id: str) -> str:
    """A doubled click on "Place order" is one order."""
    return str(uuid5(_LINKA, f"order|{conversation_id}|{client_id}"))
