"""What goes over a WebSocket from the hub, as bytes."""


def frame_of(payload: bytes) -> bytes:
    """A text frame of RFC 6455 as servers send it: whole, and not masked."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def pong_of(payload: bytes) -> bytes:
    """The answer to a control frame PING, which holds at most 125 bytes."""
    return bytes((0x8A, len(payload))) + payload


class Prepared:
    """A Socket.IO packet as it goes over any number of lines, encoded once."""

    __slots__ = ("frame",)

    def __init__(self, packet: bytes) -> None:
        self.frame = frame_of(b"4" + packet)


PING = frame_of(b"2")  # of Engine.IO
GOODBYE = frame_of(b"1")
