"""Operators, their sessions and what they are doing now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do in the panel."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    FAQ_MAINTAINER = "faq_maintainer"
    ADMIN = "admin"


class Availability(StrEnum):
    """An operator's own choice, apart from whether a socket is open."""

    ONLINE = "online"
    BUSY = "busy"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Operator:
    """A human who answers."""

    id: str
    login: str  # lower case, unique
    name: str
    role: Role
    password_hash: str
    teams: tuple[str, ...] = ("support",)
    capacity: int = 6
    availability: Availability = Availability.ONLINE
    active: bool = True
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in, by the hash of its token."""

    token_hash: str
    operator_id: str
    csrf_token: str
    created_at: datetime
    expires_at: datetime
    user_agent: str = ""
