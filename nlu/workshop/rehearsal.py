"""Talks that are only rehearsed: the bot's own actions on a draft's words, and nothing is written anywhere.

What the hub knows (tariffs, hours, places) is read from the real one; orders are nobody's, and cases get a number that
only pretends.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from actions.checking import ContentError
from actions.content import Content
from actions.dialogue import failed, respond
from actions.hub import Hub, HubUnavailable, NoSuchOrder, PhoneNeeded
from actions.library import Learnt, read_content, read_learnt
from actions.memory import written
from actions.order_numbers import OrderNumber
from actions.orders import Order
from actions.saying import memory_after, messages_of
from actions.turn import FALLBACK_INTENT, turn_of

MOST_TALKS = 50
MOST_TEXTS = 4
PRETENDED_CASE = "1234566"
_GUESSES = 4  # that are told beside what was understood
_GUARD = "\u2060"  # the hub puts it before a slash that somebody typed

Understand = Callable[[str], Awaitable[Mapping[str, Any]]]


class RehearsingHub(Hub):
    """Reads what is everybody's; knows nobody's orders and writes nothing down."""

    async def order(self, conversation: str, number: OrderNumber, phone: str, language: str) -> Order:
        """As if nobody had it."""
        raise NoSuchOrder if phone else PhoneNeeded

    async def own_orders(self, conversation: str, language: str) -> tuple[Order, ...]:
        """None."""
        return ()

    async def open_case(
        self, conversation: str, message_id: str, category: str, words: str, language: str
    ) -> str:
        """A number that only pretends."""
        return PRETENDED_CASE


class Rehearsal:
    """Talks by their names. The longest silent is forgotten when there are many."""

    def __init__(self, hub_url: str, service_token: str, understand: Understand) -> None:
        """``understand``: what the model makes of a text, as Rasa's parsing gives it."""
        self._hub = RehearsingHub(hub_url, service_token)
        self._understand = understand
        self._memories: OrderedDict[str, Any] = OrderedDict()
        self._texts: OrderedDict[str, tuple[Content, Learnt]] = OrderedDict()
        self._turns = 0

    async def close(self) -> None:
        """Close the connections to the hub."""
        await self._hub.close()

    def forget(self, talk: str) -> None:
        """The talk begins anew."""
        self._memories.pop(talk, None)

    async def says(
        self, folder: str, text: str, payload: bool, language: str, talk: str | None = None
    ) -> dict[str, Any]:
        """A turn: of a talk that goes on, or of one that begins and ends with it.

        ``folder`` holds the text of the draft. An answer of ``{"error": words}`` says that its words cannot be used.
        """
        try:
            content, learnt = self._read(folder)
        except (ContentError, ValueError, OSError) as wrong:
            return {"error": str(wrong)}
        heard = text if payload else _guarded(text)
        parsed = await self._understand(heard)
        self._turns += 1
        turn = turn_of(
            "rehearsal",
            {**parsed, "metadata": {"message_id": f"rehearsed-{self._turns}", "language": language}},
            {"memory": self._memories.get(talk) if talk else None},
            content,
            learnt.guesser,
            learnt.common,
            time.time(),
        )
        try:
            turn, reply = await respond(turn, self._hub)
        except (HubUnavailable, asyncio.TimeoutError):
            reply = failed(turn)
        memory = memory_after(turn, reply)
        if talk:
            self._remember(talk, json.loads(json.dumps(written(memory))))
        messages = messages_of(turn, reply, memory)
        handoffs = [each["custom"]["handoff"] for each in messages if "handoff" in each.get("custom", {})]
        said = [
            {"text": each["text"], "buttons": each.get("buttons", [])} for each in messages if "text" in each
        ]
        return {
            "said": said,
            "handoff": {"team": handoffs[0]["team"], "reason": handoffs[0]["reason"]} if handoffs else None,
            "understood": understood_view(parsed)
            | {"answer": "\n".join(each["text"] for each in said) or None},
        }

    def _read(self, folder: str) -> tuple[Content, Learnt]:
        if folder not in self._texts:
            place = Path(folder)
            self._texts[folder] = (read_content(place / "content"), read_learnt(place / "data" / "nlu"))
            while len(self._texts) > MOST_TEXTS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(folder)
        return self._texts[folder]

    def _remember(self, talk: str, memory: Any) -> None:
        self._memories[talk] = memory
        self._memories.move_to_end(talk)
        while len(self._memories) > MOST_TALKS:
            self._memories.popitem(last=False)


def understood_view(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """What was understood, as the panel shows it: the topic, how sure, what is marked, and the next guesses.

    Offsets are those of the text that was typed.
    """
    text = str(parsed.get("text") or "")
    shift = 1 if text.startswith(_GUARD) else 0
    intent = parsed.get("intent") or {}
    ranking = [
        {"topic": str(guess["name"]), "confidence": round(float(guess["confidence"]), 4)}
        for guess in parsed.get("intent_ranking") or ()
        if guess.get("name") not in (None, FALLBACK_INTENT)
    ]
    topic = str(intent.get("name") or FALLBACK_INTENT)
    refused = topic == FALLBACK_INTENT
    confidence = (
        ranking[0]["confidence"] if refused and ranking else round(float(intent.get("confidence") or 0.0), 4)
    )
    return {
        "topic": topic,
        "confidence": confidence,
        "entities": [
            {
                "start": int(each["start"]) - shift,
                "end": int(each["end"]) - shift,
                "entity": str(each["entity"]),
                "value": str(each["value"]),
            }
            for each in parsed.get("entities") or ()
            if "start" in each
        ],
        "guesses": (ranking if refused else [each for each in ranking if each["topic"] != topic])[:_GUESSES],
    }


def _guarded(text: str) -> str:
    return _GUARD + text if text.lstrip().startswith("/") else text
