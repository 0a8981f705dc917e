"""An FAQ maintainer teaches the bot in the panel what customers have asked in vain: real browsers, the real Rasa."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Linka
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.timeout(900)

BOT_ANSWERS = 15_000  # ms; a first turn on a busy machine
HEARD_WITHIN = 15_000  # ms until a sentence is in the inbox
TRAINED_WITHIN = 420_000  # ms
PUBLISHED_WITHIN = 30_000  # ms

ASKED = {"cs": "Máte rodičovskou kontrolu?", "en": "Do you have parental control?"}
TITLES = {"cs": "Rodičovská kontrola", "en": "Parental control"}
WORDS = {
    "cs": "Rodičovskou kontrolu zapnete v zákaznické zóně, v části Bezpečnost.",
    "en": "You turn parental control on in your account, under Safety.",
}
MORE = {
    "cs": (
        "jde dětem zablokovat nevhodné stránky",
        "chci synovi omezit internet na dvě hodiny denně",
        "jak zapnu rodičovský zámek",
        "dá se nastavit filtr obsahu pro děti",
        "potřebuju dceři zakázat sociální sítě",
        "máte něco na hlídání dětí na internetu",
        "kde nastavím rodičovskou ochranu",
        "umíte blokovat weby pro dospělé",
    ),
    "en": (
        "can I block unsuitable sites for my kids",
        "I want to limit my son to two hours of internet a day",
        "how do I turn on the parental lock",
        "is there a content filter for children",
        "I need to keep my daughter off social media",
        "do you have anything to watch what kids do online",
        "where do I set up family protection",
        "can you block adult websites",
    ),
}
AGAIN = {"cs": "Jak zapnu rodičovskou kontrolu?", "en": "How do I set up parental control for the kids?"}


@pytest.fixture
def knowledge(bot: Linka) -> Iterator[Path]:
    """The folder of what the bot knows, which must be as it was when the test is over."""
    folder = bot.data / "knowledge"
    before = texts_of(folder)
    yield folder
    assert texts_of(folder) == before


def texts_of(folder: Path) -> dict[str, str]:
    """The files that the bot is made of."""
    return {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for part in ("data", "content", "domain", "tests")
        for file in sorted((folder / part).rglob("*.yml"))
    }


def section(page: Page, name: str) -> None:
    """Go to a part of the section."""
    page.get_by_test_id(f"to-{name}").click()


def asks(visitor: Visitor, words: str) -> str:
    """What the bot says to that, in one piece."""
    before = len(visitor.texts())
    visitor.say(words)
    expect(visitor.chat.get_by_test_id("message").nth(before + 1)).to_be_visible(timeout=BOT_ANSWERS)
    return " ".join(visitor.texts()[before + 1 :])


def make_topic_of(group: Locator, page: Page) -> None:
    """A new topic, from sentences of the inbox that are alike."""
    group.get_by_test_id("topic-of-group").click()
    form = page.get_by_test_id("new-topic-form")
    for language in ("cs", "en"):
        form.locator(f"[name='title.{language}']").fill(TITLES[language])
        form.locator(f"[name='words.{language}']").fill(WORDS[language])
    page.get_by_test_id("make-topic").click()


def test_what_was_asked_in_vain_is_taught_tried_published_and_taken_back(
    bot: Linka, knowledge: Path, person: Callable[..., Page]
) -> None:
    visitors = {
        "cs": Visitor.arrive(person(), bot.url, "/demo/"),
        "en": Visitor.arrive(person(), bot.url),
    }
    for language, visitor in visitors.items():
        assert WORDS[language] not in asks(visitor, ASKED[language])
    chatting = Visitor.arrive(person(), bot.url)

    # The two sentences are in the inbox, and become a topic in two languages.
    filip = person()
    Desk.log_in(filip, bot.url, "filip", "linka-filip")
    section(filip, "unanswered")
    inbox = filip.get_by_test_id("unanswered-list")
    for words in ASKED.values():
        expect(inbox.get_by_test_id("unanswered").filter(has_text=words)).to_be_visible(timeout=HEARD_WITHIN)
    make_topic_of(inbox.get_by_test_id("unanswered-group").filter(has_text=ASKED["cs"]), filip)
    topic = filip.get_by_test_id("topic")
    expect(topic).to_contain_text(TITLES["en"])
    name = topic.get_attribute("data-topic")
    place_in_topic(filip, ASKED["en"], TITLES["en"])
    teach_more(filip, str(name))

    # It is tried out before anybody hears it, and measured against what is published.
    section(filip, "changes")
    filip.get_by_test_id("train").click()
    expect(filip.get_by_test_id("training-progress")).to_be_visible(timeout=BOT_ANSWERS)
    expect(filip.get_by_test_id("training")).to_have_attribute("data-state", "done", timeout=TRAINED_WITHIN)
    moved = filip.get_by_test_id("moved-real")
    for words in ASKED.values():
        expect(moved.locator("li").filter(has_text=words)).to_contain_text(TITLES["en"])
    assert WORDS["en"] not in asks(chatting, AGAIN["en"]), "the draft is nobody's yet"

    # A customer in the middle of a question notices nothing but a better bot.
    assert "Which number" in asks(chatting, "Please call me back")
    filip.get_by_test_id("publish").click()
    if filip.get_by_test_id("publish-sure").is_visible():
        filip.get_by_test_id("publish-sure").check()
    filip.get_by_test_id("publish-go").click()
    assert "608 123 123" in asks(chatting, "608 123 123")
    expect(filip.get_by_test_id("publish")).to_have_count(0, timeout=PUBLISHED_WITHIN)
    assert WORDS["en"] in asks(chatting, AGAIN["en"])
    assert WORDS["cs"] in asks(visitors["cs"], AGAIN["cs"])

    # Somebody edits the same words in a text editor: the open panel shows them.
    filip.goto(f"{bot.url}/panel/knowledge/topics/{name}")
    english = (
        filip.get_by_test_id("answer-words").and_(filip.locator("[data-language=en]")).locator("textarea")
    )
    expect(english).to_have_value(WORDS["en"])
    file = knowledge / "content" / "words" / "en.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("under Safety", "under Family"), encoding="utf-8"
    )
    expect(english).to_have_value(
        "You turn parental control on in your account, under Family.", timeout=BOT_ANSWERS
    )
    expect(filip.get_by_test_id("by-hand")).to_be_visible()
    assert "under Family" in asks(chatting, AGAIN["en"])

    # And back: what was before is one click away.
    section(filip, "versions")
    rows = filip.get_by_test_id("version-row")
    expect(rows).to_have_count(2)
    rows.nth(1).click()
    filip.get_by_test_id("undo-version").click()
    filip.get_by_test_id("undo-version-sure").click()
    # What was edited by hand is kept as a version of its own, below the one that serves now.
    expect(rows).to_have_count(4, timeout=PUBLISHED_WITHIN)
    expect(rows.first).to_contain_text("Serving")
    assert "parental control on in your account" not in asks(chatting, AGAIN["en"])


def place_in_topic(page: Page, words: str, topic: str) -> None:
    """Put a sentence of the inbox into a topic."""
    section(page, "unanswered")
    row = page.get_by_test_id("unanswered").filter(has_text=words)
    if row.count() == 0:  # it was in the same group
        return
    row.click()
    row.get_by_test_id("place").click()
    page.get_by_test_id("topic-search").fill(topic)
    page.get_by_test_id("topic-choice").filter(has_text=topic).first.click()
    expect(row).to_have_count(0)


def teach_more(page: Page, topic: str) -> None:
    """More sentences in both languages."""
    section(page, "topics")
    page.locator(f"[data-testid=topic-row][data-topic={topic}]").click()
    for language, title in (("cs", "Czech"), ("en", "English")):
        page.get_by_test_id("topic").get_by_role("tab", name=title).click()
        for words in MORE[language]:
            page.get_by_test_id("new-sentence").fill(words)
            page.get_by_test_id("add-sentence").click()
            expect(page.get_by_test_id("sentence").filter(has_text=words)).to_be_visible()
