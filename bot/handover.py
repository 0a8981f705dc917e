"""Updates go to the hub in waves: chats side by side, the updates of one chat one after another, as each is taken.

An update that must wait takes the later ones of its own chat with it and nobody else's. One that is refused for good is
kept as a dead letter instead, so that it cannot hold up the rest.
"""

from collections import OrderedDict, deque
from collections.abc import Callable

from bot.answering import Answering
from bot.hub_client import HubClient
from bot.hub_requests import APPEND, HubError
from bot.logs import get_logger
from bot.translate import refuse
from bot.wave import Job, next_wave, unanswered
from hub.protocol.channel import ChannelUpdate, UpdateResult, UpdatesAppend
from hub.protocol.common import Error

log = get_logger(__name__)

_REMEMBERED = 1_000  # presses

Finished = Callable[[Job], None]
Waits = Callable[[str, deque[Job], Error | None], None]


class Handover:
    """``finished`` hears of each update that the hub has for good; ``waits`` of a chat that must wait, with all its
    updates and the hub's reason."""

    def __init__(self, hub: HubClient, answering: Answering, finished: Finished, waits: Waits) -> None:
        self._hub = hub
        self._answering = answering
        self._finished = finished
        self._waits = waits
        self._answered: OrderedDict[str, None] = OrderedDict()  # presses

    async def hand_over(self, chats: dict[str, deque[Job]]) -> None:
        """Until nothing is left in ``chats``. More may be added meanwhile; it goes with the next wave."""
        while True:
            for chat, jobs in list(chats.items()):
                while jobs and not jobs[0].left:
                    self._finish(jobs.popleft())
                if not jobs:
                    del chats[chat]
            wave = next_wave({chat: jobs[0] for chat, jobs in chats.items()})
            if not wave:
                return
            results = await self._append([job.left[0] for job in wave.values()])
            for (chat, job), result in zip(wave.items(), results, strict=True):
                if not _taken(job, result):
                    self._answer_press(job)  # at once, also when its effect has to wait
                    self._waits(chat, chats.pop(chat), result.error)

    async def _append(self, updates: list[ChannelUpdate]) -> list[UpdateResult]:
        """One result for each update, whatever happens to the request as a whole."""
        try:
            answer = await self._hub.call(APPEND, UpdatesAppend(updates=updates))
        except HubError as error:
            if not error.retryable and len(updates) > 1:  # one of them spoils it: find out which
                return [result for update in updates for result in await self._append([update])]
            return [unanswered(update, error) for update in updates]
        results = {result.client_id: result for result in answer.results}
        silent = HubError("internal", "the hub said nothing about this update", retryable=True)
        return [results.get(update.client_id) or unanswered(update, silent) for update in updates]

    def _finish(self, job: Job) -> None:
        reply = job.translation.reply if job.taken else job.translation.otherwise
        query_id = job.translation.query_id
        self._answering.answer(reply, query_id=None if query_id in self._answered else query_id)
        self._remember(query_id)
        self._finished(job)

    def _answer_press(self, job: Job) -> None:
        query_id = job.translation.query_id
        if query_id is not None and query_id not in self._answered:
            self._answering.answer(None, query_id=query_id)
            self._remember(query_id)

    def _remember(self, query_id: str | None) -> None:
        if query_id is not None:
            self._answered[query_id] = None
            while len(self._answered) > _REMEMBERED:
                self._answered.popitem(last=False)


def _taken(job: Job, result: UpdateResult) -> bool:
    """Take note of a result; False if the chat has to wait."""
    update = job.left[0]
    if result.ok:
        job.taken &= result.seq is not None
    elif result.error is None or result.error.retryable:
        return False
    elif update.client_id not in job.refused:
        log.warning("the hub refused an update", client_id=update.client_id, code=result.error.code)
        job.refused.add(update.client_id)
        job.taken = False
        job.left[0] = refuse(update, job.raw, f"refused by the hub: {result.error.code}")
        return True
    else:
        log.error("the hub refused a dead letter", client_id=update.client_id, code=result.error.code)
    job.left.popleft()
    return True
