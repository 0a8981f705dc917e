"""Passwords, hashed with argon2id off the event loop and a few at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MAX_LENGTH = 256  # characters; hashing more would only serve an attacker
MIN_LENGTH = 8


class Passwords:
    """Hashes and verifies. ``workers`` bounds the processors and the memory (64 MiB each) that log-ins may take."""

    def __init__(self, *, workers: int = 2, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="argon2")
        self._nobodys = self._hasher.hash("the password of nobody")

    async def hash(self, password: str) -> str:
        """The hash to store, with its salt and parameters."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits. The work is the same when there is no hash to compare with."""
        known = await asyncio.get_running_loop().run_in_executor(
            self._pool, self._fits, password_hash or self._nobodys, password
        )
        return known and password_hash is not None

    def close(self) -> None:
        """Let running work end, take no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
