"""Reads conversations on from where they were read to: keeps the sentences that teach, and how their episodes went."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Protocol

import structlog

from hub.figures.episode import begun, gone_on
from hub.knowledge.folding import folded_words
from hub.knowledge.project import FALLBACK
from hub.metrics import SENTENCES_HEARD
from hub.unanswered.grouping import Groups
from hub.unanswered.lessons import LONGEST, Lesson, Rules, lessons_of, teaches
from hub.unanswered.masking import masked
from hub.unanswered.words import says_something
from storage.errors import StorageUnavailable
from storage.model.contacts import Contact
from storage.model.conversation import Conversation
from storage.model.entry import Entry, HandedOff, Message, Understood
from storage.model.ids import hearing_id_of, sentence_id_of
from storage.model.learning import Episode, Guess, Hearing, Sentence
from storage.ports import Storage

log = structlog.get_logger(__name__)

PAGE = 200  # entries read at a time
SIDE_BY_SIDE = 8  # conversations that are read at once
OPEN_KEPT = timedelta(days=180)
"""How long a sentence waits for somebody to rule on it, since it was heard last."""


class Knowing(Protocol):
    """Whoever knows what the bot's content says of topics."""

    async def rules(self) -> Rules: ...


@dataclass(frozen=True, slots=True)
class Behind:
    """A conversation to read on, from the end of an episode's reading (or none) to a seq at the least."""

    conversation_id: str
    episode: Episode | None
    seq: int


class Reading:
    """``zone`` says on which day an episode began."""

    def __init__(self, storage: Storage, knowing: Knowing, groups: Groups, zone: tzinfo) -> None:
        self._storage = storage
        self._knowing = knowing
        self._groups = groups
        self._zone = zone

    async def behind(self, newest: Mapping[str, int]) -> list[Behind]:
        """Those of these conversations that were not read up to these seqs."""
        known = await self._storage.episodes.newest(list(newest)) if newest else {}
        behind = (Behind(each, known.get(each), seq) for each, seq in newest.items())
        return [each for each in behind if each.episode is None or each.episode.seq < each.seq]

    async def read(self, behind: Sequence[Behind]) -> None:
        """Read these conversations on. Done twice it is as if done once."""
        rules = await self._knowing.rules()
        episodes: list[Episode] = []
        for start in range(0, len(behind), SIDE_BY_SIDE):
            read = (self._read_on(each, rules) for each in behind[start : start + SIDE_BY_SIDE])
            episodes += [each for some in await asyncio.gather(*read) for each in some]
        await self._storage.episodes.save_many(episodes)

    async def tidy(self) -> None:
        """Put new sentences beside those that are like them."""
        await self._groups.group_new()

    async def _read_on(self, behind: Behind, rules: Rules) -> list[Episode]:
        try:
            return await self._read_one(behind, rules)
        except StorageUnavailable:
            raise
        except Exception:  # others must not wait behind what cannot be read
            log.exception("a conversation cannot be learned from", conversation_id=behind.conversation_id)
        return []

    async def _read_one(self, behind: Behind, rules: Rules) -> list[Episode]:
        if behind.episode is None:
            episodes: list[Episode] = []
            entries = await self._beginning(behind)
        else:
            episodes = [behind.episode]
            entries = await self._after(behind, behind.episode.seq)
        while entries:
            for entry in entries:
                if not episodes or episodes[-1].number < entry.episode:
                    episodes.append(begun(entry, self._zone))
                before = episodes[-1]
                after = episodes[-1] = gone_on(before, entry, rules.asides)
                for lesson in lessons_of(before, entry, after, rules):
                    await self._keep(entry, lesson, entries, rules)
            entries = await self._after(behind, entries[-1].seq) if len(entries) == PAGE else []
        return episodes

    async def _after(self, behind: Behind, seq: int) -> Sequence[Entry]:
        return await self._storage.entries.after(behind.conversation_id, seq, PAGE)

    async def _beginning(self, behind: Behind) -> Sequence[Entry]:
        """Of a conversation that is met for the first time, or again after very long: its newest entries, from the
        first episode that begins among them."""
        page = await self._storage.entries.before(behind.conversation_id, behind.seq + 1, PAGE)
        if page and page[0].seq == 1:
            return page
        later = [entry for entry in page if entry.episode > page[0].episode]
        return later or page

    async def _keep(self, entry: Entry, lesson: Lesson, page: Sequence[Entry], rules: Rules) -> None:
        """``page``: entries that are at hand."""
        said = await self._entry(entry.conversation_id, lesson.told.seq, page)
        by = await self._entry(entry.conversation_id, lesson.told.by, page)
        understood = understood_in(by)
        if not isinstance(said.body, Message) or understood is None:
            return
        if len(said.body.text) > LONGEST or not teaches(understood, lesson.reason, rules):
            return
        conversation = await self._storage.conversations.get(entry.conversation_id)
        if conversation is None:
            return
        contact = await self._storage.contacts.get(conversation.contact_id)
        sentence = sentence_of(said, understood, lesson, conversation, contact)
        if sentence is None:
            return
        hearing = Hearing(
            hearing_id_of(entry.conversation_id, said.seq),
            sentence.id,
            entry.conversation_id,
            conversation.contact_id,
            said.recorded_at,
            said.recorded_at + OPEN_KEPT,
        )
        await self._storage.sentences.hear(hearing, sentence)
        SENTENCES_HEARD.labels(lesson.reason).inc()

    async def _entry(self, conversation_id: str, seq: int, page: Sequence[Entry]) -> Entry:
        for entry in page:
            if entry.seq == seq:
                return entry
        [entry] = await self._storage.entries.after(conversation_id, seq - 1, 1)
        return entry


def understood_in(entry: Entry) -> Understood | None:
    """What the bot made of the words that it answers in ``entry``, or hands over for."""
    return entry.body.understood if isinstance(entry.body, Message | HandedOff) else None


def sentence_of(
    said: Entry, understood: Understood, lesson: Lesson, conversation: Conversation, contact: Contact | None
) -> Sentence | None:
    """The sentence that a message is, without personal data; None when nothing else is in it."""
    assert isinstance(said.body, Message)
    assert understood.language is not None  # else it teaches nothing
    known = [each for each in (contact.name, contact.phone, contact.username) if each] if contact else []
    text = " ".join(masked(said.body.text, understood.entities, known).split())
    if not says_something(text):
        return None
    at, topic = said.recorded_at, understood.guess or understood.intent
    return Sentence(
        id=sentence_id_of(understood.language, folded_words(text)),
        text=text,
        language=understood.language,
        channel=conversation.channel,
        reason=lesson.reason,
        first_at=at,
        at=at,
        expires_at=at + OPEN_KEPT,
        guess=Guess(topic, understood.confidence) if topic != FALLBACK else None,
    )
