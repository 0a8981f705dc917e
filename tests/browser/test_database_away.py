"""The database stands still; the screens say so, and what was written meanwhile arrives by itself."""

import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Linka
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.timeout(300)

AWAY_FOR = 12.0  # seconds
SAID_WITHIN = 15_000  # milliseconds
BACK_WITHIN = 30_000


def test_screens_say_that_nothing_can_be_saved_and_nothing_is_lost(
    linka: Linka, person: Callable[..., Page]
) -> None:
    visitor = Visitor.arrive(person(), linka.url)
    czech = Visitor.arrive(person(locale="cs-CZ"), linka.url, "/demo/")
    desk = Desk.log_in(person(), linka.url, "petr", "linka-petr")
    visitor.ask_for_human()
    visitor.say("Is somebody there? The disk stands still.")
    desk.show("queue")
    desk.open("The disk stands still.")
    desk.take()
    desk.say("I am here")
    expect(visitor.message("I am here")).to_be_visible()

    mongod = linka.child("mongod", "--dbpath")
    mongod.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        for page, words in ((visitor, "written by the customer"), (czech, "napsáno zákazníkem")):
            page.input.fill(words)
            page.input.press("Enter")
        desk.composer.fill("written by the operator")
        desk.page.get_by_test_id("send").click()
        expect(visitor.chat.get_by_test_id("banner")).to_contain_text(
            "We cannot save messages right now. Yours will be sent as soon as possible.", timeout=SAID_WITHIN
        )
        expect(czech.chat.get_by_test_id("banner")).to_contain_text(
            "Zprávy teď nemůžeme uložit. Vaše odešleme, jakmile to půjde.", timeout=SAID_WITHIN
        )
        expect(desk.page.get_by_test_id("connection-banner")).to_contain_text(
            "We cannot save messages right now. Yours will be sent as soon as possible.", timeout=SAID_WITHIN
        )
        expect(visitor.message("written by the customer")).to_be_visible()
        time.sleep(max(0.0, AWAY_FOR - (time.monotonic() - began)))
    finally:
        mongod.send_signal(signal.SIGCONT)

    expect(desk.message("written by the customer")).to_be_visible(timeout=BACK_WITHIN)
    expect(visitor.message("written by the operator")).to_be_visible(timeout=BACK_WITHIN)
    for banner in (
        visitor.chat.get_by_test_id("banner"),
        czech.chat.get_by_test_id("banner"),
        desk.page.get_by_test_id("connection-banner"),
    ):
        expect(banner).to_be_hidden(timeout=BACK_WITHIN)
    expect(czech.message("napsáno zákazníkem")).to_be_visible()
    assert sum("written by the customer" in text for text in desk.texts()) == 1
    assert sum("written by the operator" in text for text in visitor.texts()) == 1
