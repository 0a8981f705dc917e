"""What may be asked of the people outside, and of the channels by which they come."""

from collections.abc import Sequence
from typing import Protocol

from storage.model.contacts import Contact, Inbox, VisitorToken

CONTACT_FIELDS = frozenset({"name", "phone", "username", "language"})


class ContactStore(Protocol):
    """People outside, and the tokens of website visitors."""

    async def get(self, contact_id: str) -> Contact | None: ...

    async def get_many(self, contact_ids: Sequence[str]) -> dict[str, Contact]: ...

    async def put_new(self, contact: Contact) -> Contact:
        """Insert, or return the one with this id that is there already."""

    async def update(self, contact_id: str, **fields: str | None) -> Contact | None:
        """Set name, phone, username or language."""

    async def add_token(self, token: VisitorToken) -> None: ...

    async def by_token(self, token_hash: str) -> VisitorToken | None: ...


class InboxStore(Protocol):
    """Configured channels."""

    async def get(self, inbox_id: str) -> Inbox | None: ...

    async def all(self) -> Sequence[Inbox]: ...

    async def put(self, inbox: Inbox) -> None: ...
