"""``python -m bot``: run the Telegram bot until SIGTERM or SIGINT."""

import asyncio
import signal
import sys
from typing import Final

import uvloop

from bot.app import run
from bot.logs import configure_logs
from bot.settings import Settings, SettingsError, load_settings

_WRONG_SETTINGS: Final = 2


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    await run(settings, stop)


def main() -> int:
    """Exit code 0 after a stop, 2 for wrong settings."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return _WRONG_SETTINGS
    secrets = [settings.telegram_token.get_secret_value(), settings.service_token.get_secret_value()]
    if settings.webhook is not None:
        secrets.append(settings.webhook.secret.get_secret_value())
    configure_logs(settings.log_format, settings.log_level, secrets)
    uvloop.run(_serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
