"""Who is typing: it only matters now, and nobody learns of it who should not."""

import asyncio

from hub.protocol import channel, common
from hub.realtime.announcer import Announcer
from hub.realtime.presenter import author_view
from hub.realtime.rooms import CHANNEL, WIDGET, conversation_room, inbox_room
from hub.realtime.watchers import Watchers
from storage.model.conversation import Channel, Conversation
from storage.model.entry import Author, AuthorKind
from storage.ports import ContactStore

BOT = Author(AuthorKind.BOT, "bot")
MOST_CARRIED = 10_000  # words for outside channels that wait; beyond that they are dropped


class Typing:
    """Whispers to the screens of a conversation, and to the channel that carries it."""

    def __init__(self, contacts: ContactStore, announcer: Announcer, watchers: Watchers) -> None:
        self._contacts = contacts
        self._announcer = announcer
        self._watchers = watchers
        self._carried: asyncio.Queue[tuple[Conversation, common.TypingChanged]] = asyncio.Queue(MOST_CARRIED)

    def tell(self, conversation: Conversation, author: Author, on: bool, skip: tuple[str, ...] = ()) -> None:
        """Somebody types; the contact only learns of bots and operators, operators of everybody else."""
        changed = common.TypingChanged(conversation_id=conversation.id, author=author_view(author), on=on)
        room = conversation_room(conversation.id)
        if author.kind is not AuthorKind.CONTACT:
            self._announcer.whisper(WIDGET, "typing.changed", changed, room)
            if conversation.channel is not Channel.WEBCHAT and not self._carried.full():
                self._carried.put_nowait((conversation, changed))
        self._watchers.whisper("typing.changed", changed, conversation.id, skip=skip)

    def tell_of_bot(self, conversation: Conversation, on: bool) -> None:
        """The bot thinks."""
        self.tell(conversation, BOT, on)

    async def carry(self) -> None:
        """The job: outside channels know their contacts by addresses of their own."""
        while True:
            conversation, changed = await self._carried.get()
            contact = await self._contacts.get(conversation.contact_id)
            if contact is not None and contact.external_id is not None:
                carried = channel.ChannelTyping(external_id=contact.external_id, **dict(changed))
                room = inbox_room(conversation.inbox_id)
                self._announcer.whisper(CHANNEL, "typing.changed", carried, room)
