"""The actions as Rasa knows them: each reads the turn, asks for a reply and says it."""

import logging
import os
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import replies
from actions.hub import Hub, HubUnavailable
from actions.library import PROJECT, Library, read_guesser
from actions.turn import Memory, Reply, Turn, memory_after, messages_of, turn_of

log = logging.getLogger(__name__)


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"The action server needs {name} in its environment.")
    return value


_LIBRARY = Library(PROJECT / "content")
_GUESSER = read_guesser(PROJECT / "data" / "nlu")
_HUB = Hub(_required("LINKA_HUB_URL"), _required("LINKA_SERVICE_TOKEN"))


class Answering(Action, ABC):
    """What all actions share: every turn says something, tells the hub what was understood, and remembers."""

    called: ClassVar[str]

    def name(self) -> str:
        """Its name in the domain."""
        return self.called

    @abstractmethod
    async def reply(self, turn: Turn) -> Reply:
        """What to answer. ``HubUnavailable`` may be raised: a person takes over then."""

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[dict[str, Any]]:
        """Called by Rasa."""
        message = tracker.latest_message
        turn = turn_of(message, tracker.slots, message.get("metadata") or {}, _LIBRARY.content, _GUESSER)
        try:
            reply = await self.reply(turn)
        except HubUnavailable as failure:
            log.warning("the hub could not be asked: %s", failure)
            reply = replies.failed()
        for said in messages_of(turn, reply):
            if "custom" in said:
                dispatcher.utter_message(json_message=said["custom"])
            else:
                dispatcher.utter_message(text=said["text"], buttons=said.get("buttons"))
        memory = memory_after(turn, reply)
        return [SlotSet(name, getattr(memory, name)) for name in Memory.__dataclass_fields__]


class ActionAnswer(Answering):
    """Questions whose answer stands ready."""

    called = "action_answer"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return replies.ready_answer(turn)


class ActionTariffs(Answering):
    """The price list."""

    called = "action_tariffs"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return await replies.tariff_list(turn, _HUB)


class ActionFastestTariff(Answering):
    """The fastest tariff."""

    called = "action_fastest_tariff"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return await replies.fastest_tariff(turn, _HUB)


class ActionCheapestTariff(Answering):
    """The cheapest tariff."""

    called = "action_cheapest_tariff"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return await replies.cheapest_tariff(turn, _HUB)


class ActionTariffDetails(Answering):
    """What is in a tariff."""

    called = "action_tariff_details"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return await replies.tariff_details(turn, _HUB)


class ActionOrderStatus(Answering):
    """Where an order stands."""

    called = "action_order_status"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return await replies.order_status(turn, _HUB)


class ActionRequestHuman(Answering):
    """A person was asked for."""

    called = "action_request_human"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return replies.request_human(turn)


class ActionAffirm(Answering):
    """Yes, to what was offered."""

    called = "action_affirm"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return replies.affirm(turn)


class ActionNotUnderstood(Answering):
    """Nothing fits, or nothing fits well enough."""

    called = "action_not_understood"

    async def reply(self, turn: Turn) -> Reply:
        """See ``Answering.reply``."""
        return await replies.not_understood_or_number(turn, _HUB)
