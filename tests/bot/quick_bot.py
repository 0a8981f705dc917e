"""``python -m tests.bot.quick_bot``: the bot as a process of its own, which a test can kill, with less patience."""

import asyncio
import signal

from bot.app import Pace, run
from bot.settings import load_settings

PACE = Pace(
    delivery_poll=0.2,
    second_try_after=0.01,
    recheck=0.02,
    first_backoff=0.01,
    hub_timeout=2.0,
    send_timeout=2.0,
)


async def main() -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await run(load_settings(), stop, PACE)


if __name__ == "__main__":
    asyncio.run(main())
