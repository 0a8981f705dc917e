"""Entries as contacts see them, encoded once: for the contact's screens and for the sender's acknowledgement."""

from collections import OrderedDict

import orjson

from hub.protocol import widget
from hub.realtime.namespace import Encoded, json_of
from hub.realtime.presenter import widget_entry
from storage.model.entry import AuthorKind, Entry

MOST_REMEMBERED = 1_000  # entries that were shown and are about to be acknowledged: two full batches


class Shown:
    """Remembers a contact's own entry from when it is shown until it is acknowledged, a moment later."""

    def __init__(self) -> None:
        self._remembered: OrderedDict[str, bytes] = OrderedDict()

    def appended(self, entry: Entry) -> Encoded | None:
        """A ``timeline.appended`` of one entry; None if the contact sees nothing of it."""
        view = widget_entry(entry)
        if view is None:
            return None
        encoded = json_of(view)
        if entry.author.kind is AuthorKind.CONTACT:
            self._remembered[entry.id] = encoded
            if len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        conversation_id = orjson.dumps(entry.conversation_id)
        body = b'{"conversation_id":%b,"entries":[%b]}' % (conversation_id, encoded)
        return Encoded(widget.TimelineAppended, body)

    def accepted(self, entry: Entry) -> Encoded:
        """The acknowledgement of a contact's own entry."""
        encoded = self._remembered.pop(entry.id, None)
        if encoded is None:
            view = widget_entry(entry)
            assert view is not None
            encoded = json_of(view)
        return Encoded(widget.EntryAccepted, b'{"entry":%b}' % encoded)
