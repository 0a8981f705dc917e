"""People outside, the tokens of visitors, and how far each side has read, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from storage.errors import AlreadyExists
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.contacts import Contact, VisitorToken
from storage.ports import CONTACT_FIELDS


class MemoryContacts(Shelf):
    """``ContactStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._contacts: dict[str, Contact] = {}
        self._tokens: dict[str, VisitorToken] = {}

    async def get(self, contact_id: str) -> Contact | None:
        """By id."""
        self._reach(contact_id)
        return self._contacts.get(contact_id)

    async def get_many(self, contact_ids: Sequence[str]) -> dict[str, Contact]:
        """Those that there are, by id."""
        self._reach(*contact_ids)
        return {each: self._contacts[each] for each in contact_ids if each in self._contacts}

    async def put_new(self, contact: Contact) -> Contact:
        """Insert, or return the one with this id that is there already."""
        self._reach()
        return self._contacts.setdefault(contact.id, kept(contact))

    async def update(self, contact_id: str, **fields: str | None) -> Contact | None:
        """Set name, phone, username or language; ``ValueError`` for anything else."""
        if not fields.keys() <= CONTACT_FIELDS:
            raise ValueError(f"not to be set: {sorted(fields.keys() - CONTACT_FIELDS)}")
        self._reach(contact_id, *fields.values())
        contact = self._contacts.get(contact_id)
        if contact is not None:
            name, phone = fields.get("name", contact.name), fields.get("phone", contact.phone)
            username = fields.get("username", contact.username)
            language = fields.get("language", contact.language)
            contact = replace(contact, name=name, phone=phone, username=username, language=language)
            self._contacts[contact_id] = contact
        return contact

    async def add_token(self, token: VisitorToken) -> None:
        """Raise ``AlreadyExists`` if the hash is there."""
        self._reach()
        if token.token_hash in self._tokens:
            raise AlreadyExists("a unique key is taken")
        self._tokens[token.token_hash] = kept(token)

    async def by_token(self, token_hash: str) -> VisitorToken | None:
        """By the token's hash."""
        self._reach(token_hash)
        return self._tokens.get(token_hash)


class MemoryCursors(Shelf):
    """``CursorStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._cursors: dict[str, dict[str, int]] = {}

    async def advance(self, conversation_id: str, reader: str, seq: int) -> bool:
        """Monotonic. True if it moved."""
        self._reach(conversation_id, reader, seq)
        readers = self._cursors.setdefault(conversation_id, {})
        if reader in readers and readers[reader] >= seq:
            return False
        readers[reader] = seq
        return True

    async def of(self, conversation_id: str) -> dict[str, int]:
        """By reader."""
        self._reach(conversation_id)
        return dict(self._cursors.get(conversation_id, {}))

    async def of_many(self, conversation_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """By conversation, then by reader."""
        self._reach(*conversation_ids)
        return {key: dict(self._cursors[key]) for key in conversation_ids if self._cursors.get(key)}
