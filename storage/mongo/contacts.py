"""People outside and the tokens of visitors, in MongoDB."""

from collections.abc import Sequence

from storage.errors import AlreadyExists, StorageError
from storage.model.contacts import Contact, VisitorToken
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.ports import CONTACT_FIELDS
from storage.schema import CONTACTS, VISITOR_TOKENS


class MongoContacts:
    """``ContactStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._contacts = Collection(database, CONTACTS)
        self._tokens = Collection(database, VISITOR_TOKENS)

    async def get(self, contact_id: str) -> Contact | None:
        """By id."""
        row = await self._contacts.one({"_id": contact_id})
        return None if row is None else value_of(row, Contact)

    async def get_many(self, contact_ids: Sequence[str]) -> dict[str, Contact]:
        """Those that there are, by id."""
        rows = await self._contacts.many({"_id": {"$in": list(contact_ids)}}, limit=len(contact_ids))
        return {row["_id"]: value_of(row, Contact) for row in rows}

    async def put_new(self, contact: Contact) -> Contact:
        """Insert, or return the one with this id that is there already."""
        row = row_of(contact)
        try:
            await self._contacts.insert(row)
        except AlreadyExists:
            first = await self.get(contact.id)
            if first is None:
                raise StorageError("a contact was there and then was not") from None
            return first
        return value_of(row, Contact)

    async def update(self, contact_id: str, **fields: str | None) -> Contact | None:
        """Set name, phone, username or language; ``ValueError`` for anything else."""
        if not fields.keys() <= CONTACT_FIELDS:
            raise ValueError(f"not to be set: {sorted(fields.keys() - CONTACT_FIELDS)}")
        if not fields:
            return await self.get(contact_id)
        row = await self._contacts.changed({"_id": contact_id}, {"$set": dict(fields)})
        return None if row is None else value_of(row, Contact)

    async def add_token(self, token: VisitorToken) -> None:
        """Raise ``AlreadyExists`` if the hash is there."""
        await self._tokens.insert(row_of(token, "token_hash"))

    async def by_token(self, token_hash: str) -> VisitorToken | None:
        """By the token's hash."""
        row = await self._tokens.one({"_id": token_hash})
        return None if row is None else value_of(row, VisitorToken, "token_hash")
