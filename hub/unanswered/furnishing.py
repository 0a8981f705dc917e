"""Puts together what learns from customers."""

from dataclasses import dataclass
from datetime import tzinfo

from hub.clock import Clock
from hub.knowledge.drafts import Drafts
from hub.unanswered.grouping import Groups
from hub.unanswered.harvest import Harvest
from hub.unanswered.inbox import Inbox
from hub.unanswered.knowing import FromText, FromWorkshop
from hub.unanswered.placements import Placements
from hub.unanswered.reading import Reading
from hub.workshop.client import Workshop
from storage.ports import Storage


@dataclass(frozen=True, slots=True)
class Learning:
    """The inbox, and who fills it."""

    inbox: Inbox
    harvest: Harvest


def learning(
    storage: Storage, drafts: Drafts, workshop: Workshop | None, clock: Clock, zone: tzinfo, hub_id: str
) -> Learning:
    """``workshop``: None where there is none. ``zone`` says where a day begins."""
    groups = Groups(storage.sentences, clock, FromWorkshop(workshop) if workshop else None)
    placements = Placements(storage.drafts, storage.done_edits, storage.versions)
    reading = Reading(storage, FromText(drafts), groups, zone)
    return Learning(
        Inbox(storage.sentences, drafts, placements, groups, clock),
        Harvest(storage, reading, clock, zone, hub_id),
    )
