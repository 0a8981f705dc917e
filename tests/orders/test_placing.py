"""Placing: once, durable before it is announced, announced in the end."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.demo.catalogue import TARIFFS
from hub.errors import Refusal
from hub.orders.numbers import number_of
from hub.orders.placing import Placing
from storage.errors import StorageUnavailable
from storage.model.conversation import Conversation
from storage.model.orders import Order, OrderState
from storage.model.people import Operator
from tests.doors import Announced, Draws, Hub
from tests.orders.forms import GOOD, form

KEY = "11111111-1111-4111-8111-111111111111"
OTHER_KEY = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
async def anna(hub: Hub) -> Operator:
    return await hub.hire("anna")


@pytest.fixture
async def conversation(hub: Hub) -> Conversation:
    return await hub.converse(language="cs-CZ")


def placing(hub: Hub, announced: Announced | None = None, *draws: int) -> Placing:
    return Placing(
        hub.storage.orders, hub.storage.catalogue, hub.clock, announced or hub.announced, Draws(*draws)
    )


async def refused(
    placing_: Placing, anna: Operator, conversation: Conversation, key: str, raw: Any
) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await placing_.place(anna, conversation, key, raw)
    return caught.value


async def test_an_order_is_stored_bound_and_announced(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    order = await placing(hub, None, 7).place(anna, conversation, KEY, GOOD)

    stored = await hub.storage.orders.get(order.id)
    assert stored == replace(order, announced=True)
    assert hub.announced.orders == [order]
    assert (order.conversation_id, order.contact_id) == (conversation.id, conversation.contact_id)
    assert (order.operator_id, order.client_id, order.placed_at) == (anna.id, KEY, hub.clock.now())
    assert (order.number, order.state) == (number_of(7), OrderState.SCHEDULED)
    assert (order.tariff_name, order.monthly) == ("Optik 500", TARIFFS[2].price)
    assert await hub.storage.orders.by_number(order.number) == stored
    assert await hub.storage.orders.of_contact(conversation.contact_id, 10) == [stored]


async def test_a_repeat_is_the_same_order(hub: Hub, anna: Operator, conversation: Conversation) -> None:
    service = placing(hub)
    first = await service.place(anna, conversation, KEY, GOOD)

    again = await service.place(
        anna, conversation, KEY, form(phone="+420601234567", customer_name=" Jana  Nováková")
    )

    assert again.id == first.id
    assert again.number == first.number
    assert len(hub.announced.orders) == 1


async def test_a_repeat_long_after_the_visit_is_the_same_order(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    service = placing(hub)
    first = await service.place(anna, conversation, KEY, GOOD)
    hub.clock.forward(days=30)

    assert (await service.place(anna, conversation, KEY, GOOD)).number == first.number


async def test_ten_clicks_at_once_are_one_order(hub: Hub, anna: Operator, conversation: Conversation) -> None:
    service = placing(hub)

    orders = await asyncio.gather(*(service.place(anna, conversation, KEY, GOOD) for _ in range(10)))

    assert len({order.number for order in orders}) == 1
    assert len(await hub.storage.orders.of_contact(conversation.contact_id, 100)) == 1


async def test_another_key_is_another_order(hub: Hub, anna: Operator, conversation: Conversation) -> None:
    service = placing(hub)

    one = await service.place(anna, conversation, KEY, GOOD)
    other = await service.place(anna, conversation, OTHER_KEY, GOOD)

    assert one.number != other.number


async def test_the_same_key_in_another_conversation_is_another_order(hub: Hub, anna: Operator) -> None:
    service = placing(hub)

    one = await service.place(anna, await hub.converse("c1"), KEY, GOOD)
    other = await service.place(anna, await hub.converse("c2"), KEY, GOOD)

    assert one.id != other.id


@pytest.mark.parametrize(
    "changed",
    [
        form(phone="601 234 568"),
        form(due__amount=1),
        form(note="x"),
        form(equipment=[]),
        form(tariff_code="optik-100"),
        {},
    ],
)
async def test_a_used_key_with_another_form_is_a_conflict(
    hub: Hub, anna: Operator, conversation: Conversation, changed: dict[str, Any]
) -> None:
    service = placing(hub, None, 7)
    await service.place(anna, conversation, KEY, GOOD)

    refusal = await refused(service, anna, conversation, KEY, changed)

    assert refusal.code == "conflict"
    assert refusal.details is not None
    assert refusal.details["number"] == f"{number_of(7)[:4]}-{number_of(7)[4:]}"


async def test_a_bad_form_stores_nothing(hub: Hub, anna: Operator, conversation: Conversation) -> None:
    refusal = await refused(placing(hub), anna, conversation, KEY, form(phone="1"))

    assert refusal.code == "bad_request"
    assert refusal.details is not None
    assert refusal.details["fields"]["phone"]["code"] == "phone_invalid"
    assert await hub.storage.orders.of_contact(conversation.contact_id, 10) == []
    assert hub.announced.orders == []


async def test_a_number_that_is_taken_is_drawn_again(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    service = placing(hub, None, 7, 7, 7, 8)

    await service.place(anna, conversation, KEY, GOOD)
    second = await service.place(anna, conversation, OTHER_KEY, GOOD)

    assert second.number == number_of(8)


async def test_without_a_free_number_it_says_so(hub: Hub, anna: Operator, conversation: Conversation) -> None:
    service = placing(hub, None, *[7] * 100)
    await service.place(anna, conversation, KEY, GOOD)

    assert (await refused(service, anna, conversation, OTHER_KEY, GOOD)).code == "unavailable"


@pytest.mark.parametrize(
    "failure", [StorageUnavailable("away"), Refusal("unavailable", "busy"), TimeoutError()]
)
async def test_an_order_whose_announcement_failed_is_announced_later(
    hub: Hub, anna: Operator, conversation: Conversation, failure: Exception
) -> None:
    service = placing(hub)
    hub.announced.failure = failure

    order = await service.place(anna, conversation, KEY, GOOD)

    assert await hub.storage.orders.unannounced(10) == [order]
    assert await service.announce_missing() == 0
    hub.announced.failure = None
    assert await service.announce_missing() == 1
    assert hub.announced.orders == [order]
    assert await hub.storage.orders.unannounced(10) == []
    assert await service.announce_missing() == 0


async def test_a_repeat_announces_what_the_first_could_not(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    service = placing(hub)
    hub.announced.failure = StorageUnavailable("away")
    await service.place(anna, conversation, KEY, GOOD)
    hub.announced.failure = None

    await service.place(anna, conversation, KEY, GOOD)

    assert len(hub.announced.orders) == 1
    assert await hub.storage.orders.unannounced(10) == []


async def test_one_that_cannot_be_announced_does_not_hold_up_the_others(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    told: list[str] = []

    async def picky(order: Order) -> None:
        if order.client_id == KEY:
            raise Refusal("not_found", "no such conversation")
        told.append(order.client_id)

    hub.announced.failure = StorageUnavailable("away")
    for key in (KEY, OTHER_KEY):
        await placing(hub).place(anna, conversation, key, GOOD)

    service = Placing(hub.storage.orders, hub.storage.catalogue, hub.clock, picky, Draws())

    assert await service.announce_missing() == 1
    assert told == [OTHER_KEY]


async def test_the_order_is_durable_before_it_is_announced(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    seen: list[Order | None] = []

    async def looking(order: Order) -> None:
        seen.append(await hub.storage.orders.get(order.id))

    order = await Placing(hub.storage.orders, hub.storage.catalogue, hub.clock, looking, Draws()).place(
        anna, conversation, KEY, GOOD
    )

    assert seen == [order]


async def test_an_error_that_nobody_foresaw_is_not_hidden(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    hub.announced.failure = RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        await placing(hub).place(anna, conversation, KEY, GOOD)


async def test_without_a_database_nothing_is_claimed(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    hub.storage.go_away()

    with pytest.raises(StorageUnavailable):
        await placing(hub).place(anna, conversation, KEY, GOOD)


async def test_an_order_keeps_the_price_it_was_made_with(
    hub: Hub, anna: Operator, conversation: Conversation
) -> None:
    service = placing(hub)
    order = await service.place(anna, conversation, KEY, GOOD)
    dearer = [replace(tariff, price=replace(tariff.price, amount=99_900)) for tariff in TARIFFS]
    await hub.storage.catalogue.put_tariffs(dearer)

    again = await service.place(anna, conversation, KEY, GOOD)

    assert again.monthly == order.monthly == TARIFFS[2].price
