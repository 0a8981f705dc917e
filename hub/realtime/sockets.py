"""Which sockets this hub holds, whose they are, and what they have before their eyes."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from hub.people.access import visible_teams
from storage.model.conversation import Conversation
from storage.model.people import Operator


@dataclass(slots=True)
class OperatorSocket:
    """One panel. ``session_token`` is asked about again and again, to see whether it still opens anything."""

    operator: Operator  # as they are now
    session_token: str
    admitted: Operator = field(
        init=False
    )  # as they were when they came: their screen shows what was theirs then
    watching: set[str] = field(default_factory=set)  # conversations that it has open
    listing: set[str] = field(default_factory=set)  # lists that it has read

    def __post_init__(self) -> None:
        self.admitted = self.operator


class Sockets:
    """Kept by the namespaces, read by whoever tells them something."""

    def __init__(self) -> None:
        self._panels: dict[str, OperatorSocket] = {}
        self._widgets: Counter[str] = Counter()
        self._watched: defaultdict[str, set[str]] = defaultdict(set)  # sids by conversation
        self._seen: dict[str, Conversation] = {}  # those that are watched, as they were last heard of
        self._listed: defaultdict[str, set[str]] = defaultdict(set)  # sids by list
        self._of_operator: defaultdict[str, set[str]] = defaultdict(set)

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
        self._of_operator[panel.operator.id].add(sid)

    def drop_panel(self, sid: str) -> None:
        panel = self._panels.pop(sid, None)
        if panel is None:
            return
        _discard(self._of_operator, panel.operator.id, sid)
        for conversation_id in panel.watching:
            self._stop_watching(sid, conversation_id)
        for view in panel.listing:
            _discard(self._listed, view, sid)

    def panels(self) -> dict[str, OperatorSocket]:
        """By sid."""
        return dict(self._panels)

    def watch(self, sid: str, conversation: Conversation) -> None:
        panel = self._panels.get(sid)
        if panel is not None:
            panel.watching.add(conversation.id)
            self._watched[conversation.id].add(sid)
            self._seen.setdefault(conversation.id, conversation)
            self.saw(conversation)

    def saw(self, conversation: Conversation) -> None:
        """A conversation as somebody here has read or heard of it; what is older than what is known says nothing."""
        known = self._seen.get(conversation.id)
        if known is not None and known.seq <= conversation.seq:
            self._seen[conversation.id] = conversation

    def seen(self, conversation_id: str) -> Conversation | None:
        """The newest that is known of a conversation that is watched; None if nobody watches it."""
        return self._seen.get(conversation_id)

    def unwatch(self, sid: str, conversation_id: str) -> None:
        panel = self._panels.get(sid)
        if panel is not None:
            panel.watching.discard(conversation_id)
            self._stop_watching(sid, conversation_id)

    def _stop_watching(self, sid: str, conversation_id: str) -> None:
        _discard(self._watched, conversation_id, sid)
        if conversation_id not in self._watched:
            self._seen.pop(conversation_id, None)

    def is_watched(self, conversation_id: str) -> bool:
        """Whether any panel has the conversation open."""
        return conversation_id in self._watched

    def shows(self, conversation_id: str) -> bool:
        """Whether anybody here, contact or operator, has the conversation open."""
        return conversation_id in self._widgets or conversation_id in self._watched

    def watchers(self, conversation_id: str) -> dict[str, Operator]:
        """Who has the conversation open, by sid."""
        return {sid: self._panels[sid].operator for sid in self._watched.get(conversation_id, ())}

    def lists(self, sid: str, view: str) -> None:
        """A panel reads a list: from now on it is told of rows in it."""
        panel = self._panels.get(sid)
        if panel is not None:
            panel.listing.add(view)
            self._listed[view].add(sid)

    def onlookers(self, conversation_id: str, views: Iterable[str], operator_id: str | None) -> set[str]:
        """The panels (sids) that show a conversation: opened, in one of these lists, or in its operator's own."""
        sids = set(self._watched.get(conversation_id, ()))
        if operator_id is not None:
            sids |= self._of_operator.get(operator_id, set())
        for view in views:
            sids |= self._listed.get(view, set())
        return sids

    def panel(self, sid: str) -> OperatorSocket:
        """One that is there."""
        return self._panels[sid]

    def operators(self) -> list[Operator]:
        """Everybody with a panel here, once."""
        return list({panel.operator.id: panel.operator for panel in self._panels.values()}.values())

    def teams(self) -> set[frozenset[str]]:
        """The sets of teams whose conversations somebody here sees in lists, without those who see all."""
        found = (visible_teams(who) for who in self.operators())
        return {frozenset(teams) for teams in found if teams is not None}


def _discard(index: "defaultdict[str, set[str]]", key: str, sid: str) -> None:
    sids = index.get(key)
    if sids is not None:
        sids.discard(sid)
        if not sids:
            del index[key]


def _decrement(counter: "Counter[str]", key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
