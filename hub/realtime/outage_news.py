"""Panels that show outages are told to look again."""

from hub.protocol import operator
from hub.realtime.announcer import Announcer
from hub.realtime.rooms import PANELS
from hub.realtime.watchers import OPERATOR


class OutageNews:
    """Says that something has changed, not what: each panel reads what its operator may see."""

    def __init__(self, announcer: Announcer) -> None:
        self._announcer = announcer

    def tell(self) -> None:
        """To the panels of all hubs. Best effort: pages look again by themselves, too."""
        self._announcer.whisper(OPERATOR, "outages.changed", operator.OutagesChanged(), PANELS)
