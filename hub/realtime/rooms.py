"""Names of Socket.IO rooms, and which socket says what to whom."""


def conversation_room(conversation_id: str) -> str:
    """Everybody in this namespace who watches a conversation."""
    return f"conversation:{conversation_id}"


def operator_room(operator_id: str) -> str:
    """All sockets of one operator."""
    return f"operator:{operator_id}"


def inbox_room(inbox_id: str) -> str:
    """The bots that carry an inbox."""
    return f"inbox:{inbox_id}"
