"""An FAQ maintainer edits what the bot knows: real browsers, a real hub. Nothing is published, so no file changes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Linka
from tests.browser.desk import Desk

pytestmark = pytest.mark.timeout(240)

TOPIC = "ask_invoice"
HEARD_WITHIN = 15_000  # ms until an open page hears of a colleague, on a busy machine
PHONE = {"width": 390, "height": 780}


def opened(person: Callable[..., Page], linka: Linka, login: str, **options: object) -> Page:
    """Somebody's section "Knowledge"."""
    page = person(**options)
    Desk.log_in(page, linka.url, login, f"linka-{login}")
    page.get_by_test_id("to-knowledge").click()
    expect(page.get_by_test_id("topic-row").first).to_be_visible()
    return page


def show(page: Page, topic: str, language: str) -> None:
    """Open a topic at the sentences of a language."""
    page.locator(f"[data-testid=topic-row][data-topic={topic}]").click()
    page.locator(f"[role=tab][data-language={language}]").click()
    expect(page.locator(f"[data-testid=sentences][data-language={language}]")).to_be_visible()


def sentence(page: Page, words: str) -> Locator:
    """A row of the open topic."""
    return page.get_by_test_id("sentence").filter(has_text=words)


def add(page: Page, words: str) -> Locator:
    """A new sentence, by Enter; its row once the hub has it."""
    page.get_by_test_id("new-sentence").fill(words)
    page.get_by_test_id("new-sentence").press("Enter")
    row = sentence(page, words)
    expect(row).to_have_attribute("data-state", "added")
    expect(row).not_to_have_attribute("data-waiting", "true")
    return row


def discard(page: Page) -> None:
    """Away with the whole draft."""
    page.get_by_test_id("to-changes").click()
    page.get_by_test_id("drop-draft").click()
    page.get_by_test_id("drop-draft-sure").click()
    expect(page.get_by_test_id("edit-line")).to_have_count(0)


def test_a_maintainer_is_at_home_here_and_edits_without_a_bracket(
    linka: Linka, person: Callable[..., Page]
) -> None:
    filip = opened(person, linka, "filip")
    expect(filip).to_have_url(f"{linka.url}/panel/knowledge")
    expect(filip.locator("nav a[href$='/panel/queue']")).to_have_count(0)

    show(filip, TOPIC, "en")
    row = add(filip, "where is the bill of last January")
    row.hover()
    row.get_by_test_id("edit-sentence").click()
    field = filip.get_by_test_id("sentence-input")
    field.press("End")
    for _ in "January":
        field.press("Shift+ArrowLeft")
    filip.get_by_test_id("mark").click()
    filip.locator("[data-testid=entity-menu] [data-entity=date]").click()
    field.press("Enter")
    expect(sentence(filip, "where is the bill").locator("mark[data-entity=date]")).to_have_text("January")

    # What is not saved yet is kept through a reload, and placeholders are put in by a click.
    words = filip.locator("[data-testid=answer-words][data-language=en]")
    words.locator("textarea").first.fill("Call us: ")
    words.get_by_test_id("placeholder").filter(has_text="phone").click()
    expect(words.get_by_test_id("preview")).to_contain_text("+420 800 100 500")
    filip.reload()
    expect(words.locator("textarea").first).to_have_value("Call us: {phone}")
    words.locator("textarea").first.press("Control+Enter")
    expect(words).not_to_have_attribute("data-dirty", "true")

    filip.get_by_test_id("to-changes").click()
    lines = filip.get_by_test_id("edit-line")
    expect(lines).to_have_count(3)
    expect(lines.first).to_contain_text("Added 1 sentence to Invoice (English)")
    billing = filip.locator("[data-testid=diff][data-path='data/nlu/en/billing.yml']")
    billing.click()
    expect(billing).to_contain_text("where is the bill of last [January](date)")
    filip.get_by_test_id("undo-edit").click()
    expect(lines).to_have_count(2)
    discard(filip)


def test_what_cannot_be_used_is_refused_in_place_and_kept_in_the_field(
    linka: Linka, person: Callable[..., Page]
) -> None:
    filip = opened(person, linka, "filip")
    show(filip, TOPIC, "en")
    filip.get_by_test_id("new-sentence").fill("my [bill](date")
    filip.get_by_test_id("new-sentence").press("Enter")
    expect(filip.get_by_role("alert").first).to_be_visible()
    expect(filip.get_by_test_id("new-sentence")).to_have_value("my [bill](date")

    words = filip.locator("[data-testid=answer-words][data-language=en]")
    words.locator("textarea").first.fill("{slot.__class__}")
    words.locator("textarea").first.press("Control+Enter")
    expect(words.get_by_role("alert")).to_contain_text("nothing that the bot can fill in")
    expect(words.locator("textarea").first).to_have_value("{slot.__class__}")


def test_two_maintainers_are_told_of_each_other(linka: Linka, person: Callable[..., Page]) -> None:
    filip = opened(person, linka, "filip")
    adam = opened(person, linka, "adam")
    show(adam, TOPIC, "en")
    add(adam, "a bill from Adam")
    show(filip, TOPIC, "en")
    expect(filip.get_by_test_id("others")).to_contain_text("Adam")
    expect(sentence(filip, "a bill from Adam")).to_have_count(0)
    discard(adam)
    expect(filip.get_by_test_id("others")).to_have_count(0, timeout=HEARD_WITHIN)


def test_a_supervisor_looks_and_an_operator_does_not(linka: Linka, person: Callable[..., Page]) -> None:
    sara = opened(person, linka, "sara")
    expect(sara.get_by_test_id("knowledge-read-only")).to_be_visible()
    show(sara, TOPIC, "cs")
    for deed in ("new-topic", "new-sentence", "remove-topic", "add-variant"):
        expect(sara.get_by_test_id(deed)).to_have_count(0)
    anna = person()
    Desk.log_in(anna, linka.url, "anna", "linka-anna")
    expect(anna.get_by_test_id("to-knowledge")).to_have_count(0)
    anna.goto(f"{linka.url}/panel/knowledge")
    expect(anna.get_by_test_id("knowledge-forbidden")).to_be_visible()


def test_on_a_phone_one_part_is_shown_at_a_time_and_nothing_is_too_wide(
    linka: Linka, person: Callable[..., Page]
) -> None:
    filip = opened(person, linka, "filip", viewport=PHONE)
    for section in ("topics", "answers", "facts", "tables", "unanswered", "figures", "changes", "versions"):
        filip.get_by_test_id(f"to-{section}").click()
        expect(filip.get_by_test_id(f"to-{section}")).to_have_attribute("aria-current", "page")
        assert filip.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], section
    filip.get_by_test_id("to-topics").click()
    show(filip, TOPIC, "en")
    expect(filip.get_by_test_id("topic-row").first).to_be_hidden()
    filip.get_by_role("button", name="Back to the topics").click()
    expect(filip.get_by_test_id("topic-row").first).to_be_visible()
