"""Log-ins that last: an opaque token in a cookie, its hash in storage."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from storage.model.people import Operator, Session
from storage.ports import OperatorStore

COOKIE = "linka_session"

IDLE = timedelta(hours=12)
"""A session ends this long after it was last used."""

LONGEST = timedelta(days=7)
"""A session ends this long after the log-in, used or not."""

_EXTEND_EVERY = timedelta(minutes=10)  # not at each request: a write is dearer than ten minutes
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_USER_AGENT = 200  # characters


def token_hash_of(token: str) -> str:
    """What storage knows a token by. Tokens have 256 random bits, so a plain hash cannot be searched."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who asks, and by which session."""

    operator: Operator
    session: Session


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, operators: OperatorStore) -> None:
        self._operators = operators

    async def open(self, operator: Operator, now: datetime, user_agent: str = "") -> tuple[str, Session]:
        """A new session and its token, which is in nobody's hands but the caller's."""
        token = token_urlsafe(32)
        session = Session(
            token_hash=token_hash_of(token),
            operator_id=operator.id,
            csrf_token=token_urlsafe(32),
            created_at=now,
            expires_at=now + IDLE,
            user_agent=user_agent[:_USER_AGENT],
        )
        await self._operators.add_session(session)
        return token, session

    async def find(self, token: str | None, now: datetime) -> LoggedIn | None:
        """The live session of a token, if its operator may still come in. Using it keeps it alive."""
        if token is None or not _TOKEN.fullmatch(token):
            return None
        session = await self._operators.session(token_hash_of(token))
        if session is None or session.expires_at <= now:
            return None
        operator = await self._operators.get(session.operator_id)
        if operator is None or not operator.active:
            return None
        return LoggedIn(operator, await self._kept_alive(session, now))

    async def _kept_alive(self, session: Session, now: datetime) -> Session:
        until = min(now + IDLE, session.created_at + LONGEST)
        if until - session.expires_at < _EXTEND_EVERY:
            return session
        await self._operators.extend_session(session.token_hash, until)
        return replace(session, expires_at=until)

    async def find_all(self, tokens: Collection[str], now: datetime) -> dict[str, Operator]:
        """Who is behind each of these tokens that is still good. Using them keeps them alive."""
        if not tokens:
            return {}
        hashes = {token_hash_of(token): token for token in tokens}
        people = {operator.id: operator for operator in await self._operators.all()}
        found = {}
        for token_hash, session in (await self._operators.sessions(list(hashes))).items():
            operator = people.get(session.operator_id)
            if session.expires_at > now and operator is not None and operator.active:
                await self._kept_alive(session, now)
                found[hashes[token_hash]] = operator
        return found

    async def end(self, token: str | None) -> None:
        """Log out. A token that is no token ends nothing."""
        if token is not None and _TOKEN.fullmatch(token):
            await self._operators.end_session(token_hash_of(token))


async def operator_of_cookie(sessions: Sessions, cookie: str | None, now: datetime) -> Operator | None:
    """Who is behind the value of the session cookie; None if nobody is, or no longer."""
    found = await sessions.find(cookie, now)
    return found.operator if found else None
