"""Which updates go to the hub together: at most one a chat, as many as fit into a frame. Pure."""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.hub_requests import HubError
from bot.translate import Translation
from hub.protocol.channel import ChannelUpdate, UpdateResult
from hub.protocol.common import Error

MAX_WAVE = 100  # updates of one request
MAX_WAVE_BYTES = 40_000  # of one request as JSON; a frame to the hub holds 64 KiB


@dataclass(slots=True)
class Job:
    """One update on its way. ``left``: what the hub has not acknowledged; ``taken``: nothing of it was refused.

    ``key``: the same for the same update, for who needs one.
    """

    raw: Any
    translation: Translation
    number: int | None
    left: deque[ChannelUpdate]
    key: str = ""
    taken: bool = True
    refused: set[str] = field(default_factory=set)


def next_wave(heads: dict[str, Job]) -> dict[str, Job]:
    """As many of the chats' first updates as fit into one request, at least one."""
    wave: dict[str, Job] = {}
    size = 0
    for chat, job in heads.items():
        size += len(json.dumps(job.left[0].model_dump(mode="json", exclude_none=True)))
        if wave and (size > MAX_WAVE_BYTES or len(wave) == MAX_WAVE):
            break
        wave[chat] = job
    return wave


def unanswered(update: ChannelUpdate, error: HubError) -> UpdateResult:
    """The result of an update whose request failed as a whole."""
    wire = Error.model_validate(
        {
            "code": error.code,
            "message": error.message,
            "retryable": error.retryable,
            "retry_after": error.retry_after,
        }
    )
    return UpdateResult(client_id=update.client_id, ok=False, error=wire)
