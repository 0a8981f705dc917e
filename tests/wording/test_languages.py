"""A language is a file of words: what a third one needs, and what is refused at start-up."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from hub.demo.order import NUMBER, demo_contact, demo_order
from hub.orders.numbers import shown
from hub.wording.days import day_text
from hub.wording.languages import LANGUAGES, language_of, read_languages
from storage.model.conversation import Channel, Conversation
from storage.model.orders import Promotion
from storage.model.places import Area, AreaState
from tests.doors import SERVICE_TOKEN, Browser, Hub
from tests.places.making import outage

ESPERANTO = (Path(__file__).parent / "esperanto.toml").read_text(encoding="utf-8")


@pytest.fixture
def esperanto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a file of it beside the others."""
    (tmp_path / "eo.toml").write_text(ESPERANTO, encoding="utf-8")
    for code, language in read_languages(tmp_path).items():
        monkeypatch.setitem(LANGUAGES, code, language)
    day_text(date(2026, 1, 1), "eo")  # as at start-up: what Babel knows of it is read from the disk once


@pytest.mark.usefixtures("esperanto")
async def test_a_third_language_is_one_file(hub: Hub, browser: Browser) -> None:
    now = hub.clock.now()
    contact = demo_contact(now)
    await hub.storage.orders.put_new(demo_order(contact, "id-anna", now))
    await hub.storage.conversations.save_many([Conversation("theirs", "demo", contact.id, Channel.WEBCHAT)])
    await hub.storage.areas.put_all([Area("Jihlava", AreaState.SOON, ("optik-300",), (), date(2027, 3, 1))])
    await hub.storage.outages.put_new(outage("fault", -4, 5, towns=("Jihlava",), words={"eo": "Kablo."}))
    promotion = Promotion("gift", {"eo": "Donaco."}, until_day=date(2026, 12, 31))
    await hub.storage.catalogue.put_promotions([promotion])

    async def told(path: str) -> Any:
        token = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
        status, answer = await browser.ask("GET", f"/internal/{path}language=eo", headers=token)
        assert status == 200, answer
        return answer["data"]

    catalogue = await told("catalogue?")
    order = await told(f"orders/{shown(NUMBER)}?conversation=theirs&")
    (own,) = (await told("orders?conversation=theirs&"))["orders"]
    (fault,) = (await told("outages?town=Jihlava&"))["outages"]
    hub.clock.at = datetime(2026, 11, 23, 22, tzinfo=UTC)  # 23:00 in Prague
    hours = await told("hours?")

    assert catalogue["promotions"][0]["until_text"] == "31-a de Decembro 2026"
    assert catalogue["tariffs"][2]["price"]["text"] == "499\u00a0Kč"
    assert own == order
    assert order["state_text"] in {"Planita", "Farata", "Farita", "Nuligita"}
    assert "-a de " in order["visit"]["text"]
    assert (await told("availability?town=Jihlava&"))["from_text"] == "1-a de Marto 2027"
    assert fault["text"] == ("Difekto: Jihlava. Ekde hodiaŭ je 9:00, riparota hodiaŭ ĝis 18:00. Kablo.")
    assert hours["opens_text"].startswith("morgaŭ je ")
    assert hours["hours_text"].startswith("ĉiutage ")


@pytest.mark.usefixtures("esperanto")
def test_who_reads_which() -> None:
    assert [language_of(tag) for tag in ("eo", "EO_xx", "ia", "sk", "de", None)] == [
        *("eo", "eo", "eo", "cs", "en", "en")
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ('locale = "eo"', 'locale = "xx"', "unknown locale"),
        ('done = "Farita"\n', "", "name exactly these"),
        ("{day} de {starts}", "{dya} de {starts}", "{dya} is not known here"),
        ('"sa", "di"]', '"sa"]', "days.short"),
        ("{ 0 =", "{ 24 =", "hours from 0 to 23"),
        ('today = "hodiaŭ"', 'todya = "hodiaŭ"', "days.today"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, right: str, wrong: str, what: str) -> None:
    assert right in ESPERANTO
    (tmp_path / "eo.toml").write_text(ESPERANTO.replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(ValidationError, match=what):
        read_languages(tmp_path)
