"""The one action that Rasa knows: it reads the turn, asks for a reply, says it and remembers."""

import asyncio
import logging
import os
import time
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue import failed, respond
from actions.hub import Hub, HubUnavailable
from actions.library import PROJECT, Lessons, Library
from actions.memory import written
from actions.saying import memory_after, messages_of
from actions.turn import turn_of

log = logging.getLogger(__name__)


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"The action server needs {name} in its environment.")
    return value


_KNOWLEDGE = Path(os.environ.get("LINKA_KNOWLEDGE") or PROJECT)
_LIBRARY = Library(_KNOWLEDGE / "content")
_LESSONS = Lessons(_KNOWLEDGE / "data" / "nlu")
_HUB = Hub(_required("LINKA_HUB_URL"), _required("LINKA_SERVICE_TOKEN"))


class ActionAnswer(Action):
    """Every turn says something, tells the hub what was understood, and writes the memory."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_answer"

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[dict[str, Any]]:
        """Called by Rasa."""
        message, slots = tracker.latest_message, tracker.slots
        content, learnt = _LIBRARY.content_for(_intent_of(message)), _LESSONS.learnt
        turn = turn_of(tracker.sender_id, message, slots, content, learnt.guesser, learnt.common, time.time())
        try:
            turn, reply = await respond(turn, _HUB)
        except (HubUnavailable, asyncio.TimeoutError) as failure:
            log.warning("the hub could not be asked: %r", failure)
            reply = failed(turn)
        memory = memory_after(turn, reply)
        for said in messages_of(turn, reply, memory):
            if "custom" in said:
                dispatcher.utter_message(json_message=said["custom"])
            else:
                dispatcher.utter_message(text=said["text"], buttons=said.get("buttons"))
        return [SlotSet("memory", written(memory))]


def _intent_of(message: dict[str, Any]) -> str:
    return str((message.get("intent") or {}).get("name"))
