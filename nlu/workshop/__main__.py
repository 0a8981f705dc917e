"""``python -m workshop``: serve the hub until told to stop."""

import logging

from aiohttp import web

from workshop.doors import build_app
from workshop.settings import read_settings


def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = read_settings()
    settings.folder.mkdir(parents=True, exist_ok=True)
    web.run_app(
        build_app(settings),
        host=settings.host,
        port=settings.port,
        access_log=None,
        print=None,
        shutdown_timeout=1.0,
    )


if __name__ == "__main__":
    main()
