"""Who lives in a world: inboxes, operators, customers, chats, and their ways to the hubs."""

from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Any

from hub.people.sessions import COOKIE, Sessions
from storage.model.contacts import Contact, Inbox, VisitorToken
from storage.model.conversation import Channel, Conversation
from storage.model.ids import contact_id_of, conversation_id_of
from storage.model.people import Operator, Role
from tests.clients.sides import OperatorSide, WidgetSide
from tests.simulation.carrier import INBOX
from tests.simulation.connecting import SimTransport
from tests.simulation.hub import NOON, SERVICE_TOKEN
from tests.simulation.loop import Process
from tests.simulation.network import SimServer
from tests.simulation.people import Customer, Worker
from tests.simulation.world import Cast, World

NAMES = ("anna", "petr", "sara")


async def furnish(world: World, cast: Cast) -> None:
    """Everybody, not connected yet."""
    twin, random = world.twin, world.random
    await twin.inboxes.put(Inbox("demo", "Website", Channel.WEBCHAT))
    await twin.inboxes.put(Inbox(INBOX, "Telegram", Channel.TELEGRAM))
    sessions = Sessions(twin.operators)
    names = NAMES[: random.randint(1, len(NAMES))]
    for name in names:
        role = Role.SUPERVISOR if name == "sara" else Role.OPERATOR
        who = Operator(name, name, name.title(), role, "", capacity=random.choice((1, 3, 20)))
        await twin.operators.put_new(who)
        token, _ = await sessions.open(who, NOON)
        worker = Worker(
            name,
            OperatorSide(),
            _transport(world, "/operator", environ={"HTTP_COOKIE": f"{COOKIE}={token}"}),
            world.network,
            Random(random.getrandbits(64)),
            cast.client,
        )
        worker.colleagues = tuple(other for other in names if other != name)
        world.workers.append(worker)
    for number in range(random.randint(1, cast.most_customers)):
        name = f"customer{number + 1}"
        contact = Contact(name, "demo", Channel.WEBCHAT, NOON)
        token = f"token-of-{name}-".ljust(40, "x")
        customer = Customer(
            name,
            WidgetSide(),
            _transport(world, "/widget", auth={"token": token}),
            world.network,
            Random(random.getrandbits(64)),
            cast.client,
        )
        customer.conversation_id = conversation_id_of("demo", name)
        await twin.contacts.put_new(contact)
        await twin.contacts.add_token(VisitorToken(sha256(token.encode()).hexdigest(), "demo", name, NOON))
        await twin.conversations.save_many(
            [Conversation(customer.conversation_id, "demo", name, Channel.WEBCHAT)]
        )
        world.customers.append(customer)
    if random.random() < 0.6:
        for number in range(random.randint(1, 2)):
            chat = f"chat{number + 1}"
            world.chats[chat] = conversation_id_of(INBOX, contact_id_of(INBOX, chat))
        auth = {"token": SERVICE_TOKEN, "inbox_id": INBOX}
        world.carrier = cast.carrier(
            world.telegram,
            _transport(world, "/channel", auth=auth),
            world.network,
            Random(random.getrandbits(64)),
        )


def _transport(
    world: World, namespace: str, auth: dict[str, Any] | None = None, environ: dict[str, Any] | None = None
) -> Callable[[Process], SimTransport]:
    def choose() -> tuple[Process, SimServer] | None:
        return world.random.choice(world.hubs).reach()

    return lambda process: SimTransport(world.network, process, choose, namespace, auth, environ)
