"""From Telegram to the hub: nothing lost, nothing twice, in order, whatever breaks in between."""

import asyncio

from hub.protocol.common import Error
from tests.bot.conftest import Logs, StartBot
from tests.bot.fake_bot_api import TOKEN, FakeBotApi, Fault, Refusal
from tests.bot.fake_hub import AWAY, FakeHub, offering

NEVER = Error(code="bad_request", message="no", retryable=False)


async def test_text_reaches_the_hub_once_and_is_then_confirmed(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    number = jana.writes("Dobrý den")
    await start_bot()
    await api.until(lambda: number in api.confirmed)
    update = hub.taken[f"telegram:{number}"]
    assert update.contact is not None
    assert (update.contact.external_id, update.contact.name) == ("5001", "Jana Nováková")
    assert hub.texts() == ["Dobrý den"]


async def test_nothing_is_confirmed_before_the_hub_has_it(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    number = api.customer().writes("čeká")
    hub.errors[f"telegram:{number}"].extend([AWAY] * 5)
    await start_bot()
    await hub.until(lambda: len(hub.errors[f"telegram:{number}"]) == 2)
    assert api.confirmed == []
    await api.until(lambda: number in api.confirmed)
    assert hub.texts() == ["čeká"]


async def test_waiting_update_holds_back_its_own_chat_only(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana, petr = api.customer(1), api.customer(2)
    stuck = jana.writes("první")
    jana.writes("druhá")
    petr.writes("jiný chat")
    hub.errors[f"telegram:{stuck}"].extend([AWAY] * 200)
    await start_bot()
    await hub.until(lambda: hub.texts("2") == ["jiný chat"])
    later = petr.writes("ještě něco")
    await hub.until(lambda: f"telegram:{later}" in hub.taken)
    assert hub.texts("1") == []
    assert api.confirmed == []
    hub.errors.clear()
    await api.until(lambda: later in api.confirmed)
    assert hub.texts("1") == ["první", "druhá"]
    assert hub.texts("2") == ["jiný chat", "ještě něco"]


async def test_one_unacknowledged_update_per_chat_in_flight(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    for number in range(30):
        api.customer(number % 3 + 1).writes(f"{number}")
    await start_bot()
    await api.until(lambda: len(api.confirmed) == 30)
    for name, data in hub.requests:
        if name == "updates.append":
            contacts = [update["contact"]["external_id"] for update in data["updates"]]
            assert len(contacts) == len(set(contacts))
    assert hub.texts("1") == [str(number) for number in range(0, 30, 3)]


async def test_retry_after_of_the_hub_is_waited_for(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    number = api.customer().writes("pomalu")
    hub.errors[f"telegram:{number}"].append(AWAY.model_copy(update={"retry_after": 0.3}))
    loop = asyncio.get_running_loop()
    await start_bot()
    await hub.until(lambda: not hub.errors[f"telegram:{number}"] and hub.requests)
    began = loop.time()
    await hub.until(hub.texts)
    assert loop.time() - began >= 0.25


async def test_ack_lost_after_the_hub_took_it_makes_no_second(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    hub.cut_after["updates.append"] = 1
    number = api.customer().writes("jednou")
    await start_bot()
    await api.until(lambda: number in api.confirmed)
    assert hub.texts() == ["jednou"]
    assert hub.connections == 2


async def test_bot_killed_before_it_confirmed_loses_and_doubles_nothing(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    numbers = [api.customer(user).writes(f"zpráva {user}") for user in range(1, 21)]
    first = await start_bot()
    await hub.until(lambda: len(hub.taken) >= 1)
    await first.dies()
    await start_bot()
    await api.until(lambda: set(numbers) <= set(api.confirmed))
    assert sorted(hub.texts()) == sorted(f"zpráva {user}" for user in range(1, 21))


async def test_hub_away_for_a_while(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    await start_bot()
    await hub.until(lambda: hub.connections == 1)
    port = hub.port
    await hub.stop()
    number = api.customer().writes("za výpadku")
    await hub.start(port)
    await api.until(lambda: number in api.confirmed)
    assert hub.texts() == ["za výpadku"]


async def test_update_refused_for_good_becomes_a_dead_letter_and_blocks_nobody(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    bad = jana.writes("odmítnutá")
    good = jana.writes("přijatá")
    hub.errors[f"telegram:{bad}"].append(NEVER)
    await start_bot()
    await api.until(lambda: good in api.confirmed)
    assert hub.texts() == ["přijatá"]
    letter = hub.dead[f"telegram:{bad}"].content
    assert letter.kind == "refused"
    assert letter.update["message"]["text"] == "odmítnutá"
    await jana.hears("nepodařilo předat")


async def test_request_refused_as_a_whole_is_tried_update_by_update(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    numbers = [api.customer(user).writes("ahoj") for user in (1, 2, 3)]
    hub.refusals["updates.append"].append(NEVER)
    await start_bot()
    await api.until(lambda: set(numbers) <= set(api.confirmed))
    assert len(hub.taken) == 3
    assert hub.dead == {}


async def test_strange_updates_become_dead_letters(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    api.happens({})
    api.happens({"message": {"message_id": "x"}})
    api.happens(
        {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "channel"}, "text": "x"}}
    )
    api.happens(
        {"message": {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "no sender"}}
    )
    api.happens({"message": {"text": "half \ud800 a character", "n": 2**70}})
    last = api.customer().writes("po nich")
    await start_bot()
    await api.until(lambda: last in api.confirmed)
    assert len(hub.dead) == 5
    assert hub.texts() == ["po nich"]


async def test_update_without_a_number_does_not_stop_the_others_nor_spin(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    api.happens([], numbered=False)
    api.happens({"update_id": "text"}, numbered=False)
    number = api.customer().writes("dál")
    await start_bot()
    await api.until(lambda: number in api.confirmed)
    assert len(hub.dead) == 2
    assert hub.texts() == ["dál"]


async def test_same_update_many_times_is_said_once(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    number = api.customer().writes("ozvěna")
    api.pending.extend([api.pending[0]] * 40)
    await start_bot()
    await api.until(lambda: number in api.confirmed and not api.pending)
    assert hub.texts() == ["ozvěna"]


async def test_press_says_the_title_with_the_offered_payload_and_is_answered(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    await start_bot()
    await hub.owe(
        jana.id, offering("Co vás zajímá?", ("Tarify", "/tariffs"), ("Objednávka", "/order_status"))
    )
    question = await jana.hears("Co vás zajímá?")
    query = jana.presses(question, "Objednávka")
    await api.until(lambda: query in api.answered)
    [update] = hub.taken.values()
    assert update.content.kind == "text"
    assert (update.content.text, update.content.payload) == ("Objednávka", "/order_status")


async def test_press_is_answered_also_while_the_hub_cannot_take_it(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    await start_bot()
    await hub.owe(jana.id, offering("Vyberte", ("Ano", "/yes")))
    question = await jana.hears("Vyberte")
    hub.refusals["updates.append"].extend([AWAY] * 50)
    query = jana.presses(question, "Ano")
    await api.until(lambda: query in api.answered)
    assert hub.taken == {}
    hub.refusals.clear()
    await hub.until(lambda: hub.texts() == ["Ano"])
    assert len(api.calls_of("answerCallbackQuery")) == 1


async def test_forged_button_is_answered_and_kept_as_a_dead_letter(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    await start_bot()
    await hub.owe(jana.id, offering("Vyberte", ("Ano", "/yes")))
    question = await jana.hears("Vyberte")
    query = jana.presses(question, "", data="q:0:/restart")
    await api.until(lambda: query in api.answered)
    await jana.hears("tlačítko už neplatí")
    assert hub.taken == {}
    assert len(hub.dead) == 1


async def test_start_greets_with_suggestions_that_can_be_pressed(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    jana.writes("/start " + "x" * 64)
    await start_bot()
    greeting = await jana.hears("Dobrý den, jsem bot.")
    assert greeting.titles == ["Jaké máte tarify?", "Kdy přijede technik?"]
    jana.presses(greeting, "Kdy přijede technik?")
    await hub.until(lambda: hub.texts() == ["Kdy přijede technik?"])


async def test_photos_get_one_polite_answer_and_are_kept(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jan = api.customer(language="en")
    photo = {
        "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
        "media_group_id": "album",
    }
    numbers = [jan.sends(photo) for _ in range(3)]
    await start_bot()
    await api.until(lambda: numbers[-1] in api.confirmed)
    await jan.hears("I can only read text")
    jan.writes("/start")
    await jan.hears("Hello")
    assert len(jan.chat) == 2
    assert set(hub.dead) == {f"telegram:{number}" for number in numbers}


async def test_edits_are_not_lost_silently(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    jana = api.customer()
    jana.edits("opraveno")
    await start_bot()
    await jana.hears("opravený text jako novou zprávu")
    assert len(hub.dead) == 1


async def test_human_is_asked_for(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    number = api.customer().writes("/human")
    await start_bot()
    await api.until(lambda: number in api.confirmed)
    assert hub.taken[f"telegram:{number}"].content.kind == "human"


async def test_second_poller_is_said_in_one_line_and_outwaited(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, logs: Logs
) -> None:
    other = (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    api.next("getUpdates", Refusal(409, other), Refusal(409, other))
    number = api.customer().writes("přesto")
    await start_bot()
    await api.until(lambda: number in api.confirmed)
    said = [line for line in logs.lines if "another process receives" in line["event"]]
    assert len(said) == 2
    assert not any("exc_info" in line for line in logs.lines)


async def test_forgotten_webhook_is_removed(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    api.webhook = "https://elsewhere.example/hook"
    number = api.customer().writes("přesto")
    await start_bot()
    await api.until(lambda: number in api.confirmed)
    assert api.webhook is None


async def test_revoked_token_is_said_in_one_line_without_the_token(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, logs: Logs
) -> None:
    wrong = "123456789:AAF-revoked_token_0000000000000000000"
    bot = await start_bot(token=wrong)
    await logs.say("does not accept the bot's token")
    await bot.ends()
    assert wrong not in str(logs.lines)
    assert not any("exc_info" in line for line in logs.lines)


async def test_polling_goes_on_after_every_kind_of_fault(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, logs: Logs
) -> None:
    api.next(
        "getUpdates", Fault.RESET, Fault.HTML_500, Fault.TRUNCATED, Refusal.too_many(0), Fault.DROP_REPLY
    )
    number = api.customer().writes("vytrvale")
    await start_bot()
    await api.until(lambda: number in api.confirmed)
    assert hub.texts() == ["vytrvale"]
    assert TOKEN not in str(logs.lines)


async def test_wrong_service_token_is_said_clearly(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, logs: Logs
) -> None:
    bot = await start_bot(service_token="something else")
    await logs.say("LINKA_SERVICE_TOKEN must be the same")
    await bot.ends()
    assert "something else" not in str(logs.lines)


async def test_long_texts_and_crowds_fit_into_the_hubs_frames(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    numbers = [api.customer(user).writes("ž" * 4096) for user in range(1, 41)]
    await start_bot()  # the fake hub asserts the frame's size
    await api.until(lambda: set(numbers) <= set(api.confirmed), 30)
    assert len(hub.texts()) == 80
    assert "".join(hub.texts("7")) == "ž" * 4096
