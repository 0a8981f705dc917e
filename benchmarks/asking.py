"""One socket that asks, and how long its answers take."""

import asyncio
import time
from typing import Any

import orjson

from benchmarks.frames import Frames
from benchmarks.load import Side


class Asker:
    """A connected side; one request at a time."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._frames: Frames | None = None
        self._arrived: Any = None
        self._number = 0

    @classmethod
    async def join(cls, host: str, port: int, side: Side) -> "Asker":
        """Connect. Raises ``ConnectionError`` when the hub refuses."""
        asker = cls(side["namespace"])
        asker._frames = await Frames.open(host, port, asker._hear, side["headers"])
        joined = asker._awaited(b"0")
        auth = orjson.dumps(side["auth"]) if side["auth"] else b""
        asker._frames.send(f"0{asker._namespace},".encode() + auth)
        await joined
        return asker

    def _awaited(self, kind: bytes) -> Any:
        self._kind = kind + self._namespace.encode() + b","
        self._arrived = asyncio.get_running_loop().create_future()
        return asyncio.wait_for(self._arrived, 60)

    def _hear(self, packet: bytes) -> None:
        if packet.startswith(b"4"):
            self._arrived.set_exception(ConnectionError(packet.decode()))
        elif self._arrived is not None and not self._arrived.done() and packet.startswith(self._kind):
            self._arrived.set_result((time.perf_counter(), packet))

    async def ask(self, event: str, data: Any) -> tuple[float, Any]:
        """Seconds from sending to the answer's arrival, and the reply. Raises ``RuntimeError`` for a refusal."""
        assert self._frames is not None
        self._number += 1
        number = str(self._number)
        request = f"2{self._namespace},{number}".encode() + orjson.dumps([event, data])
        awaited = self._awaited(b"3")
        began = time.perf_counter()
        self._frames.send(request)
        arrived, packet = await awaited
        [answer] = orjson.loads(packet[len(self._kind) + len(number) :])
        if not answer["ok"]:
            raise RuntimeError(f"{event}: {answer['error']}")
        return arrived - began, answer["data"]

    def close(self) -> None:
        """Drop the connection."""
        if self._frames is not None:
            self._frames.close()
