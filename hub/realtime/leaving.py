"""A hub that goes away tells its sockets when to come back, spread over time so that they do not come all at once."""

from random import Random

from hub.protocol import operator, widget
from hub.realtime.server import LinkaServer

SOONEST, LATEST = 0.5, 4.0  # seconds


async def say_goodbye(server: LinkaServer, random: Random) -> None:
    """Each socket is given its own time."""
    for protocol, leaving in (
        (widget.WIDGET, widget.ServerLeaving),
        (operator.OPERATOR, operator.ServerLeaving),
    ):
        namespace = server.namespace_handlers.get(protocol.name)
        for sid in list(namespace.connected) if namespace else ():
            body = leaving(reconnect_in=round(random.uniform(SOONEST, LATEST), 2))
            await server.emit(
                "server.leaving",
                body.model_dump(mode="json"),
                to=sid,
                namespace=protocol.name,
                ignore_queue=True,
            )
