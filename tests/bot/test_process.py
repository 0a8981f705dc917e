"""The bot as a process: settings, signals, and what its log may hold."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.hub_requests import APPEND, CLAIM, POSTPONE, READ, RELEASE, SETTLE, START
from bot.logs import Redaction
from bot.settings import SettingsError, load_settings
from hub.protocol.channel import CHANNEL
from tests.bot.fake_bot_api import TOKEN, FakeBotApi, Fault
from tests.bot.fake_hub import SERVICE_TOKEN, FakeHub

pytestmark = pytest.mark.integration  # processes of their own take their time

ROOT = Path(__file__).resolve().parents[2]


async def start_process(**environment: str) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINKA_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        env=kept | environment,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_sigterm_ends_it_cleanly_and_the_log_holds_no_secrets(api: FakeBotApi, hub: FakeHub) -> None:
    jana = api.customer(phone="+420777123456")
    jana.writes("tajná slova")
    api.next("getUpdates", Fault.RESET)
    api.next("sendMessage", Fault.RESET)
    hub.add(jana.id, "odpověď s obsahem")
    process = await start_process(
        LINKA_TELEGRAM_TOKEN=TOKEN,
        LINKA_TELEGRAM_API_URL=api.url,
        LINKA_HUB_URL=hub.url,
        LINKA_SERVICE_TOKEN=SERVICE_TOKEN,
        LINKA_LOG_FORMAT="json",
        LINKA_LOG_LEVEL="debug",
    )
    try:
        await hub.until(lambda: hub.settled and hub.taken, 40)  # its imports alone take seconds
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    log = (out + err).decode()
    lines = [json.loads(line) for line in log.splitlines()]
    assert lines[-1]["event"] == "stopped"
    for secret in (TOKEN, SERVICE_TOKEN, "tajná", "odpověď", "777123456", "Nováková", "Traceback"):
        assert secret not in log


async def test_wrong_settings_are_one_line_each(tmp_path: Path) -> None:
    process = await start_process(
        LINKA_TELEGRAM_TOKEN="geheim", LINKA_HUB_URL="ftp://x", LINKA_LOG_LEVEL="loud"
    )
    out, err = await process.communicate()
    assert process.returncode == 2
    assert out == b""
    lines = err.decode().splitlines()
    assert sorted(line.split(":")[0] for line in lines) == [
        "LINKA_HUB_URL",
        "LINKA_LOG_LEVEL",
        "LINKA_SERVICE_TOKEN",
        "LINKA_TELEGRAM_TOKEN",
    ]
    assert "geheim" not in err.decode()


@pytest.mark.parametrize("token", ["", "abc", "12:", ":x", "12:a b", "12:ž", "1²:abc"])
def test_what_is_no_bot_token_is_refused(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_TELEGRAM_TOKEN", token)
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", "s")
    with pytest.raises(SettingsError, match="LINKA_TELEGRAM_TOKEN"):
        load_settings()


def test_settings_never_show_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", SERVICE_TOKEN)
    assert TOKEN not in repr(load_settings())
    assert SERVICE_TOKEN not in repr(load_settings())


def test_secrets_are_cut_out_of_lines_that_are_not_ours() -> None:
    line = f"GET http://x/bot{TOKEN}/getMe with {SERVICE_TOKEN}"
    assert Redaction([SERVICE_TOKEN])(line) == "GET http://x/bot[secret]/getMe with [secret]"


def test_requests_are_those_of_the_contract() -> None:
    ours = {
        one.name: (one.question, one.answer)
        for one in (READ, APPEND, CLAIM, START, SETTLE, POSTPONE, RELEASE)
    }
    assert ours == dict(CHANNEL.requests)
