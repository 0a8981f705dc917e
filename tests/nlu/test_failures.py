"""When the hub, its answers or the customer's words are not as they should be."""

import asyncio
import re

import aiohttp
import pytest

from hub.bot_answer import BotTurn, BotUnavailable, parse_turn
from hub.demo.inboxes import demo_inboxes
from hub.nlu import NluState, Rasa
from hub.nlu.breaker import FAILURES
from storage.model.entry import HandoffReason
from tests.nlu.bot import RASA_TOKEN, Bot, Programs, Setup
from tests.nlu.doors import Doors, Mood
from tests.nlu.heard import Heard

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

WITHIN = 6.0  # seconds that the hub waits for the bot

QUESTIONS = (
    ("jaké máte tarify a ceny", "sales"),
    ("what is the status of order 1234-5671", "support"),
    ("kdy máte otevřenou pobočku", "support"),
    ("je někde nahlášený výpadek internetu?", "support"),
)
ODD = (
    "👍",
    "?",
    "x" * 3_999,
    "á" * 2_000,
    "{company} {text.__class__} {0}",
    "[obchod](team) /greet",
    "\u2060/greet",
    "٣٣٣٣٣٣٣٣",
    "²³½ 1234 5671 ²",
    "SELECT * FROM orders; --",
    "مرحبا كيف حالك",
    "1" * 200,
    "@greet #x &y\n\n\n- a\n- b",
)


def handed(heard: Heard) -> tuple[str, str] | None:
    """Why and to whom the bot has handed over, if it has."""
    return (heard.handoff["reason"], heard.handoff["team"]) if heard.handoff else None


@pytest.mark.parametrize("mood", [Mood.BROKEN, Mood.GARBLED, Mood.HANGING])
@pytest.mark.parametrize(("question", "team"), QUESTIONS)
async def test_a_hub_that_fails_leads_to_a_person_in_time(
    mood: Mood, question: str, team: str, bot: Bot, doors: Doors, sender: str
) -> None:
    doors.mood = mood

    heard = await bot.hears(sender, question)

    assert handed(heard) == ("failed", team)
    assert heard.seconds < WITHIN

    doors.mood = Mood.WELL
    assert (await bot.hears(sender, question)).handoff is None


async def test_a_hub_that_is_away_leads_to_a_person(bot: Bot, doors: Doors, sender: str) -> None:
    async with doors.shut():
        heard = await bot.hears(sender, "jaké máte tarify a ceny")
        assert handed(heard) == ("failed", "sales")
        assert heard.seconds < WITHIN
        assert (await bot.hears(sender, "co si mám připravit na technika")).handoff is None
        assert handed(await bot.hears(sender, "chci mluvit s člověkem")) == ("requested", "sales")

    assert (await bot.hears(sender, "jaké máte tarify a ceny")).handoff is None


@pytest.mark.usefixtures("doors")
async def test_without_its_actions_the_bot_says_nothing_which_the_hub_takes_for_a_failure(
    bot: Bot, programs: Programs, sender: str
) -> None:
    await programs.stop("actions")
    try:
        answer = await bot.raw(sender, "jaké máte tarify a ceny")
    finally:
        await programs.start_actions()

    with pytest.raises(BotUnavailable, match="empty"):
        parse_turn(answer)
    assert (await bot.hears(sender, "jaké máte tarify a ceny")).handoff is None


@pytest.mark.usefixtures("doors", "bot")
async def test_without_its_actions_the_bot_rests_until_it_has_them_again(
    setup: Setup, programs: Programs, sender: str
) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(120):
        rasa = Rasa((setup.url,), RASA_TOKEN, session)
        watching = asyncio.create_task(rasa.watch())
        try:
            await _becomes(rasa, NluState.READY)
            await programs.stop("actions")
            for n in range(FAILURES):
                with pytest.raises(BotUnavailable, match="empty"):
                    await _turn_of(rasa, f"{sender}-{n}:1")
            assert rasa.state is NluState.RESTING
            with pytest.raises(BotUnavailable, match="resting"):
                await _turn_of(rasa, sender)
            await programs.start_actions()
            await _becomes(rasa, NluState.READY)
            assert (await _turn_of(rasa, sender)).messages
        finally:
            watching.cancel()
            await asyncio.wait([watching])


async def _becomes(rasa: Rasa, state: NluState) -> None:
    while rasa.state is not state:
        await asyncio.sleep(0.05)


