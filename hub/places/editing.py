"""Outages as supervisors write them: nobody overwrites what a colleague has changed, and the history tells it all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hub.clock import Clock
from hub.customers.fields import FormErrors
from hub.errors import Refusal
from hub.places.asking import MOST, Places
from hub.places.form import OutageForm, read_form
from hub.places.outages import Phase, is_overdue, phase_of
from hub.places.views import outage_view
from storage.model.outages import Outage, OutageChange, OutageDeed, Writer
from storage.model.people import Operator
from storage.ports import OutageStore

_IDS = UUID("0b7c4f7e-3c1d-5f0a-9a53-6a0a6f2d9c44")


@dataclass(frozen=True, slots=True)
class Present:
    """What is not over, as of ``now``: what is on, overdue and then latest first; what is planned, next first."""

    now: datetime
    on: Sequence[Outage]
    planned: Sequence[Outage]


class Editing:
    """``changed`` is called after each change that is stored. All raise ``StorageUnavailable``, too."""

    def __init__(
        self, outages: OutageStore, places: Places, clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._outages = outages
        self._places = places
        self._clock = clock
        self._changed = changed

    async def present(self) -> Present:
        """All that is on or to come."""
        now = self._clock.now()
        there = sorted(await self._outages.not_over(now, MOST), key=lambda each: (each.starts, each.id))
        on = [each for each in reversed(there) if phase_of(each, now) is Phase.NOW]
        on.sort(key=lambda each: not is_overdue(each, now))
        return Present(now, on, [each for each in there if phase_of(each, now) is Phase.PLANNED])

    async def over(self, limit: int, before: tuple[datetime, str] | None) -> Sequence[Outage]:
        """What is over, last ended first."""
        return await self._outages.over(self._clock.now(), limit, before=before)

    async def one(self, outage_id: str) -> Outage:
        """Raises ``Refusal`` (not_found)."""
        found = await self._outages.get(outage_id)
        if found is None:
            raise Refusal("not_found", "There is no such outage.")
        return found

    async def read(
        self, raw: Mapping[str, object], before: Outage | None = None, now: datetime | None = None
    ) -> OutageForm:
        """The form, checked as of now. Raises ``Refusal`` (bad_request) with ``details.fields``."""
        form = read_form(raw, await self._places.known_towns(), now or self._clock.now(), before)
        if isinstance(form, FormErrors):
            raise Refusal("bad_request", "Some fields need another look.", details=form.details())
        return form

    async def create(self, who: Operator, client_id: str, raw: Mapping[str, object]) -> Outage:
        """A new outage; the same one again when the request is repeated.

        Raises ``Refusal``: bad_request; conflict when the key was used for another form.
        """
        outage_id = str(uuid5(_IDS, f"{who.id}|{client_id}"))
        first = await self._outages.get(outage_id)
        # A retry is read as of when the outage was made: its end may have passed by now, the form is still the same.
        form = await self.read(raw, now=first.created_at if first else None)
        stored = first or await self._outages.put_new(self.made(form, outage_id, who))
        if first is None:
            self._changed()
        if stored.version != 1 or form.differs_from(OutageForm.of(stored)):
            raise self._conflict(stored, 0)
        return stored

    def made(self, form: OutageForm, outage_id: str, who: Operator) -> Outage:
        """The outage that a form tells of, not stored."""
        now = self._clock.now()
        return Outage(
            id=outage_id,
            kind=form.kind,
            towns=form.towns,
            starts=form.starts,
            version=1,
            created_at=now,
            updated_at=now,
            history=(OutageChange(1, OutageDeed.CREATED, _writer(who), now),),
            streets=form.streets,
            words=form.words,
            expected_until=form.expected_until,
        )

    async def change(self, who: Operator, outage_id: str, version: int, raw: Mapping[str, object]) -> Outage:
        """Give it the contents of the form. ``version`` is the one that was looked at.

        Raises ``Refusal``: bad_request, not_found; conflict when somebody else was quicker; invalid_state when it has
        been ended.
        """
        seen = await self.one(outage_id)
        form = await self.read(raw, seen)
        fields = OutageForm.of(seen).differs_from(form)
        if not fields and _is_repeat(seen, version, who, OutageDeed.CHANGED):
            return seen
        self._require_version(seen, version)
        if seen.ended_at is not None:
            raise Refusal("invalid_state", "It has been ended. Reopen it first.")
        if not fields:
            return seen
        changed = replace(
            seen,
            kind=form.kind,
            towns=form.towns,
            streets=form.streets,
            starts=form.starts,
            expected_until=form.expected_until,
            words=form.words,
        )
        return await self._put(changed, who, OutageDeed.CHANGED, fields)

    async def end(self, who: Operator, outage_id: str, version: int) -> Outage:
        """It is over now. Raises ``Refusal``: not_found, conflict, invalid_state when it was over already."""
        seen = await self.one(outage_id)
        if _is_repeat(seen, version, who, OutageDeed.ENDED):
            return seen
        self._require_version(seen, version)
        if phase_of(seen, self._clock.now()) is Phase.OVER:
            raise Refusal("invalid_state", "It is over already.")
        return await self._put(replace(seen, ended_at=self._clock.now()), who, OutageDeed.ENDED)

    async def reopen(self, who: Operator, outage_id: str, version: int) -> Outage:
        """It was ended too early. Raises ``Refusal``: not_found, conflict; invalid_state when it stays over."""
        seen = await self.one(outage_id)
        if _is_repeat(seen, version, who, OutageDeed.REOPENED):
            return seen
        self._require_version(seen, version)
        reopened = replace(seen, ended_at=None)
        if seen.ended_at is None:
            raise Refusal("invalid_state", "It has not been ended.")
        if phase_of(reopened, self._clock.now()) is Phase.OVER:
            raise Refusal("invalid_state", "The time of these works has passed. Write new ones.")
        return await self._put(reopened, who, OutageDeed.REOPENED)

    async def _put(
        self, outage: Outage, who: Operator, deed: OutageDeed, fields: tuple[str, ...] = ()
    ) -> Outage:
        now, seen = self._clock.now(), outage.version
        change = OutageChange(seen + 1, deed, _writer(who), now, fields)
        new = replace(outage, version=seen + 1, updated_at=now, history=(*outage.history, change))
        if not await self._outages.put_next(new):
            raise self._conflict(await self.one(outage.id), seen)
        self._changed()
        return new

    def _require_version(self, stored: Outage, version: int) -> None:
        if stored.version != version:
            raise self._conflict(stored, version)

    def _conflict(self, stored: Outage, seen: int) -> Refusal:
        """With what is there now, and what others have done since that version."""
        since = [change for change in stored.history if change.version > seen]
        details: dict[str, Any] = {
            "outage": outage_view(stored, self._clock.now()),
            "by": stored.history[-1].by.name,
            "fields": sorted({name for change in since for name in change.fields}),
            "deeds": [change.deed.value for change in since],
        }
        return Refusal("conflict", "Somebody has changed this meanwhile.", details=details)


def _writer(who: Operator) -> Writer:
    return Writer(who.id, who.name)


def _is_repeat(stored: Outage, version: int, who: Operator, deed: OutageDeed) -> bool:
    """Whether this very request has been carried out already, and its answer was lost."""
    last = stored.history[-1]
    return stored.version == version + 1 and (last.deed, last.by.id) == (deed, who.id)
