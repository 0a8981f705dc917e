"""What contacts may do, through any channel."""

import asyncio

import pytest

from hub.conversation.commands import Resolve, SendMessage, Take
from hub.conversation.inbound import Inbound, Visitor
from hub.errors import Refusal
from storage.model.contacts import Contact
from storage.model.conversation import Channel
from storage.model.entry import Author, AuthorKind, HandedOff, Message, Origin, QuickReply
from tests.conversation.bench import ANNA, BOT, NOON, TELEGRAM, WEB, Bench


@pytest.fixture
def inbound(bench: Bench) -> Inbound:
    return Inbound(bench.storage, bench.dispatcher, bench.clock, "support")


@pytest.fixture
async def jana(inbound: Inbound) -> Visitor:
    return await inbound.welcome(WEB, Contact("jana", "demo", Channel.WEBCHAT, NOON))


async def test_a_welcome_is_idempotent(inbound: Inbound, jana: Visitor) -> None:
    contact = Contact("jana", "demo", Channel.WEBCHAT, NOON)
    welcomes = await asyncio.gather(*(inbound.welcome(WEB, contact) for _ in range(5)))
    assert {each.conversation_id for each in welcomes} == {jana.conversation_id}


async def test_a_welcome_does_not_wipe_what_was_said(bench: Bench, inbound: Inbound, jana: Visitor) -> None:
    accepted = await inbound.say(jana, "a", "Hello")
    assert accepted.conversation is not None
    await bench.storage.conversations.save_many([accepted.conversation])
    await inbound.welcome(WEB, jana.contact)
    snapshot = await bench.storage.conversations.get(jana.conversation_id)
    assert snapshot is not None
    assert snapshot.seq == 1


async def test_the_author_is_the_contact(inbound: Inbound, jana: Visitor) -> None:
    entry = (await inbound.say(jana, "a", "Hello", origin=Origin("https://site"))).entry
    assert entry.author == Author(AuthorKind.CONTACT, "jana")
    assert isinstance(entry.body, Message)
    assert entry.body.origin == Origin("https://site")


async def test_only_a_button_that_was_offered_here_can_be_pressed(
    bench: Bench, inbound: Inbound, jana: Visitor
) -> None:
    with pytest.raises(Refusal) as refused:
        await inbound.say(jana, "a", "Yes", "/affirm")
    assert refused.value.code == "bad_request"
    await inbound.say(jana, "b", "May I?")
    offer = SendMessage("Sure?", quick_replies=(QuickReply("Yes", "/affirm"),), answers=1, last=True)
    await bench.do(BOT, offer, "bot:1:0", jana.conversation_id)
    with pytest.raises(Refusal):
        await inbound.say(jana, "c", "Yes", '/affirm{"slot": "x"}')
    accepted = await inbound.say(jana, "d", "Yes", "/affirm")
    assert isinstance(accepted.entry.body, Message)
    assert accepted.entry.body.payload == "/affirm"


async def test_a_pressed_button_says_its_title_and_nothing_else(
    bench: Bench, inbound: Inbound, jana: Visitor
) -> None:
    await inbound.say(jana, "a", "May I?")
    for seq, title in enumerate(("Ano", "Yes")):
        offer = SendMessage("Sure?", quick_replies=(QuickReply(title, "/affirm"),), answers=1, last=bool(seq))
        await bench.do(BOT, offer, f"bot:1:{seq}", jana.conversation_id)

    said = [
        (await inbound.say(jana, key, text, "/affirm")).entry.body
        for key, text in (("b", "I never agreed to that"), ("c", "Ano"))
    ]
    assert [body.text for body in said if isinstance(body, Message)] == ["Yes", "Ano"]


async def test_a_rating_says_something(bench: Bench, inbound: Inbound, jana: Visitor) -> None:
    with pytest.raises(Refusal) as refused:
        await inbound.rate(jana, "a", None, None)
    assert refused.value.code == "bad_request"
    with pytest.raises(Refusal) as refused:
        await inbound.rate(jana, "b", 5, None)
    assert refused.value.code == "invalid_state"
    await inbound.say(jana, "c", "Hello")
    await bench.do(ANNA, Take(), "t", jana.conversation_id)
    await bench.do(ANNA, Resolve(), "r", jana.conversation_id)
    assert (await inbound.rate(jana, "d", 5, "Thanks")).entry.seq == 4


async def test_asking_for_people_twice_is_asking_once(inbound: Inbound, jana: Visitor) -> None:
    first = await inbound.ask_for_human(jana, "a")
    assert isinstance(first.entry.body, HandedOff)
    again = await inbound.ask_for_human(jana, "a")
    assert again.repeated
    with pytest.raises(Refusal) as refused:
        await inbound.ask_for_human(jana, "b")
    assert refused.value.code == "invalid_state"


async def test_people_of_outside_channels_keep_their_conversation_and_their_name(inbound: Inbound) -> None:
    async def come(**fields: str | None) -> Visitor:
        known: dict[str, str | None] = {"name": None, "username": None, "language": None, "phone": None}
        return await inbound.welcome_external(TELEGRAM, "42", **{**known, **fields})  # type: ignore[arg-type]

    first = await come(name="Jana", language="cs")
    assert first.contact.external_id == "42"
    again = await come(name="J@na <script>", username="jana", language="en")
    assert again.conversation_id == first.conversation_id
    assert (again.contact.name, again.contact.username, again.contact.language) == ("Jana", "jana", "en")
