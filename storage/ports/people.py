"""What may be asked of the people inside: operators, their sessions and presence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.model.people import Availability, Operator, Session


class OperatorStore(Protocol):
    """Operators and their sessions."""

    async def get(self, operator_id: str) -> Operator | None: ...

    async def by_login(self, login: str) -> Operator | None: ...

    async def all(self) -> Sequence[Operator]: ...

    async def put_new(self, operator: Operator) -> None:
        """Raise ``AlreadyExists`` if the login is taken."""

    async def set_availability(self, operator_id: str, availability: Availability) -> Operator | None: ...

    async def add_session(self, session: Session) -> None: ...

    async def session(self, token_hash: str) -> Session | None: ...

    async def sessions(self, token_hashes: Sequence[str]) -> dict[str, Session]:
        """Those that there are, by hash."""

    async def extend_session(self, token_hash: str, expires_at: datetime) -> None:
        """Move the end of a session; one that is gone stays gone."""

    async def end_session(self, token_hash: str) -> None: ...

    async def failed_logins(self, key: str, since: datetime) -> int:
        """How many failures of a key (login or address) since then."""

    async def record_failed_login(self, key: str, at: datetime) -> None: ...

    async def forget_failed_logins(self, key: str) -> None: ...


class PresenceStore(Protocol):
    """Which operators have a live socket, by heartbeats of each hub."""

    async def beat(self, hub_id: str, operator_ids: Sequence[str], at: datetime) -> None: ...

    async def present(self, since: datetime) -> frozenset[str]: ...

    async def leave(self, hub_id: str) -> None: ...
