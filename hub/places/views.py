"""Outages as they go over the wire to panels. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hub.places.outages import TOLD_AHEAD, is_overdue, phase_of
from hub.places.wording import outage_text
from hub.wording.languages import LANGUAGES
from storage.model.outages import Outage


def outage_view(outage: Outage, now: datetime) -> dict[str, object]:
    """As of an instant; its history apart."""
    last = outage.history[-1]
    return {
        "id": outage.id,
        "kind": outage.kind.value,
        "phase": phase_of(outage, now).value,
        "overdue": is_overdue(outage, now),
        "towns": outage.towns,
        "streets": outage.streets,
        "starts": outage.starts,
        "expected_until": outage.expected_until,
        "ended_at": outage.ended_at,
        "over_at": outage.over_at,
        "words": outage.words,
        "version": outage.version,
        "updated_at": outage.updated_at,
        "updated_by": last.by.name,
    }


def languages_view() -> list[str]:
    """Those that customers are told of outages in."""
    return list(LANGUAGES)


def history_view(outage: Outage) -> list[dict[str, object]]:
    """Who did what, the last first."""
    return [
        {
            "version": change.version,
            "deed": change.deed.value,
            "by": change.by.name,
            "at": change.at,
            "fields": change.fields,
        }
        for change in reversed(outage.history)
    ]


def told_view(outage: Outage, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    """What the bot tells a customer in each language, and from when on if not yet."""
    from_when = outage.starts - TOLD_AHEAD
    return {
        "texts": {language: outage_text(outage, now, language, zone) for language in LANGUAGES},
        "told_from": from_when if from_when > now else None,
    }
