"""``python -m workshop.listener MODEL``: a loaded model that is asked what it understands. A child of the workshop.

First it says ``{"ready": true}``, then it answers one line after another: ``{"parse": [texts]}``,
``{"talk": {…}}``, ``{"forget": talk}``. Without a model it only knows ``{"embed": [texts]}``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from workshop.quickly import remember_sentences
from workshop.speaking import Say, heard, take_over_output


async def _listen(model: Path, say: Say) -> None:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from workshop.rehearsal import Rehearsal

    remember_sentences()
    processor = Agent.load(str(model)).processor

    async def understood(text: str) -> dict[str, Any]:
        parsed: dict[str, Any] = await processor.parse_message(UserMessage(text))
        return {name: parsed.get(name) for name in ("text", "intent", "intent_ranking", "entities")}

    rehearsal = Rehearsal(os.environ["LINKA_HUB_URL"], os.environ["LINKA_SERVICE_TOKEN"], understood)
    say({"ready": True, "topics": sorted(processor.domain.intents)})
    for asked in heard():
        if "parse" in asked:
            say([await understood(text) for text in asked["parse"]])
        elif "talk" in asked:
            say(await rehearsal.says(**asked["talk"]))
        else:
            rehearsal.forget(asked["forget"])
            say({})
    await rehearsal.close()


def _embed(say: Say) -> None:
    from components.embedding import MultilingualE5Small

    embedder = MultilingualE5Small()
    say({"ready": True})
    for asked in heard():
        texts = asked["embed"]
        rows: Any = embedder.embed(texts) if texts else []
        say([[round(float(place), 5) for place in row] for row in rows])


def main(arguments: list[str]) -> None:
    """Until nobody asks any more."""
    say = take_over_output()
    if arguments:
        asyncio.run(_listen(Path(arguments[0]), say))
    else:
        _embed(say)


if __name__ == "__main__":
    main(sys.argv[1:])
