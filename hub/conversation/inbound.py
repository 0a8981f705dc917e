"""From any channel to the timeline: who writes, in which conversation, and as which command."""

from dataclasses import dataclass

from hub.clock import Clock
from hub.conversation.commands import Command, HandOff, Rate, SendMessage
from hub.conversation.dispatcher import Accepted, Dispatcher
from hub.errors import Refusal
from storage.model.contacts import Contact, Inbox
from storage.model.conversation import Channel, Conversation
from storage.model.entry import Author, AuthorKind, HandoffReason, Message, Origin
from storage.model.ids import contact_id_of, conversation_id_of
from storage.ports import Storage

LOOK_BACK = 100  # entries in which a pressed button must have been offered


@dataclass(frozen=True, slots=True)
class Visitor:
    """A contact and where they write."""

    contact: Contact
    conversation_id: str


class Inbound:
    """What contacts may do, whichever channel they come through."""

    def __init__(self, storage: Storage, dispatcher: Dispatcher, clock: Clock, default_team: str) -> None:
        self._storage = storage
        self._dispatcher = dispatcher
        self._clock = clock
        self._team = default_team

    async def welcome(self, inbox: Inbox, contact: Contact) -> Visitor:
        """Make sure that the contact and their one conversation in the inbox are known. Idempotent."""
        contact = await self._storage.contacts.put_new(contact)
        conversation_id = conversation_id_of(inbox.id, contact.id)
        if await self._storage.conversations.get(conversation_id) is None:
            blank = Conversation(
                conversation_id, inbox.id, contact.id, inbox.channel, language=contact.language
            )
            await self._storage.conversations.save_many([blank])
        return Visitor(contact, conversation_id)

    async def welcome_external(
        self,
        inbox: Inbox,
        external_id: str,
        *,
        name: str | None,
        username: str | None,
        language: str | None,
        phone: str | None,
    ) -> Visitor:
        """The contact behind a channel's own address, with their present name."""
        contact = Contact(
            id=contact_id_of(inbox.id, external_id),
            inbox_id=inbox.id,
            channel=Channel(inbox.channel),
            created_at=self._clock.now(),
            external_id=external_id,
            name=name,
            username=username,
            language=language,
            phone=phone,
        )
        visitor = await self.welcome(inbox, contact)
        news = {
            field: value
            for field, value in (("username", username), ("language", language), ("phone", phone))
            if value and value != getattr(visitor.contact, field)
        }
        if name and not visitor.contact.name:
            news["name"] = name
        if news:
            updated = await self._storage.contacts.update(visitor.contact.id, **news)
            visitor = Visitor(updated or visitor.contact, visitor.conversation_id)
        return visitor

    async def say(
        self,
        visitor: Visitor,
        client_id: str,
        text: str,
        payload: str | None = None,
        origin: Origin | None = None,
    ) -> Accepted:
        """A contact's words, or a button that they pressed.

        With a ``payload`` it is the title of the button that is said: people must read what the bot has read.

        Raises:
            Refusal: ``bad_request`` for a payload that nobody offered, and what ``Dispatcher.submit`` raises.
        """
        if payload is not None:
            titles = await self._offered(visitor.conversation_id, payload)
            if not titles:
                raise Refusal("bad_request", "This button is not on offer here. Write it in words, please.")
            text = text if text in titles else titles[-1]
        return await self._submit(visitor, client_id, SendMessage(text, payload=payload, origin=origin))

    async def ask_for_human(self, visitor: Visitor, client_id: str, origin: Origin | None = None) -> Accepted:
        """The button that is always there."""
        return await self._submit(
            visitor, client_id, HandOff(HandoffReason.REQUESTED, self._team, origin=origin)
        )

    async def rate(
        self, visitor: Visitor, client_id: str, score: int | None, comment: str | None
    ) -> Accepted:
        """Of the episode that has just ended."""
        if score is None and comment is None:
            raise Refusal("bad_request", "Give a score from 1 to 5, a comment, or both.")
        return await self._submit(visitor, client_id, Rate(score, comment))

    async def _submit(
        self, visitor: Visitor, client_id: str, action: SendMessage | HandOff | Rate
    ) -> Accepted:
        author = Author(AuthorKind.CONTACT, visitor.contact.id)
        return await self._dispatcher.submit(visitor.conversation_id, Command(author, client_id, action))

    async def _offered(self, conversation_id: str, payload: str) -> list[str]:
        """The titles under which a payload was offered, the newest last."""
        recent = await self._storage.entries.before(conversation_id, 2**53, LOOK_BACK)
        return [
            reply.title
            for entry in recent
            if isinstance(entry.body, Message) and entry.author.kind is AuthorKind.BOT
            for reply in entry.body.quick_replies
            if reply.payload == payload
        ]
