"""An operator at the panel, as the tests drive one."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Desk:
    """A logged-in panel."""

    page: Page

    @classmethod
    def log_in(cls, page: Page, url: str, login: str, password: str) -> "Desk":
        """Through the log-in page, by its labels."""
        page.goto(f"{url}/panel/")
        page.get_by_label("Login", exact=True).fill(login)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page.get_by_role("navigation").first).to_be_visible()
        return cls(page)

    def show(self, view: str) -> None:
        """Open a list: mine, queue, all, bot, resolved."""
        self.page.locator(f"nav a[href$='/panel/{view}']").click()

    def row(self, words: str) -> Locator:
        """The row whose last words are these."""
        return self.page.get_by_test_id("conversation-row").filter(has_text=words).first

    def open(self, words: str) -> None:
        """Open a conversation by its last words."""
        self.row(words).click()
        expect(self.page.get_by_test_id("timeline")).to_be_visible()

    def take(self) -> None:
        """Take the open conversation."""
        self.page.get_by_test_id("take").first.click()
        expect(self.composer).to_be_enabled()
        # A line and its padding: once it was squashed to half of that until somebody typed.
        self.page.wait_for_function("box => box.clientHeight >= 36", arg=self.composer.element_handle())

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_test_id("composer-input")

    def say(self, words: str) -> None:
        """To the customer; returns when the hub has it."""
        self.composer.fill(words)
        self.page.get_by_test_id("send").click()
        expect(self.message(words)).to_be_visible()

    def note(self, words: str) -> None:
        """Among operators."""
        self.page.get_by_test_id("mode-note").click()
        self.composer.fill(words)
        self.page.get_by_test_id("send").click()
        expect(self.page.get_by_test_id("note").filter(has_text=words)).to_be_visible()
        self.page.get_by_test_id("mode-message").click()

    def message(self, words: str) -> Locator:
        """A bubble."""
        return self.page.get_by_test_id("message").filter(has_text=words)

    def texts(self) -> list[str]:
        """What all bubbles say, in order."""
        return [" ".join(text.split()) for text in self.page.get_by_test_id("message").all_inner_texts()]

    def place_order(self, **fields: str) -> str:
        """Fill the order form and place it; the order's number."""
        self.page.get_by_test_id("new-order").first.click()
        form = self.page.get_by_test_id("order-form")
        for name, value in fields.items():
            field = form.locator(f"[name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        form.get_by_test_id("place-order").click()
        placed = self.page.get_by_test_id("order-placed")
        expect(placed).to_be_visible()
        number = re.search(r"\d{4}-\d{4}", placed.inner_text())
        assert number, placed.inner_text()
        placed.get_by_role("button").last.click()
        return number[0]
