"""The same path by Telegram: the bot process that `make run` started, the real Rasa, and an operator in Chromium."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Linka
from tests.browser.desk import Desk
from tests.browser.phone import Telegram

pytestmark = pytest.mark.timeout(420)


def test_from_a_question_in_telegram_to_an_order_and_a_rating(
    bot: Linka, telegram: Telegram, person: Callable[..., Page]
) -> None:
    phone = telegram.phone(7001)
    phone.writes("/start")
    greeting = phone.hears("Dobrý den")
    phone.presses(greeting, "Jaké máte tarify?")
    tariffs = phone.hears("Optik 500")
    assert "499" in tariffs.text
    phone.presses(tariffs, "Který je nejlevnější?")
    phone.hears("Optik 100")
    phone.writes("Kdy přijede technik? Objednávka 1234-5671")
    phone.hears("potřebuju telefon")
    phone.writes("601 234 567")
    phone.hears("Naplánováno")

    desk = Desk.log_in(person(), bot.url, "anna", "linka-anna")
    desk.show("queue")
    phone.writes("/human")
    phone.hears("na řadě", "v pořadí")  # others may be waiting already
    phone.writes("Je tam někdo z masa a kostí?")
    desk.open("Je tam někdo z masa a kostí?")
    desk.take()
    phone.hears("Anna Dvořáková")
    desk.say("Dobrý den, jsem tu.")
    phone.hears("Dobrý den, jsem tu.")
    desk.note("Volat až po páté.")
    phone.writes("Chci Optik 500 domů.")
    expect(desk.message("Chci Optik 500 domů.")).to_be_visible()

    number = desk.place_order(
        customer_name="Jana Nováková",
        phone="777 123 456",
        street="Lipová 12",
        town="Brno",
        postal_code="602 00",
        tariff_code="optik-500",
        day=(date.today() + timedelta(days=7)).isoformat(),  # noqa: DTZ011 - what this browser's calendar says
        time_window="10:00-12:00",
    )
    phone.hears(number)
    desk.page.get_by_test_id("resolve").first.click()
    question = phone.hears("Jak jste s námi spokojeni?")
    phone.presses(question, "5")
    expect(desk.page.get_by_test_id("activity").filter(has_text="5 stars")).to_be_visible()

    phone.writes(f"Kde je moje objednávka {number}?")
    telegram.do(
        telegram.api.until(lambda: sum(number in text for text in phone.texts()) == 2, 20, "the bot's answer")
    )
    assert not any("Volat až po páté" in text for text in phone.texts())
