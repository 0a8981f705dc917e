"""A harvest over a storage that holds conversations."""

from dataclasses import dataclass, field, replace
from datetime import UTC

from hub.unanswered.grouping import Groups, Meanings
from hub.unanswered.harvest import Harvest
from hub.unanswered.lessons import Rules
from hub.unanswered.reading import Reading
from storage.model.contacts import Contact
from storage.model.conversation import Channel
from storage.model.learning import Sentence, Standing
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
