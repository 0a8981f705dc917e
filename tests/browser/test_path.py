"""The path that Linka exists for, as its users walk it: two real browsers, every process as `make run` started it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Linka
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.timeout(420)

BOT_ANSWERS = 15_000  # ms; a first turn on a busy machine


def test_from_a_question_to_an_order_and_a_rating(bot: Linka, person: Callable[..., Page]) -> None:
    visitor = Visitor.arrive(person(), bot.url)
    desk = Desk.log_in(person(), bot.url, "anna", "linka-anna")
    desk.show("queue")

    # 1. The bot answers from the catalogue, and of an order to who has its phone; all of it outlives a reload.
    visitor.say("What tariffs do you have?")
    expect(visitor.message("Optik 500").first).to_contain_text("499", timeout=BOT_ANSWERS)
    visitor.say("Where is my order 1234-5671?")
    expect(visitor.message("the phone number given with it")).to_be_visible(timeout=BOT_ANSWERS)
    visitor.say("601 234 567")
    expect(visitor.message("Scheduled")).to_contain_text("1234-5671", timeout=BOT_ANSWERS)
    before = visitor.texts()
    visitor.page.reload()
    visitor.open()
    expect(visitor.message("Scheduled")).to_be_visible()
    assert visitor.texts() == before

    # 2. A human, please: the customer sees that they wait, and where in line.
    visitor.ask_for_human()
    expect(visitor.chat.get_by_test_id("place")).to_contain_text("in line")

    # 3. The operator sees it without a reload, and everything that was said.
    desk.open("1234-5671")  # the bot's words were the last
    expect(desk.page.get_by_test_id("handoff-reason")).to_have_attribute("data-reason", "requested")
    expect(desk.page.get_by_test_id("understood-intent")).to_be_visible()
    expect(desk.page.get_by_test_id("page")).not_to_be_empty()
    expect(desk.message("What tariffs do you have?")).to_be_visible()
    desk.take()
    expect(visitor.activity("Anna")).to_be_visible()
    desk.composer.press_sequentially("Good", delay=30)
    expect(visitor.chat.get_by_test_id("typing")).to_be_visible()
    desk.say("Good morning, how can I help?")
    expect(visitor.message("Good morning, how can I help?")).to_be_visible()
    visitor.input.press_sequentially("I would", delay=30)
    expect(desk.page.get_by_test_id("typing")).to_be_visible()
    visitor.say("I would like Optik 500, please. What tariffs do you have?")
    expect(desk.message("I would like Optik 500, please.")).to_be_visible()
    desk.note("Sounds sure. Offer the mesh unit.")
    desk.say("Gladly.")
    expect(visitor.message("Gladly.")).to_be_visible()
    assert not any("mesh unit" in text for text in visitor.texts())
    # The bot has been silent since: after the hand-over there are only people.
    assert len(visitor.texts()) == len(before) + 3

    # 4. The order: wrong fields are named in place, the right ones become an order that the bot can find.
    number = desk.place_order(
        customer_name="Jan Novák",
        phone="777 123 456",
        street="Lipová 12",
        town="Brno",
        postal_code="60200",
        tariff_code="optik-500",
        day=(date.today() + timedelta(days=7)).isoformat(),  # noqa: DTZ011 - what this browser's calendar says
        time_window="10:00-12:00",
    )
    card = visitor.chat.get_by_test_id("order-card")
    expect(card).to_contain_text(number)
    expect(card).to_contain_text("identity document")
    expect(desk.page.get_by_test_id("order").first).to_contain_text(number)

    # 5. Resolved, rated, and reopened by a new message; the bot knows the new order.
    desk.page.get_by_test_id("resolve").first.click()
    rating = visitor.chat.get_by_test_id("rating")
    rating.get_by_role("radio", name="5").or_(rating.get_by_role("button", name="5")).first.click()
    rating.get_by_test_id("rating-comment").fill("Quick and kind.")
    rating.get_by_role("button", name="Send comment").click()
    expect(desk.page.get_by_test_id("activity").filter(has_text="Quick and kind.")).to_be_visible()
    visitor.say(f"Where is my order {number}?")
    expect(visitor.chat.get_by_test_id("message").last).to_contain_text(number, timeout=BOT_ANSWERS)
    expect(visitor.chat.get_by_test_id("message").last).not_to_contain_text(
        "Where is my order", timeout=BOT_ANSWERS
    )


def test_the_customer_speaks_czech(bot: Linka, person: Callable[..., Page]) -> None:
    visitor = Visitor.arrive(person(locale="cs-CZ"), bot.url, "/demo/")
    visitor.say("jake mate tarify")
    expect(visitor.message("Optik 500").first).to_contain_text("499 Kč", timeout=BOT_ANSWERS)
    visitor.ask_for_human()
    expect(visitor.chat.get_by_test_id("place")).to_be_visible()


def test_wrong_fields_of_an_order_are_named_in_place(bot: Linka, person: Callable[..., Page]) -> None:
    visitor = Visitor.arrive(person(), bot.url)
    visitor.ask_for_human()
    expect(visitor.chat.get_by_test_id("place")).to_be_visible()
    visitor.say("I need somebody for an order form")
    desk = Desk.log_in(person(), bot.url, "petr", "linka-petr")
    desk.open("I need somebody for an order form")
    desk.take()
    desk.page.get_by_test_id("new-order").first.click()
    form = desk.page.get_by_test_id("order-form")
    form.locator("[name=phone]").fill("12")
    form.locator("[name=postal_code]").fill("abc")
    form.get_by_test_id("place-order").click()
    expect(form.locator("[name=customer_name]")).to_be_focused()
    expect(form.locator("[aria-invalid=true]")).not_to_have_count(0)
    expect(form).to_contain_text("Write a phone number such as 777 123 456")
    expect(form).to_contain_text("A postal code has five digits")
    expect(form.locator("[name=phone]")).to_have_value("12")
    desk.page.reload()
    expect(desk.page.get_by_test_id("order-form").locator("[name=phone]")).to_have_value("12")
