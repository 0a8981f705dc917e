"""Names of namespaces and of the rooms in them."""

from hub.protocol import channel, widget

WIDGET = widget.WIDGET.name
CHANNEL = channel.CHANNEL.name
PANELS = "panels"  # all sockets of all operators


def conversation_room(conversation_id: str) -> str:
    """Everybody in this namespace who watches a conversation."""
    return f"conversation:{conversation_id}"


def conversation_of_room(room: str) -> str | None:
    """Which conversation is watched in a room; None if it is a room of another kind."""
    kind, _, conversation_id = room.partition(":")
    return conversation_id if kind == "conversation" else None


def operator_room(operator_id: str) -> str:
    """All sockets of one operator."""
    return f"operator:{operator_id}"


def inbox_room(inbox_id: str) -> str:
    """The bots that carry an inbox."""
    return f"inbox:{inbox_id}"
