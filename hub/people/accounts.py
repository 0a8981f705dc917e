"""Logging in: who is it, and how often may they guess."""

import re
from collections.abc import Set as AbstractSet

from hub.clock import Clock
from hub.errors import Refusal
from hub.people.lockout import MEMORY, Turnstile, key_of, pause_after
from hub.people.passwords import MAX_LENGTH, Passwords
from storage.model.people import Operator
from storage.ports import OperatorStore

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}", re.ASCII)


def normalised_login(login: str) -> str:
    """As it is stored: without spaces around, in lower case."""
    return login.strip().lower()


class Accounts:
    """Operators' log-ins.

    ``barred`` are pairs of login and password that never work, whatever is stored: the published passwords of the demo
    accounts, once the demo is over.
    """

    def __init__(
        self,
        operators: OperatorStore,
        clock: Clock,
        passwords: Passwords | None = None,
        *,
        barred: AbstractSet[tuple[str, str]] = frozenset(),
    ) -> None:
        self._operators = operators
        self._passwords = passwords or Passwords()
        self._clock = clock
        self._barred = barred
        self._turnstile = Turnstile()

    async def log_in(self, login: str, password: str, address: str) -> Operator:
        """The operator whose login and password these are.

        An unknown login costs the same work as a wrong password and is answered with the same words.

        Raises:
            Refusal: unauthenticated, or rate_limited with ``retry_after``.
            StorageUnavailable: the database is away.
        """
        login = normalised_login(login)
        key = key_of(login, address)
        async with self._turnstile.turn(key):
            await self._wait_your_turn(key)
            operator = await self._verified(login, password)
            if operator is None:
                await self._operators.record_failed_login(key, self._clock.now())
                raise Refusal("unauthenticated", "The login or the password is wrong.")
            await self._operators.forget_failed_logins(key)
            return operator

    async def _wait_your_turn(self, key: str) -> None:
        now = self._clock.now()
        pause = pause_after(await self._operators.failed_logins(key, now - MEMORY))
        if pause and await self._operators.failed_logins(key, now - pause):
            raise Refusal(
                "rate_limited",
                "Too many wrong passwords. Wait a while before you try again.",
                retry_after=pause.total_seconds(),
            )

    async def _verified(self, login: str, password: str) -> Operator | None:
        found = await self._operators.by_login(login) if LOGIN.fullmatch(login) else None
        fits = await self._passwords.verify(found.password_hash if found else None, password[:MAX_LENGTH])
        if found is None or not fits or not found.active:
            return None
        if len(password) > MAX_LENGTH or (login, password) in self._barred:
            return None
        return found
