"""How log-in guesses are slowed down, without letting anybody lock a colleague out.

Failures are counted by login *and* address together: whoever guesses from elsewhere only closes their own door. The
pause grows with each failure and is never longer than a quarter of an hour.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from hub.errors import Refusal

MEMORY = timedelta(hours=24)
"""How long a failure counts."""

FREE = 5
"""Failures that cost nothing: fingers slip."""

LONGEST = timedelta(minutes=15)


def pause_after(failures: int) -> timedelta:
    """How long to wait since the last of so many failures: 1 s after the fifth, then twice as long each time."""
    if failures < FREE:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE, 30)), LONGEST)


def key_of(login: str, address: str) -> str:
    """What failures are counted by. Hashed: people type passwords into the login field."""
    return sha256(f"{login}\n{_network(address)}".encode("utf-8", "replace")).hexdigest()


def _network(address: str) -> str:
    """One household or office: an IPv4 address, or the /64 of an IPv6 one, which its owner has in plenty."""
    try:
        parsed = ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


@dataclass(slots=True)
class Turnstile:
    """Lets attempts of one key through one at a time, so that a hundred parallel guesses are still counted.

    ``waiting`` bounds how many may stand in line for one key; the next is told to come back.
    """

    waiting: int = 4
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    _inside: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """One's turn. Raises ``Refusal`` (rate_limited) if the line is too long."""
        if self._inside[key] > self.waiting:
            raise Refusal("rate_limited", "Too many log-ins at once. Try again in a moment.", retry_after=1)
        self._inside[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._inside[key] -= 1
            if not self._inside[key]:
                del self._inside[key], self._locks[key]
