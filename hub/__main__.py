"""``python -m hub``: serve until SIGTERM or Ctrl-C."""

import gc
import resource
import sys

import structlog
import uvloop
from aiohttp import web

from hub.app import build_app
from hub.logs import set_up
from hub.settings import SettingsError, load_settings

YOUNG_OBJECTS = (20_000, 20, 20)  # how many there may be before the collector looks for cycles
MOST_FILES = 65_536  # open at once, sockets included, where the system leaves it to us
SWITCH_AFTER = 0.001  # seconds; whole batches wait until Motor's thread gets the interpreter
SHUTDOWN_WITHIN = 2.0  # seconds that open requests get; sockets were told to come back before


def main() -> int:
    """Exit code 2 for settings that cannot work, 1 when the port is taken."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    set_up(settings.log_format, settings.log_level)
    log = structlog.get_logger("hub")
    allow_open_files()
    # What was loaded by now stays; and a message makes hundreds of objects that die without any help.
    gc.freeze()
    gc.set_threshold(*YOUNG_OBJECTS)
    sys.setswitchinterval(SWITCH_AFTER)
    try:
        web.run_app(
            build_app(settings),
            host=settings.host,
            port=settings.port,
            print=None,
            access_log=None,
            shutdown_timeout=SHUTDOWN_WITHIN,
            loop=uvloop.new_event_loop(),
        )
    except OSError as error:
        log.error(  # noqa: TRY400 - what to do, not where it happened
            "cannot listen; choose another LINKA_PORT or stop what uses it",
            port=settings.port,
            reason=str(error),
        )
        return 1
    return 0


def allow_open_files() -> int:
    """Take what the system grants, up to ``MOST_FILES``: each visitor is a file, and shells often grant 1,024 at first.

    Returns how many may be open now.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft


if __name__ == "__main__":
    sys.exit(main())