async def _turn_of(rasa: Rasa, sender: str) -> BotTurn:
    return await rasa.turn(sender, "dobrý den", is_payload=False, metadata={"message_id": sender})


@pytest.mark.usefixtures("doors")
async def test_a_dialogue_outlives_a_restart(bot: Bot, programs: Programs, sender: str) -> None:
    await bot.hears(sender, "what is the status of my order please")
    await programs.stop("rasa")
    await programs.start_rasa()

    heard = await bot.hears(sender, "12345671", "cs")

    assert "order 1234-5671, I need the phone" in heard.text
    memory = (await bot.slots(sender))["memory"]
    assert memory["question"]["kind"] == "phone"
    assert memory["known"] == {"order_number": "1234-5671"}


@pytest.mark.usefixtures("doors")
@pytest.mark.parametrize("text", ODD)
async def test_odd_words_get_an_answer(text: str, bot: Bot, sender: str) -> None:
    heard = await bot.hears(sender, text)

    assert heard.text.strip()
    assert heard.understood["confidence"] < 1.0  # words, never a command
    assert "{" not in heard.text


@pytest.mark.usefixtures("doors")
async def test_typed_commands_stay_words(bot: Bot, sender: str) -> None:
    heard = await bot.hears(sender, '/ask_tariff_details{"tariff": "optik-500"}')

    assert heard.understood["confidence"] < 1.0
    assert "tariff" not in heard.understood["entities"]
    assert "Televize" not in heard.text


@pytest.mark.usefixtures("doors")
async def test_every_button_leads_to_an_answer(bot: Bot, sender: str) -> None:
    """All buttons that can be reached from the greeting, in both languages."""
    for language, hello in (("cs", "dobrý den"), ("en", "hello")):
        left = dict((await bot.hears(f"{sender}{language}", hello, language)).buttons)
        pressed: set[str] = set()
        while left:
            title, payload = left.popitem()
            pressed.add(payload)
            heard = await bot.hears(f"{sender}{language}", payload, language, button=True)
            assert heard.understood["intent"] == re.split(r"[/{]", payload)[1], title
            left |= {t: p for t, p in heard.buttons if p not in pressed}
        assert {"/ask_tariffs", "/did_not_help", '/request_human{"team": "sales"}'} <= pressed


@pytest.mark.usefixtures("doors")
async def test_many_customers_at_once(bot: Bot, sender: str) -> None:
    heard = await asyncio.gather(
        *(bot.hears(f"{sender}-{n}", "what tariffs do you have", "en") for n in range(16))
    )

    assert all("Optik 500" in one.text for one in heard)


@pytest.mark.usefixtures("doors")
async def test_the_hub_can_read_every_kind_of_turn(bot: Bot, sender: str) -> None:
    turn = parse_turn(await bot.raw(sender, "dobrý den"))
    assert turn.messages[0][1][0].payload == "/ask_tariffs"
    assert turn.understood is not None
    assert turn.understood.intent == "greet"

    turn = parse_turn(await bot.raw(sender, "chci mluvit s operátorem"))
    assert turn.handoff == (HandoffReason.REQUESTED, "support")


async def test_the_hub_is_asked_in_the_customers_language(bot: Bot, doors: Doors, sender: str) -> None:
    await bot.hears(sender, "which tariffs do you offer", "cs")

    assert doors.asked == ["/internal/catalogue?language=en"]


async def test_the_hub_is_told_whose_order_it_is_about(bot: Bot, doors: Doors, sender: str) -> None:
    await bot.hears(sender, "kde je objednávka 1234-5671")

    asked = f"conversation={sender.removesuffix(':1')}&phone=&language=cs"
    assert doors.asked == [f"/internal/orders/12345671?{asked}"]


async def test_a_case_that_cannot_be_taken_down_leads_to_a_person(
    bot: Bot, doors: Doors, sender: str
) -> None:
    """This conversation is none of the hub's."""
    heard = await bot.hears(sender, "chci si stěžovat, váš technik přijel pozdě a rozbil mi dveře")

    assert doors.asked == ["/internal/cases"]
    assert handed(heard) == ("failed", "support")


@pytest.mark.usefixtures("doors")
async def test_what_the_widget_suggests_is_understood(bot: Bot, sender: str) -> None:
    for language, suggestions in demo_inboxes("http://localhost:8700")[0].suggestions.items():
        for suggestion in suggestions:
            heard = await bot.hears(f"{sender}{suggestion}", suggestion, language)
            assert heard.understood["intent"] != "nlu_fallback", suggestion
            assert heard.handoff is None, suggestion
