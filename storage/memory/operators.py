"""Operators, their sessions, presence and loads, in memory."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from storage.documents import utc_milliseconds
from storage.errors import AlreadyExists
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.people import Availability, Operator, Session


class MemoryOperators(Shelf):
    """``OperatorStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._operators: dict[str, Operator] = {}
        self._sessions: dict[str, Session] = {}
        self._failures: defaultdict[str, list[datetime]] = defaultdict(list)

    async def get(self, operator_id: str) -> Operator | None:
        """By id."""
        self._reach(operator_id)
        return self._operators.get(operator_id)

    async def by_login(self, login: str) -> Operator | None:
        """By the log-in name, which is lower case."""
        self._reach(login)
        return next((each for each in self._operators.values() if each.login == login), None)

    async def all(self) -> Sequence[Operator]:
        """By login."""
        self._reach()
        return sorted(self._operators.values(), key=lambda operator: operator.login)

    async def put_new(self, operator: Operator) -> None:
        """Raise ``AlreadyExists`` if the login or id is taken."""
        self._reach()
        new = kept(operator)
        if any(new.id == each.id or new.login == each.login for each in self._operators.values()):
            raise AlreadyExists("a unique key is taken")
        self._operators[new.id] = new

    async def set_availability(self, operator_id: str, availability: Availability) -> Operator | None:
        """As it is afterwards."""
        self._reach(operator_id)
        operator = self._operators.get(operator_id)
        if operator is not None:
            operator = self._operators[operator_id] = replace(operator, availability=availability)
        return operator

    async def add_session(self, session: Session) -> None:
        """Raise ``AlreadyExists`` if the hash is there."""
        self._reach()
        if session.token_hash in self._sessions:
            raise AlreadyExists("a unique key is taken")
        self._sessions[session.token_hash] = kept(session)

    async def session(self, token_hash: str) -> Session | None:
        """As kept, expired or not."""
        self._reach(token_hash)
        return self._sessions.get(token_hash)

    async def sessions(self, token_hashes: Sequence[str]) -> dict[str, Session]:
        """Those that there are, by hash."""
        self._reach(*token_hashes)
        return {each: self._sessions[each] for each in token_hashes if each in self._sessions}

    async def extend_session(self, token_hash: str, expires_at: datetime) -> None:
        """Move the end of a session; one that is gone stays gone."""
        self._reach(token_hash)
        session = self._sessions.get(token_hash)
        if session is not None:
            self._sessions[token_hash] = kept(replace(session, expires_at=expires_at))

    async def end_session(self, token_hash: str) -> None:
        """Idempotent."""
        self._reach(token_hash)
        self._sessions.pop(token_hash, None)

    async def failed_logins(self, key: str, since: datetime) -> int:
        """How many failures of a key since then, counted up to 1,000."""
        self._reach(key)
        since = utc_milliseconds(since)
        return min(sum(at >= since for at in self._failures.get(key, ())), 1_000)

    async def record_failed_login(self, key: str, at: datetime) -> None:
        """Kept while the process lives."""
        self._reach(key)
        self._failures[key].append(utc_milliseconds(at))

    async def forget_failed_logins(self, key: str) -> None:
        """Idempotent."""
        self._reach(key)
        self._failures.pop(key, None)


class MemoryPresence(Shelf):
    """``PresenceStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._hubs: dict[str, tuple[datetime, frozenset[str]]] = {}

    async def beat(self, hub_id: str, operator_ids: Sequence[str], at: datetime) -> None:
        """All whom this hub sees, in place of whom it saw before."""
        self._reach(hub_id, *operator_ids)
        self._hubs[hub_id] = (utc_milliseconds(at), frozenset(operator_ids))

    async def present(self, since: datetime) -> frozenset[str]:
        """Whom some hub saw since then."""
        self._reach()
        since = utc_milliseconds(since)
        return frozenset(each for at, seen in self._hubs.values() if at >= since for each in seen)

    async def leave(self, hub_id: str) -> None:
        """Idempotent."""
        self._reach(hub_id)
        self._hubs.pop(hub_id, None)


class MemoryLoads(Shelf):
    """``LoadStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._loads: dict[str, set[str]] = {}

    async def add(self, operator_id: str, conversation_id: str, capacity: int) -> bool:
        """If below capacity or already there."""
        self._reach(operator_id, conversation_id, capacity)
        in_hand = self._loads.setdefault(operator_id, set())
        if len(in_hand) < capacity:
            in_hand.add(conversation_id)
        return conversation_id in in_hand

    async def remove(self, operator_id: str, conversation_id: str) -> None:
        """Idempotent."""
        self._reach(operator_id, conversation_id)
        self._loads.get(operator_id, set()).discard(conversation_id)

    async def get(self, operator_id: str) -> frozenset[str]:
        """The conversations in hand."""
        self._reach(operator_id)
        return frozenset(self._loads.get(operator_id, ()))
