"""All that a hub needs to train, try and publish, put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.clock import Clock
from hub.knowledge.drafts import Drafts
from hub.knowledge.files import Files
from hub.knowledge.knowledge import Knowledge
from hub.knowledge.source import Source
from hub.nlu.door import Door
from hub.workshop.client import Workshop
from hub.workshop.keeping import Keeper
from hub.workshop.mistakes import Mistakes
from hub.workshop.publishing import Publishing
from hub.workshop.releasing import Releasing
from hub.workshop.swapping import Swapping
from hub.workshop.trainings import Trainings
from hub.workshop.trying import Trying
from hub.workshop.versions import Versions
from hub.workshop.views import published_view, training_view
from storage.model.learning import Standing
from storage.model.people import Operator
from storage.ports import Storage

MOST_REAL = 200  # sentences of a standing that a training is tried on


@dataclass(frozen=True, slots=True)
class Room:
    """Its parts. ``workshop`` is None where it is switched off."""

    versions: Versions
    trainings: Trainings
    trying: Trying
    publishing: Publishing
    keeper: Keeper
    workshop: Workshop | None

    async def overview(self, who: Operator, disk: Files) -> dict[str, Any]:
        """What an overview of the knowledge says of it: ``published``, ``by_hand`` and ``training`` of the wire."""
        current = await self.versions.current()
        newest = await self.trainings.newest(who)
        return {
            "published": published_view(current),
            "by_hand": list(await self.versions.by_hand(current, disk)),
            "training": training_view(newest) if newest else None,
        }


def furnished(
    storage: Storage,
    drafts: Drafts,
    knowledge: Knowledge,
    source: Source,
    workshop: Workshop | None,
    doors: Sequence[Door],
    clock: Clock,
    hub_id: str,
) -> Room:
    """``doors``: to each process of the bot."""

    async def real() -> Mapping[str, str]:
        """Sentences of customers, masked: those that were not understood, and what has become of them."""
        return {
            each.id: each.text
            for standing in (Standing.OPEN, Standing.PLACED)
            for each in await storage.sentences.page(standing, MOST_REAL)
        }

    mistakes = Mistakes(knowledge)
    store, swapping = storage.versions, Swapping(doors)
    versions = Versions(store, clock)
    releasing = Releasing(store, versions, drafts, source, swapping, clock, hub_id)
    return Room(
        versions,
        Trainings(storage.trainings, versions, drafts, mistakes, workshop, clock, real),
        Trying(storage.trainings, versions, drafts, workshop),
        Publishing(store, storage.trainings, versions, releasing, drafts, mistakes, workshop, clock),
        Keeper(store, versions, releasing, drafts, workshop, swapping),
        workshop,
    )
