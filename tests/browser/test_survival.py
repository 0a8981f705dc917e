"""Processes die; people go on talking."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BOT_WITHIN, Linka
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.timeout(420)


def test_a_killed_hub_loses_and_doubles_nothing(bot: Linka, person: Callable[..., Page]) -> None:
    visitor = Visitor.arrive(person(), bot.url)
    desk = Desk.log_in(person(), bot.url, "petr", "linka-petr")
    visitor.ask_for_human()
    expect(visitor.chat.get_by_test_id("place")).to_be_visible()
    visitor.say("Is somebody there? Survival begins.")
    desk.show("queue")
    desk.open("Survival begins.")
    desk.take()
    visitor.say("before the crash, from the customer")
    desk.say("before the crash, from the operator")
    expect(visitor.message("before the crash, from the operator")).to_be_visible()

    bot.kill("-m", "hub")
    # Both go on writing while there is no hub.
    visitor.input.fill("written without a hub, by the customer")
    visitor.input.press("Enter")
    desk.composer.fill("written without a hub, by the operator")
    desk.page.get_by_test_id("send").click()

    expect(desk.message("written without a hub, by the customer")).to_be_visible(timeout=60_000)
    expect(visitor.message("written without a hub, by the operator")).to_be_visible(timeout=60_000)
    visitor.say("after the crash")
    expect(desk.message("after the crash")).to_be_visible()
    desk.say("after the crash, too")
    expect(visitor.message("after the crash, too")).to_be_visible()

    words = [
        "before the crash, from the customer",
        "before the crash, from the operator",
        "written without a hub, by the customer",
        "written without a hub, by the operator",
    ]
    for page in (visitor, desk):
        texts = page.texts()
        for one in words:
            assert sum(one in text for text in texts) == 1, (one, texts)
    # The same order on both screens: the customer's own view has no notes, and the desk none of the bot's buttons.
    assert [w for t in visitor.texts() for w in words if w in t] == [
        w for t in desk.texts() for w in words if w in t
    ]


def test_a_killed_bot_leaves_nobody_in_silence(bot: Linka, person: Callable[..., Page]) -> None:
    waiting = Visitor.arrive(person(), bot.url)
    waiting.say("What tariffs do you have?")
    expect(waiting.message("Optik 500").first).to_be_visible(timeout=15_000)
    since = len(bot.lines)
    bot.kill("with_token", "run", "--enable-api")
    waiting.say("And now? The bot is gone.")
    # In the human queue within eight seconds, with a friendly word.
    expect(waiting.chat.get_by_test_id("place")).to_be_visible(timeout=8_000)
    expect(waiting.activity("a human will help you")).to_be_visible()
    bot.wait_for("bot: ready", BOT_WITHIN, since)
    later = Visitor.arrive(person(), bot.url)
    later.say("What tariffs do you have?")
    expect(later.message("Optik 500").first).to_be_visible(timeout=15_000)
