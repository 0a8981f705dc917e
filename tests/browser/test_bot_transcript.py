"""What docs/transcript.md shows, held anew: a customer in a hurry, the bot, and the operator who is told all of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from hub.settings import PROJECT_ROOT
from tests.browser.conftest import Linka
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.timeout(420)

BOT_ANSWERS = 15_000  # ms; a first turn on a busy machine
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "cs-CZ",
}
TRANSCRIPT = PROJECT_ROOT / "docs" / "transcript.md"
PICTURES = PROJECT_ROOT / "test-results" / "transcript"

LOOKS = "dobry den, hledam neajky internet, aspon 300 mega"
ASKS_MORE = "a co vsechno je v tom Optiku 500?"
ORDERED = "a jeste bych rad vedel, v jakem stavu je ta moje objendavka"
COMPLAINS = "technik uz jednou neprijel a nikdo se neomluvil, chci si na to stezovta"
"""No diacritics and three typos."""


def test_a_customer_in_a_hurry_reaches_a_person_who_knows_all(
    bot: Linka, person: Callable[..., Page]
) -> None:
    visitor = Visitor.arrive(person(**PHONE), bot.url, "/demo/")
    desk = Desk.log_in(person(device_scale_factor=2), bot.url, "anna", "linka-anna")
    desk.show("queue")

    # 1. A tariff is found: by its speed, then what is in one of them.
    heard = _answer(visitor, LOOKS)
    expect(heard).to_contain_text("Optik 300: 300 Mb/s")
    expect(heard).not_to_contain_text("Optik 100:")
    expect(_buttons(visitor, "Jak objednat")).to_be_visible()
    expect(_answer(visitor, ASKS_MORE)).to_contain_text("Televize, 60 stanic")

    # 2. Their order: its number alone opens nothing, with the phone it was made with it does.
    expect(_answer(visitor, ORDERED)).to_contain_text("osm číslic")
    heard = _answer(visitor, "1234-5671")
    expect(heard).to_contain_text("telefon")
    expect(heard).not_to_contain_text("Naplánováno")
    expect(_answer(visitor, "601 234 567")).to_contain_text("Naplánováno")

    # 3. The complaint is taken down with a number, and a person takes over.
    heard = _answer(visitor, COMPLAINS)
    expect(heard).to_contain_text("jako stížnost")
    expect(visitor.chat.get_by_test_id("place")).to_be_visible()
    visitor.page.screenshot(path=PICTURES / "transcript-phone.png")

    # 4. The operator has everything without scrolling, and answers.
    desk.open("stížnost")
    handoff = desk.page.get_by_test_id("handoff")
    expect(handoff.get_by_test_id("handoff-reason")).to_have_attribute("data-reason", "topic")
    expect(handoff).to_contain_text("Complaint")
    expect(handoff).to_contain_text("Czech")
    expect(_fact(handoff, "order_number")).to_have_text("1234-5671")
    expect(handoff.get_by_test_id("proof")).to_have_text("Proven to be theirs")
    expect(_fact(handoff, "phone")).to_contain_text("601 234 567")
    expect(_fact(handoff, "tariff")).to_have_text("Optik 500")
    expect(_fact(handoff, "case")).to_contain_text("C-")
    expect(handoff.get_by_test_id("tried")).to_contain_text("Asks about one tariff")
    expect(handoff.get_by_test_id("tried")).to_contain_text("Asks about an order")
    expect(handoff.get_by_role("blockquote")).to_have_text(COMPLAINS)
    desk.page.screenshot(path=PICTURES / "transcript-panel.png")
    desk.take()
    desk.say("Dobrý den, tady Anna. Moc mě to mrzí, hned to s technikem vyřeším.")
    expect(visitor.message("tady Anna")).to_be_visible()

    # 5. The page in the documentation is about this very conversation.
    (PICTURES / "transcript.txt").write_text("\n".join(visitor.texts()), encoding="utf-8")
    told = TRANSCRIPT.read_text(encoding="utf-8")
    for words in (LOOKS, ASKS_MORE, ORDERED, COMPLAINS):
        assert words in told


@pytest.fixture(autouse=True)
def pictures() -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


def _answer(visitor: Visitor, words: str) -> Locator:
    """Say it; the bubble of the bot's answer."""
    bubbles = visitor.chat.get_by_test_id("message")
    before = bubbles.count()
    visitor.say(words)
    answer = bubbles.nth(before + 1)
    expect(answer).to_be_visible(timeout=BOT_ANSWERS)
    return answer


def _buttons(visitor: Visitor, title: str) -> Locator:
    return visitor.chat.get_by_role("button", name=title)


def _fact(handoff: Locator, name: str) -> Locator:
    return handoff.locator(f"[data-fact={name}] .value")
