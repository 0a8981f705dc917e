"""A harvest over a storage that holds conversations."""

from dataclasses import dataclass, field, replace
from datetime import UTC

from hub.knowledge.drafts import Drafts
from hub.knowledge.edits import AddSentence
from hub.knowledge.folding import folded_words
from hub.unanswered.grouping import Groups, Meanings
from hub.unanswered.harvest import Harvest
from hub.unanswered.inbox import Inbox, Placed
from hub.unanswered.lessons import Rules
from hub.unanswered.placements import Placements
from hub.unanswered.reading import Reading
from storage.model.contacts import Contact
from storage.model.conversation import Channel
from storage.model.ids import sentence_id_of
from storage.model.learning import Sentence, Standing
from storage.model.people import Operator, Role
from storage.model.versions import Version, VersionKind, VersionState
from storage.ports import Storage
from tests.conversation.bench import NOON, Clock, Script, blank
from tests.unanswered.talking import RULES, Talking


@dataclass
class Knowing:
    """What the bot's content says."""

    told: Rules = RULES

    async def rules(self) -> Rules:
        return self.told


@dataclass
class House:
    """One hub or several over a storage."""

    storage: Storage
    clock: Clock = field(default_factory=Clock)
    meanings: Meanings | None = None

    def harvest(self, hub_id: str = "hub") -> Harvest:
        groups = Groups(self.storage.sentences, self.clock, self.meanings)
        reading = Reading(self.storage, Knowing(), groups, UTC)
        return Harvest(self.storage, reading, self.clock, UTC, hub_id)

    async def talk(self, conversation_id: str = "c1", channel: Channel = Channel.WEBCHAT) -> Talking:
        """A conversation whose contact is known."""
        state = blank(conversation_id, channel)
        contact = Contact(
            state.contact_id, state.inbox_id, channel, NOON, name="Jana Nováková", phone="+420601234567"
        )
        await self.storage.contacts.put_new(contact)
        await self.storage.conversations.save_many([state])
        return Talking(Script(state, clock=self.clock))

    async def store(self, *talks: Talking) -> None:
        """Make durable what was said."""
        entries = [each for talk in talks for each in talk.entries]
        await self.storage.entries.insert_batch([self.storage.entries.encode(each) for each in entries])
        await self.storage.conversations.save_many([talk.script.state for talk in talks])

    async def inbox(self, standing: Standing = Standing.OPEN) -> list[Sentence]:
        """Newest first, without their groups."""
        page = await self.storage.sentences.page(standing, 1_000)
        return [replace(each, group=None, by_meaning=False) for each in page]

    async def texts(self) -> list[str]:
        return [each.text for each in await self.inbox()]


MIA = Operator("mia", "mia", "Mia", Role.FAQ_MAINTAINER, "")
OTA = Operator("ota", "ota", "Ota", Role.FAQ_MAINTAINER, "")


@dataclass
class Desk:
    """Maintainers before their drafts and the inbox."""

    house: House
    drafts: Drafts

    @property
    def inbox(self) -> Inbox:
        storage = self.house.storage
        placements = Placements(storage.drafts, storage.done_edits, storage.versions)
        groups = Groups(storage.sentences, self.house.clock)
        return Inbox(storage.sentences, self.drafts, placements, groups, self.house.clock)

    async def hear(self, *texts: str) -> list[str]:
        """Sentences in the inbox; their ids."""
        there = []
        for each, text in enumerate(texts):
            talk = await self.house.talk(f"c of {text}")
            talk.asks(text, "nlu_fallback", 0.2)
            await self.house.store(talk)
            self.house.clock.forward(each + 1)
            await self.house.harvest().step()
            there.append(sentence_id_of("cs", folded_words(text)))
        return there

    async def place(
        self, who: Operator, sentence_id: str, text: str = "Kolik to stojí?", version: int = 0
    ) -> Placed:
        edit = AddSentence(topic="ask_bill", language="cs", text=text)
        return await self.inbox.place(who, sentence_id, version, edit)

    async def standing(self, sentence_id: str) -> Standing:
        """As whoever looks sees it."""
        for standing in Standing:
            page = await self.inbox.page(standing, None)
            if any(each.id == sentence_id for _, group in page.groups for each in group):
                return standing
        raise AssertionError("it is nowhere")

    async def publish(
        self, who: Operator, number: int, kind: VersionKind = VersionKind.PUBLISHED, to: int | None = None
    ) -> None:
        """What the workshop does with a draft, or goes back to."""
        draft = await self.drafts.of(who)
        edits = draft.edits if kind is VersionKind.PUBLISHED else ()
        version = Version(
            number,
            kind,
            VersionState.PUBLISHED,
            draft.by,
            self.house.clock.now(),
            (),
            "m",
            to=to,
            edits=edits,
        )
        await self.house.storage.versions.put_new(version)
        await self.drafts.published(edits, draft.by, number)
