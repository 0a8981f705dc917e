"""A customer on the demo website, as the tests drive one."""

from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page, expect


@dataclass
class Visitor:
    """A page with the widget open."""

    page: Page

    @classmethod
    def arrive(cls, page: Page, url: str, path: str = "/demo/en.html") -> "Visitor":
        """Open the website and the chat."""
        page.goto(f"{url}{path}")
        visitor = cls(page)
        visitor.open()
        return visitor

    def open(self) -> None:
        """Open the chat if it is closed."""
        self.page.get_by_test_id("launcher").click()
        expect(self.input).to_be_visible()

    @property
    def chat(self) -> FrameLocator:
        """Inside the widget's iframe."""
        return self.page.frame_locator("iframe")

    @property
    def input(self) -> Locator:
        """Where one writes."""
        return self.chat.get_by_test_id("message-input")

    def say(self, words: str) -> None:
        """Write and send; returns when it is on the screen."""
        self.input.fill(words)
        self.input.press("Enter")
        expect(self.message(words).first).to_be_visible()

    def message(self, words: str) -> Locator:
        """A bubble."""
        return self.chat.get_by_test_id("message").filter(has_text=words)

    def activity(self, words: str) -> Locator:
        """A system line."""
        return self.chat.get_by_test_id("activity").filter(has_text=words)

    def ask_for_human(self) -> None:
        """The button that is always there."""
        self.chat.get_by_test_id("human").click()

    def texts(self) -> list[str]:
        """What all bubbles say, in order."""
        return [" ".join(text.split()) for text in self.chat.get_by_test_id("message").all_inner_texts()]
