"""Structured logs: readable in a terminal, JSON in production. Never message text, tokens or phone numbers."""

import logging
import sys
from contextvars import ContextVar
from typing import Any

import structlog

ABOUT: ContextVar[tuple[str, str | None]] = ContextVar("about")
"""Event and conversation of the request that is being answered. One variable: it is set for each request."""


def _about(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    name, conversation_id = ABOUT.get(("", None))
    if name:
        event.setdefault("event_name", name)
    if conversation_id is not None:
        event.setdefault("conversation_id", conversation_id)
    return event


def set_up(log_format: str, level: str) -> None:
    """Once per process, before anything logs. ``log_format`` is ``text`` or ``json``."""
    shared: list[Any] = [
        _about,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # The default shows local variables, and with them what customers write and people's tokens.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([structlog.processors.format_exc_info] if log_format == "json" else []),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Requests are counted in /metrics; a line for each would say where customers are and drown the rest.
    for noisy in ("aiohttp.access", "engineio.server", "socketio.server", "pymongo", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
