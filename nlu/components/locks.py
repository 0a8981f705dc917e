"""Rasa's lock of a conversation: first come, first served, and nobody waits longer than they must."""

import asyncio
import fcntl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import blake2b
from pathlib import Path
from weakref import WeakValueDictionary

from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

LOOK_EVERY = 0.02  # seconds


class ConversationLocks(LockStore):
    """One message of a conversation at a time, in this process and among all that share the file.

    Within a process the next in line is woken, where Rasa's own store looks again after a second. Between processes it
    is one byte of the file, locked by the system, which frees it when a process dies.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        """Open the file, whose path is the endpoint's ``file``. Raises ``OSError`` when it cannot be written."""
        super().__init__()
        self._file = Path(endpoint_config.kwargs["file"]).open("ab")  # noqa: SIM115 - as long as the process lives
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(  # type: ignore[override]  # Rasa hands out a ticket, which nobody looks at
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = LOOK_EVERY,
    ) -> AsyncGenerator[None, None]:
        """Hold the conversation.

        Raises ``LockError`` when another process has held it for ``lock_lifetime`` seconds.
        """
        line = self._lines.setdefault(conversation_id, asyncio.Lock())
        place = _place(conversation_id)
        async with line:
            await self._take(place, lock_lifetime, wait_time_in_seconds)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    async def _take(self, place: int, within: float, look_every: float) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
                return
            except (BlockingIOError, PermissionError):  # POSIX allows EAGAIN and EACCES
                if loop.time() > deadline:
                    raise LockError("another process holds this conversation") from None
            await asyncio.sleep(look_every)


def _place(conversation_id: str) -> int:
    """Which byte of the file stands for a conversation; the file need not be that long."""
    return int.from_bytes(blake2b(conversation_id.encode(), digest_size=7).digest(), "big")
