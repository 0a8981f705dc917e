"""From the hub to Telegram: in order, none lost, twice only where nobody can know, and then flagged."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.protocol.common import AuthorView, Error, HandedOffBody, ResolvedBody, TakenBody
from tests.bot.conftest import QUICK, Logs, StartBot
from tests.bot.fake_bot_api import FakeBotApi, Fault, Refusal
from tests.bot.fake_hub import AWAY, FakeHub, offering

ANNA = AuthorView(kind="operator", name="Anna")
IMPATIENT = replace(QUICK, send_timeout=0.5)


async def test_entries_arrive_in_order_and_are_settled(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    for number in range(10):
        hub.add(jana.id, f"zpráva {number}")
    await start_bot()
    await hub.until(lambda: len(hub.settled) == 10)
    assert [message.text for message in jana.chat] == [f"zpráva {number}" for number in range(10)]
    assert hub.outcomes(jana.id) == [(seq, "sent") for seq in range(1, 11)]
    assert [settle.external_ids for settle in hub.settled] == [
        [str(message.message_id)] for message in jana.chat
    ]


async def test_what_becomes_due_is_sent_without_waiting_for_the_poll(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    await start_bot(replace(QUICK, delivery_poll=3600))
    await hub.until(lambda: any(name == "delivery.claim" for name, _ in hub.requests))
    for number in range(3):
        await hub.owe(jana.id, f"hned {number}")
        await jana.hears(f"hned {number}")


async def test_missed_hint_is_made_good_by_the_poll(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    await start_bot()
    await hub.until(lambda: any(name == "delivery.claim" for name, _ in hub.requests))
    hub.add(jana.id, "bez upozornění")
    await jana.hears("bez upozornění")


async def test_start_is_durable_before_bytes_leave(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    hub.add(jana.id, "pozor")
    hub.refusals["delivery.start"].extend([AWAY] * 3)
    await start_bot()
    await hub.until(lambda: not hub.refusals["delivery.start"])
    assert jana.chat == []
    await jana.hears("pozor")
    await hub.until(lambda: hub.settled)
    assert len(api.calls_of("sendMessage")) == 1
    names = [name for name, _ in hub.requests if name in {"delivery.start", "delivery.settle"}]
    assert names == ["delivery.start"] * 4 + ["delivery.settle"]


async def test_slow_chat_does_not_hold_up_the_others(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    slow, quick = api.customer(1), api.customer(2)
    api.next("sendMessage", Fault.HANG)
    await start_bot()
    await hub.owe(slow.id, "visí")
    await api.until(lambda: api.calls_of("sendMessage"))
    await hub.owe(quick.id, "projde")
    await quick.hears("projde")
    assert hub.outcomes(slow.id) == []
    await api.stop()  # the request that hangs comes to an end


async def test_retry_after_is_obeyed_exactly_and_order_kept(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    api.next("sendMessage", Refusal.too_many(1))
    loop = asyncio.get_running_loop()
    hub.add(jana.id, "první")
    hub.add(jana.id, "druhá")
    await start_bot()
    await hub.until(lambda: hub.postponed)
    began = loop.time()
    await jana.hears("druhá")
    assert loop.time() - began >= 0.9
    assert [message.text for message in jana.chat] == ["první", "druhá"]
    await hub.until(lambda: len(hub.settled) == 2)
    assert hub.outcomes(jana.id) == [(1, "sent"), (2, "sent")]


@pytest.mark.parametrize("seconds", [0, 7, 86_400])
async def test_postponed_for_as_long_as_telegram_says(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, seconds: int
) -> None:
    jana = api.customer()
    api.next("sendMessage", Refusal.too_many(seconds))
    await start_bot()
    await hub.owe(jana.id, "později")
    await hub.until(lambda: hub.postponed)
    assert hub.postponed[0].retry_after == seconds
    if seconds == 0:
        await jana.hears("později")


async def test_blocked_bot_is_a_failure_with_telegrams_reason(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    jana.blocks()
    await start_bot()
    await hub.owe(jana.id, "marně")
    await hub.until(lambda: hub.settled)
    assert hub.settled[0].outcome == "failed"
    assert hub.settled[0].error == "Forbidden: bot was blocked by the user"
    assert len(api.calls_of("sendMessage")) == 1


async def test_unreachable_telegram_is_provably_unsent_and_tried_until_it_is_there(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    port = api.port
    await api.stop()
    hub.add(jana.id, "trpělivě")
    await start_bot()
    await hub.until(lambda: hub.postponed)
    await api.start(port)
    await jana.hears("trpělivě")
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "sent")]  # not flagged: it cannot have been sent before
    assert len(jana.chat) == 1


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [(Fault.DROP_REPLY, 2), (Fault.HANG, 2), (Fault.TRUNCATED, 2), (Fault.RESET, 1), (Fault.HTML_500, 1)],
)
async def test_unknown_outcome_is_tried_once_more_and_flagged(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, fault: Fault, arrived: int
) -> None:
    jana = api.customer()
    api.next("sendMessage", fault)
    await start_bot(IMPATIENT)
    await hub.owe(jana.id, "možná")
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "ambiguous")]
    assert hub.settled[0].attempt == 2
    assert len(jana.chat) == arrived


async def test_unknown_twice_is_settled_and_not_tried_a_third_time(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    api.next("sendMessage", Fault.RESET, Fault.RESET)
    await start_bot()
    await hub.owe(jana.id, "kdo ví")
    await hub.owe(jana.id, "dál")
    await jana.hears("dál")
    await hub.until(lambda: len(hub.settled) == 2)
    assert hub.outcomes(jana.id) == [(1, "ambiguous"), (2, "sent")]
    assert hub.settled[0].error
    assert len(api.calls_of("sendMessage")) == 3


async def test_bot_killed_between_start_and_settle_flags_what_it_sends_again(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    api.next("sendMessage", Fault.HANG)
    first = await start_bot()
    await hub.owe(jana.id, "přežije")
    await api.until(lambda: jana.chat)
    await first.dies()
    hub.lapse()
    await start_bot()
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "ambiguous")]
    assert len(jana.chat) == 2


async def test_outcome_is_told_even_if_the_hub_was_away(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    hub.refusals["delivery.settle"].extend([AWAY] * 5)
    hub.cut_after["delivery.settle"] = 1
    await start_bot()
    await hub.owe(jana.id, "jednou")
    await hub.until(lambda: hub.connections == 2)
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "sent")]
    assert len(jana.chat) == 1


async def test_outcome_that_the_hub_refuses_for_good_sends_nothing_again(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    hub.refusals["delivery.settle"].append(Error(code="bad_request", message="no", retryable=False))
    await start_bot()
    await hub.owe(jana.id, "jednou")
    await hub.until(lambda: hub.postponed)
    hub.lapse()
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "sent")]
    assert len(jana.chat) == 1


async def test_lost_lease_sends_nothing(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, logs: Logs
) -> None:
    jana = api.customer()
    hub.stolen = True
    hub.add(jana.id, "cizí")
    await start_bot()
    await logs.say("another process delivers")
    assert jana.chat == []


async def test_start_that_is_acknowledged_too_late_sends_nothing(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, logs: Logs
) -> None:
    jana = api.customer()
    hub.lease = timedelta(seconds=QUICK.send_timeout + 1.3)
    hub.delays["delivery.start"] = 0.5
    hub.add(jana.id, "teď už ne")
    await start_bot()
    await logs.say("the hub was too slow")
    await hub.until(lambda: hub.postponed)
    assert hub.postponed[0].unsent == 1
    assert not api.calls_of("sendMessage")
    hub.delays.clear()
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "sent")]
    assert len(jana.chat) == 1


async def test_each_request_has_a_start_of_its_own(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    hub.add(jana.id, "😀" * 4000)
    await start_bot()
    await hub.until(lambda: hub.settled)
    names = [name for name, _ in hub.requests if name in {"delivery.start", "delivery.settle"}]
    assert names == ["delivery.start"] * 2 + ["delivery.settle"]
    assert (hub.settled[0].attempt, hub.settled[0].outcome) == (2, "sent")


async def test_what_was_only_put_off_before_a_death_is_not_flagged(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    api.next("sendMessage", Refusal.too_many(1))
    first = await start_bot()
    await hub.owe(jana.id, "jen odloženo")
    await hub.until(lambda: hub.postponed)
    await first.dies()
    await start_bot()
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "sent")]
    assert len(jana.chat) == 1


async def test_second_part_put_off_repeats_no_first_part_and_is_not_flagged(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    api.next("sendMessage", None, Refusal.too_many(1))
    await start_bot()
    await hub.owe(jana.id, "😀" * 4000)
    await hub.until(lambda: hub.settled)
    assert [postponed.unsent for postponed in hub.postponed] == [None], "a part of it has been sent"
    assert hub.outcomes(jana.id) == [(1, "sent")]
    assert len(jana.chat) == 2


async def test_what_another_process_did_meanwhile_is_not_guessed(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    api.next("sendMessage", Refusal.too_many(1))
    await start_bot()
    await hub.owe(jana.id, "kdo ví")
    await hub.until(lambda: hub.postponed)
    outbound = hub._outbox[f"c-{jana.id}"]
    outbound.fence += 1  # another bot claimed it, started it and died
    outbound.entries[0].started = True
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "ambiguous")]


async def test_each_part_has_a_second_try(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    jana = api.customer()
    api.next("sendMessage", Fault.RESET, None, Fault.RESET)
    await start_bot()
    await hub.owe(jana.id, "😀" * 4000)
    await hub.until(lambda: hub.settled)
    assert hub.outcomes(jana.id) == [(1, "ambiguous")]
    assert "".join(message.text for message in jana.chat) == "😀" * 4000


async def test_chat_that_must_be_left_alone_for_a_day_holds_up_nobody_and_is_said(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot, logs: Logs
) -> None:
    shy, petr = api.customer(1), api.customer(2)
    api.next("sendMessage", Refusal.too_many(10**9))
    await start_bot()
    await hub.owe(shy.id, "až zítra")
    await hub.until(lambda: hub.postponed)
    await hub.owe(petr.id, "hned")
    await petr.hears("hned")
    assert shy.chat == []
    [line] = [line for line in logs.lines if "left alone" in line["event"]]
    assert line["seconds"] == 86_400


async def test_lease_that_ended_while_the_hub_was_away_doubles_nothing(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    """The same process is offered what it is still busy with: it gives that back and goes on."""
    jana = api.customer()
    hub.refusals["delivery.settle"].extend([AWAY] * 3)
    await start_bot()
    await hub.owe(jana.id, "jednou")
    await hub.until(lambda: len(hub.refusals["delivery.settle"]) < 3)
    hub.lapse()
    await hub.owe(jana.id, "podruhé")
    await hub.until(lambda: len(hub.settled) == 2)
    assert [message.text for message in jana.chat] == ["jednou", "podruhé"]
    assert hub.outcomes(jana.id) == [(1, "sent"), (2, "sent")]


async def test_long_text_goes_out_in_parts_and_only_missing_parts_are_repeated(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    text = "😀" * 4000
    hub.add(jana.id, text)
    await start_bot()
    await api.until(lambda: len(jana.chat) == 1)
    await hub.until(lambda: hub.settled)
    assert "".join(message.text for message in jana.chat) == text
    assert len(hub.settled[0].external_ids) == 2

    api.next("sendMessage", *[Refusal.too_many(0)])
    hub.add(jana.id, text)
    await hub.until(lambda: len(hub.settled) == 2)
    assert len(jana.chat) == 4


async def test_storm_of_faults_loses_nothing(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    customers = [api.customer(user) for user in range(1, 11)]
    for number in range(5):
        for customer in customers:
            hub.add(customer.id, f"{number}")
    api.next("sendMessage", *[Refusal.too_many(0), Fault.DROP_REPLY, Fault.RESET, Fault.TRUNCATED] * 4)
    await start_bot()
    await hub.until(lambda: len(hub.settled) == 50, 30)
    for customer in customers:
        heard = [int(message.text) for message in customer.chat]
        unsettled = dict(hub.outcomes(customer.id))
        assert heard == sorted(heard)
        for number in range(5):
            copies = heard.count(number)
            assert copies == 1 or unsettled[number + 1] == "ambiguous"


async def test_rating_by_buttons_and_comment_by_reply(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    await start_bot()
    await hub.owe(jana.id, ResolvedBody(), author=ANNA)
    question = await jana.hears("Jak jste s námi spokojeni?")
    assert question.titles == ["1", "2", "3", "4", "5"]
    query = jana.presses(question, "4")
    await api.until(lambda: api.answered.get(query) == "Děkujeme za hodnocení.")
    await api.until(lambda: question.titles == ["★★★★☆", "Přidat komentář"])
    jana.presses(question, "Přidat komentář")
    prompt = await jana.hears("jako odpověď na tuto zprávu")
    assert prompt.reply_markup is not None
    assert prompt.reply_markup["force_reply"] is True
    jana.writes("Anna byla skvělá", reply_to=prompt)
    await jana.hears("Děkujeme za komentář.")
    said = [update.content for update in hub.taken.values()]
    assert [(content.kind, content.model_dump(exclude={"kind"})) for content in said] == [
        ("rating", {"score": 4, "comment": None}),
        ("rating", {"score": None, "comment": "Anna byla skvělá"}),
    ]


async def test_rating_that_comes_too_late_is_said(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    jana = api.customer()
    await start_bot()
    await hub.owe(jana.id, ResolvedBody(), author=ANNA)
    question = await jana.hears("spokojeni")
    hub.refusals["updates.append"].append(Error(code="invalid_state", message="x", retryable=False))
    query = jana.presses(question, "5")
    await jana.hears("hodnotit nelze")
    await api.until(lambda: query in api.answered)
    assert question.titles == ["1", "2", "3", "4", "5"]


async def test_handoff_and_operator_are_said(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    jana = api.customer()
    await start_bot()
    contact = AuthorView(kind="contact", name="")
    await hub.owe(jana.id, HandedOffBody(reason="requested", place=2, opens_at=None), author=contact)
    await jana.hears("Jste 2. v pořadí.")
    await hub.owe(jana.id, TakenBody(operator_name="Anna"), author=ANNA)
    await jana.hears("Teď si píšete s člověkem: Anna.")


async def test_typing_is_shown_and_not_repeated(api: FakeBotApi, hub: FakeHub, start_bot: StartBot) -> None:
    jana = api.customer()
    await start_bot()
    await hub.until(lambda: any(name == "delivery.claim" for name, _ in hub.requests))
    for on in (True, True, False, True):
        await hub.typing(jana.id, on=on)
    await hub.typing(api.customer(2).id)
    await api.until(lambda: (2, "typing") in api.actions)
    assert api.actions == [(jana.id, "typing"), (2, "typing")]


async def test_stop_finishes_what_is_in_flight_and_gives_leases_back(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    for number in range(50):
        hub.add(jana.id, f"{number}")
    bot = await start_bot()
    await api.until(lambda: jana.chat)
    await bot.ends()
    assert len(hub.settled) == len(jana.chat) < 50
    assert hub._outbox[f"c-{jana.id}"].until is None
    await start_bot()
    await hub.until(lambda: len(hub.settled) == 50)
    assert [message.text for message in jana.chat] == [str(number) for number in range(50)]
    assert {outcome for _, outcome in hub.outcomes(jana.id)} == {"sent"}


async def test_two_bots_for_one_inbox_do_not_double(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    customers = [api.customer(user) for user in range(1, 21)]
    for customer in customers:
        hub.add(customer.id, "jednou")
    await start_bot()
    await start_bot()
    await hub.until(lambda: len(hub.settled) == 20)
    assert [len(customer.chat) for customer in customers] == [1] * 20


async def test_quick_replies_with_long_payloads_are_said_in_words(
    api: FakeBotApi, hub: FakeHub, start_bot: StartBot
) -> None:
    jana = api.customer()
    await start_bot()
    await hub.owe(jana.id, offering("Který?", ("Optik 500", "/choose" + '{"tariff":"optik-500"}' * 8)))
    question = await jana.hears("Který?")
    jana.presses(question, "Optik 500")
    await hub.until(lambda: hub.texts() == ["Optik 500"])
