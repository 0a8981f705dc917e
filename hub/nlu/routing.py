"""Which of several processes a conversation goes to: rendezvous hashing, the same in every hub. Pure."""

from collections.abc import Iterable
from hashlib import blake2b


def ranked(places: Iterable[str], conversation: str) -> list[str]:
    """The places in the order in which this conversation prefers them.

    When one is gone, only its own conversations go elsewhere, and come back with it.
    """

    def weight(place: str) -> bytes:
        return blake2b(f"{place} {conversation}".encode(), digest_size=8).digest()

    return sorted(places, key=weight)
