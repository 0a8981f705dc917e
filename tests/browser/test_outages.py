"""A supervisor writes what is out, and the bot tells customers at once: real browsers, the real bot."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from hub.wording.languages import LANGUAGES
from tests.browser.conftest import Linka
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.timeout(420)

BOT_ANSWERS = 15_000  # ms; a first turn on a busy machine
TOWN = "Kroměříž"


def opened(person: Callable[..., Page], url: str, login: str, **options: object) -> Page:
    """Somebody's page of outages."""
    page = person(**options)
    Desk.log_in(page, url, login, f"linka-{login}")
    page.get_by_test_id("to-outages").click()
    expect(page.get_by_test_id("outages-now")).to_be_visible()
    return page


def row(page: Page, town: str) -> Locator:
    """An outage in the list of what is on."""
    return page.get_by_test_id("outages-now").get_by_test_id("outage-row").filter(has_text=town)


def write(page: Page, town: str, words: str) -> None:
    """A fault in a town; the keyboard alone."""
    page.keyboard.press("n")
    form = page.get_by_test_id("outage-form")
    form.locator("[name=towns]").fill(town)
    form.locator("[name=towns]").press("Enter")
    form.locator("[name='words.en']").fill(words)
    form.locator("[name='words.en']").press("Control+Enter")
    expect(page.get_by_test_id("outage")).to_be_visible()


def end(page: Page, town: str) -> None:
    """It is mended."""
    row(page, town).click()
    page.get_by_test_id("end-outage").click()
    page.get_by_test_id("end-outage-sure").click()
    expect(page.get_by_test_id("outage")).to_have_attribute("data-state", "over")


def test_what_a_supervisor_writes_the_bot_tells_at_once(bot: Linka, person: Callable[..., Page]) -> None:
    sara = opened(person, bot.url, "sara")
    anna = opened(person, bot.url, "anna")
    visitor = Visitor.arrive(person(), bot.url)
    visitor.say(f"Is there an outage in {TOWN}?")
    expect(visitor.message("no fault").first).to_contain_text(TOWN, timeout=BOT_ANSWERS)

    # The supervisor sees what the bot will say before it says it; the town is stored as customers are understood.
    sara.get_by_test_id("new-outage").click()
    form = sara.get_by_test_id("outage-form")
    form.locator("[name=towns]").fill("kromeriz")
    form.locator("[name=towns]").press("Enter")
    for language in LANGUAGES:  # a field and a preview for each that the hub speaks
        expect(form.locator(f"[name='words.{language}']")).to_be_visible()
        expect(form.locator(f"[data-testid=bot-words][data-language={language}]")).to_contain_text(TOWN)
    form.get_by_label("What else to say in English").fill("A tree fell on the cable.")
    said = form.get_by_test_id("bot-words").and_(form.locator("[data-language=en]"))
    expect(said).to_contain_text(f"Fault: {TOWN}.")
    expect(said).to_contain_text("A tree fell on the cable.")
    form.get_by_test_id("save-outage").click()
    expect(sara.get_by_test_id("outage")).to_have_attribute("data-state", "now")

    # An operator's open page hears of it by itself, and has nothing to change it with.
    row(anna, TOWN).click()
    expect(anna.get_by_test_id("outage")).to_contain_text("A tree fell on the cable.")
    expect(anna.get_by_test_id("read-only")).to_be_visible()
    for deed in ("new-outage", "edit-outage", "end-outage"):
        expect(anna.get_by_test_id(deed)).to_have_count(0)

    visitor.say(f"And now, is there an outage in {TOWN}?")
    expect(visitor.message("A tree fell on the cable.")).to_contain_text(
        f"Fault: {TOWN}", timeout=BOT_ANSWERS
    )

    end(sara, TOWN)
    expect(row(anna, TOWN)).to_have_count(0)
    visitor.say(f"Is the outage in {TOWN} over?")
    expect(visitor.message("no fault")).to_have_count(2, timeout=BOT_ANSWERS)


def test_two_supervisors_lose_nothing_of_each_other(linka: Linka, person: Callable[..., Page]) -> None:
    sara = opened(person, linka.url, "sara")
    write(sara, "Přerov", "A cable.")
    adam = opened(person, linka.url, "adam")
    row(adam, "Přerov").click()
    adam.get_by_test_id("edit-outage").click()
    theirs = adam.get_by_test_id("outage-form")
    theirs.locator("[name='words.en']").fill("Two cables.")

    sara.get_by_test_id("edit-outage").click()
    mine = sara.get_by_test_id("outage-form")
    mine.locator("[name='words.en']").fill("Three cables.")
    mine.locator("[name=streets]").fill("Předmostí,")
    mine.get_by_test_id("save-outage").click()
    expect(sara.get_by_test_id("outage")).to_contain_text("Three cables.")

    # Adam hears of it while he writes: what he has not touched is hers, what both wrote he sees both of.
    meeting = adam.get_by_test_id("meeting")
    expect(meeting).to_contain_text("Sára")
    expect(meeting).to_contain_text("Three cables.")
    expect(theirs.get_by_test_id("name").filter(has_text="Předmostí")).to_be_visible()
    expect(theirs.locator("[name='words.en']")).to_have_value("Two cables.")
    theirs.get_by_test_id("save-outage").click()
    expect(adam.get_by_test_id("outage")).to_contain_text("Two cables.")
    expect(adam.get_by_test_id("outage-history").locator("li")).to_have_count(3)
    expect(sara.get_by_test_id("outage")).to_contain_text("Two cables.")
    end(adam, "Přerov")


def test_nothing_typed_is_lost_and_wrong_fields_are_named(linka: Linka, person: Callable[..., Page]) -> None:
    sara = opened(person, linka.url, "sara", viewport={"width": 390, "height": 780})
    sara.get_by_test_id("new-outage").click()
    form = sara.get_by_test_id("outage-form")
    form.locator("[name='words.en']").fill("Half a sentence")
    form.get_by_test_id("save-outage").click()
    expect(form.locator("[name=towns]")).to_be_focused()
    expect(form).to_contain_text("1 field needs your attention: towns.")

    sara.reload()
    expect(form.locator("[name='words.en']")).to_have_value("Half a sentence")
    form.locator("[name=towns]").fill("Praha 4")
    form.locator("[name=towns]").press("Enter")
    form.get_by_test_id("save-outage").click()
    expect(form).to_contain_text("Choose that town")
    form.get_by_test_id("discard-outage").click()
    sara.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(sara.get_by_test_id("new-outage")).to_be_visible()
    sara.get_by_test_id("new-outage").click()
    expect(form.locator("[name='words.en']")).to_have_value("")
    assert sara.evaluate("document.documentElement.scrollWidth <= innerWidth")
