"""Structured logs, with secrets cut out of whatever is written.

No caller may pass message texts, names or phone numbers; a token that slips into a library's line is masked here.
"""

import logging
import re
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import FilteringBoundLogger

Logger = FilteringBoundLogger
"""What `get_logger` gives."""

_BOT_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")
_MASK = "[secret]"


class Redaction:
    """The last thing a line passes: takes known secrets, and all that looks like a bot token, out of it."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [secret for secret in secrets if secret]

    def __call__(self, line: str) -> str:
        """The line without secrets."""
        for secret in self._secrets:
            line = line.replace(secret, _MASK)
        return _BOT_TOKEN.sub(_MASK, line)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, redact: Redaction, processors: Sequence[Any]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=_shared())
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_positional,
    ]


def _without_positional(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("positional_args", None)
    return event


def configure_logs(
    style: Literal["text", "json"], level: str, secrets: Sequence[str], stream: TextIO | None = None
) -> None:
    """Send the process's logs, our own and the libraries', to ``stream`` (standard error) in one style."""
    stream = stream or sys.stderr
    last: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if style == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _RedactingFormatter(
            Redaction(secrets), [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for talkative in ("aiogram", "engineio", "socketio", "asyncio", "aiohttp"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> Logger:
    """A logger for a module."""
    logger: Logger = structlog.get_logger(name)
    return logger
