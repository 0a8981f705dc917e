"""People outside, and the inboxes they come through."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.model.conversation import Channel


@dataclass(frozen=True, slots=True)
class Contact:
    """A person outside. ``external_id`` is the channel's own address; a website visitor has none."""

    id: str
    inbox_id: str
    channel: Channel
    created_at: datetime
    external_id: str | None = None
    name: str | None = None
    phone: str | None = None
    username: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class VisitorToken:
    """A website visitor's key to their conversation, by its hash only."""

    token_hash: str
    inbox_id: str
    contact_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """A configured channel. ``sites`` are the exact origins that may embed its widget."""

    id: str
    name: str
    channel: Channel
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("cs", "en")
    team: str = "support"
    accent: str = "#0f766e"
    greeting: dict[str, str] = field(default_factory=dict)
    suggestions: dict[str, tuple[str, ...]] = field(default_factory=dict)
