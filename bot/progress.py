"""What this process knows of the entries that it is delivering, beyond what it has told the hub."""

from dataclasses import dataclass, field

from bot.backoff import Backoff
from hub.protocol.channel import ClaimedConversation, DeliverySettle, OwedEntry

_MAX_REMEMBERED = 10_000  # entries


@dataclass(slots=True)
class Progress:
    """Of one entry, over all attempts of this process."""

    fence: int
    """Of the claim under which it was last worked on."""
    unsure: bool
    """It may have been sent already, here or by a process that died in the middle: the outcome is flagged."""
    doubted: bool = False
    """The next part of it was tried by this process, and nobody knows what became of that."""
    sent: list[str] = field(default_factory=list)
    outcome: DeliverySettle | None = None
    """Known, but the hub has not accepted it yet: nothing is sent again."""
    backoff: Backoff = field(default_factory=lambda: Backoff(first=1.0, cap=60.0))

    @property
    def unsent(self) -> bool:
        """Certainly nothing of it has been sent, by anybody."""
        return not self.unsure and not self.sent


class Memory:
    """Of all entries under way."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, int], Progress] = {}

    def of(self, conversation: ClaimedConversation, entry: OwedEntry) -> Progress:
        """What is known of an entry that was claimed.

        What was known before holds on if nobody else can have worked on it since: fences grow by one with each claim.
        An outcome holds on in any case.
        """
        key = (conversation.conversation_id, entry.seq)
        known = self._of.pop(key, None)
        if known is None or (known.outcome is None and known.fence + 1 != conversation.fence):
            known = Progress(conversation.fence, unsure=entry.attempts_started)
        known.fence = conversation.fence
        self._of[key] = known
        while len(self._of) > _MAX_REMEMBERED:
            del self._of[next(iter(self._of))]
        return known

    def forget(self, conversation_id: str, seq: int) -> None:
        """It is settled."""
        self._of.pop((conversation_id, seq), None)
