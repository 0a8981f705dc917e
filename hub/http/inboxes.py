"""The inboxes that pages ask for, remembered: a chat opens, and says what is wrong, while the database is away too."""

from storage.errors import StorageUnavailable
from storage.model.contacts import Inbox
from storage.model.conversation import Channel
from storage.ports import InboxStore


class WebsiteInboxes:
    """Asks each time; what was found last stands in while nothing can be found."""

    def __init__(self, store: InboxStore) -> None:
        self._store = store
        self._found: dict[str, Inbox] = {}

    async def get(self, inbox_id: str) -> Inbox | None:
        """An inbox of a website, or None. Raises ``StorageUnavailable`` for one that was never seen."""
        try:
            inbox = await self._store.get(inbox_id)
        except StorageUnavailable:
            if inbox_id not in self._found:
                raise
            return self._found[inbox_id]
        if inbox is None or inbox.channel is not Channel.WEBCHAT:
            self._found.pop(inbox_id, None)
            return None
        self._found[inbox_id] = inbox
        return inbox
