"""Which sockets this hub holds, whose they are, and what they watch."""

from collections import Counter
from dataclasses import dataclass, field

from storage.model.people import Operator


@dataclass(slots=True)
class OperatorSocket:
    """One panel. ``session_token`` is asked about again and again, to see whether it still opens anything."""

    operator: Operator
    session_token: str
    watching: set[str] = field(default_factory=set)


class Sockets:
    """Kept by the namespaces, read by the broadcast."""

    def __init__(self) -> None:
        self._panels: dict[str, OperatorSocket] = {}
        self._widgets: Counter[str] = Counter()
        self._watched: Counter[str] = Counter()

    def add_widget(self, conversation_id: str) -> None:
        self._widgets[conversation_id] += 1

    def drop_widget(self, conversation_id: str) -> None:
        _decrement(self._widgets, conversation_id)

    def widgets_of(self, conversation_id: str) -> int:
        """How many sockets the contact of a conversation has here."""
        return self._widgets[conversation_id]

    def has_widget(self, conversation_id: str) -> bool:
        return conversation_id in self._widgets

    def widgets(self) -> list[str]:
        """The conversations that a contact looks at."""
        return list(self._widgets)

    def add_panel(self, sid: str, panel: OperatorSocket) -> None:
        self._panels[sid] = panel

    def drop_panel(self, sid: str) -> None:
        panel = self._panels.pop(sid, None)
        for conversation_id in panel.watching if panel else ():
            _decrement(self._watched, conversation_id)

    def panels(self) -> dict[str, OperatorSocket]:
        """By sid."""
        return dict(self._panels)

    def watch(self, sid: str, conversation_id: str) -> None:
        panel = self._panels.get(sid)
        if panel is not None and conversation_id not in panel.watching:
            panel.watching.add(conversation_id)
            self._watched[conversation_id] += 1

    def unwatch(self, sid: str, conversation_id: str) -> None:
        panel = self._panels.get(sid)
        if panel is not None and conversation_id in panel.watching:
            panel.watching.remove(conversation_id)
            _decrement(self._watched, conversation_id)

    def is_watched(self, conversation_id: str) -> bool:
        """Whether any panel has the conversation open."""
        return conversation_id in self._watched

    def watchers(self, conversation_id: str) -> dict[str, Operator]:
        """Who has the conversation open, by sid."""
        return {
            sid: panel.operator for sid, panel in self._panels.items() if conversation_id in panel.watching
        }

    def operators(self) -> list[Operator]:
        """Everybody with a panel here, once."""
        return list({panel.operator.id: panel.operator for panel in self._panels.values()}.values())


def _decrement(counter: "Counter[str]", key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
