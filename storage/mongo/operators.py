"""Operators, their sessions and failed log-ins, in MongoDB."""

from collections.abc import Sequence
from datetime import datetime

from storage.documents import utc_milliseconds
from storage.model.people import Availability, Operator, Session
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.schema import FAILED_LOGINS, OPERATORS, SESSIONS, UP

_OPERATORS_AT_MOST = 10_000
_FAILURES_COUNTED_TO = 1_000


class MongoOperators:
    """``OperatorStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._operators = Collection(database, OPERATORS)
        self._sessions = Collection(database, SESSIONS)
        self._failures = Collection(database, FAILED_LOGINS)

    async def get(self, operator_id: str) -> Operator | None:
        """By id."""
        row = await self._operators.one({"_id": operator_id})
        return None if row is None else value_of(row, Operator)

    async def by_login(self, login: str) -> Operator | None:
        """By the log-in name, which is lower case."""
        row = await self._operators.one({"login": login})
        return None if row is None else value_of(row, Operator)

    async def all(self) -> Sequence[Operator]:
        """By login."""
        rows = await self._operators.many({}, sort=[("login", UP)], limit=_OPERATORS_AT_MOST)
        return [value_of(row, Operator) for row in rows]

    async def put_new(self, operator: Operator) -> None:
        """Raise ``AlreadyExists`` if the login or id is taken."""
        await self._operators.insert(row_of(operator))

    async def set_availability(self, operator_id: str, availability: Availability) -> Operator | None:
        """As it is afterwards."""
        row = await self._operators.changed(
            {"_id": operator_id}, {"$set": {"availability": availability.value}}
        )
        return None if row is None else value_of(row, Operator)

    async def add_session(self, session: Session) -> None:
        """Raise ``AlreadyExists`` if the hash is there."""
        await self._sessions.insert(row_of(session, "token_hash"))

    async def session(self, token_hash: str) -> Session | None:
        """As kept: an expired one stays for about a minute until the database removes it."""
        row = await self._sessions.one({"_id": token_hash})
        return None if row is None else value_of(row, Session, "token_hash")

    async def sessions(self, token_hashes: Sequence[str]) -> dict[str, Session]:
        """Those that there are, by hash."""
        rows = await self._sessions.many({"_id": {"$in": list(token_hashes)}}, limit=len(token_hashes))
        return {row["_id"]: value_of(row, Session, "token_hash") for row in rows}

    async def extend_session(self, token_hash: str, expires_at: datetime) -> None:
        """Move the end of a session; one that is gone stays gone."""
        await self._sessions.update(
            {"_id": token_hash}, {"$set": {"expires_at": utc_milliseconds(expires_at)}}
        )

    async def end_session(self, token_hash: str) -> None:
        """Idempotent."""
        await self._sessions.delete({"_id": token_hash})

    async def failed_logins(self, key: str, since: datetime) -> int:
        """How many failures of a key since then, counted up to 1,000."""
        return await self._failures.counted(
            {"key": key, "at": {"$gte": utc_milliseconds(since)}}, up_to=_FAILURES_COUNTED_TO
        )

    async def record_failed_login(self, key: str, at: datetime) -> None:
        """Kept for two days."""
        await self._failures.insert({"key": key, "at": utc_milliseconds(at)})

    async def forget_failed_logins(self, key: str) -> None:
        """Idempotent."""
        await self._failures.delete({"key": key})
