"""What Rasa's actions are told of business hours."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from hub.settings import Settings
from tests.doors import PUBLIC_URL, SERVICE_TOKEN, Browser, Hub, browser, hub

__all__ = ["browser", "hub"]

TOKEN = {"Authorization": f"Bearer {SERVICE_TOKEN}"}


@pytest.fixture
def hub_settings() -> Settings:
    return Settings(
        demo=False,
        service_token=SecretStr(SERVICE_TOKEN),
        public_url=PUBLIC_URL,
        business_hours="Mo-Fr 08:00-20:00",
        holidays="CZ",
    )


async def told(browser: Browser, language: str) -> Any:
    status, answer = await browser.ask("GET", f"/internal/hours?language={language}", headers=TOKEN)
    assert status == 200
    return answer["data"]


async def test_within_hours(browser: Browser) -> None:
    assert await told(browser, "cs") == {
        "open": True,
        "closes_text": "20:00",
        "opens_at": None,
        "opens_text": None,
        "hours_text": "po–pá 8–20\u00a0h, o svátcích zavřeno",
    }


async def test_on_a_friday_evening(browser: Browser, hub: Hub) -> None:
    hub.clock.at = datetime(2026, 11, 27, 20, 30, tzinfo=UTC)

    assert await told(browser, "en") == {
        "open": False,
        "closes_text": None,
        "opens_at": "2026-11-30T08:00:00+01:00",
        "opens_text": "on Monday at\u00a08:00",
        "hours_text": "Mon–Fri 8:00–20:00, closed on public holidays",
    }


async def test_before_christmas(browser: Browser, hub: Hub) -> None:
    hub.clock.at = datetime(2026, 12, 23, 20, 30, tzinfo=UTC)

    assert (await told(browser, "cs"))["opens_text"] == "v pondělí v\u00a08:00"
