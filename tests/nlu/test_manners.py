"""What is said beside the matter: a yes, an ok, fury; and what people who take over hear of it."""

import pytest
from actions.tariffs import Promotion

from tests.nlu.talk import FakeHub, Talk

# A yes, and what it leads to


@pytest.mark.parametrize(
    ("text", "intent", "yes"),
    [
        ("nejde mi net", "connection_problem", "ok"),
        ("jaké bude počasí", "out_of_scope", "dobře"),
        ("blabla", "nlu_fallback", "ok"),
        ("máte slevu?", "ask_promotions", "fajn"),
        ("kde je 1234-5671", "ask_order_status", "ano"),
        ("kde je 1234-5672", "ask_order_status", "jo"),
    ],
)
async def test_an_ok_hands_nobody_over_who_was_offered_nothing(
    text: str, intent: str, yes: str, talk: Talk, hub: FakeHub
) -> None:
    hub.promotions = (Promotion("Zřízení zdarma.", None),)
    await talk.says(text, intent)

    assert (await talk.says(yes, "affirm")).handoff is None
