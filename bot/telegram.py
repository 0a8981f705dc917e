"""aiogram's client, made exact: what a failure proves about the bytes, and updates one by one.

aiogram folds "could not connect" and "no answer" into one error; only the first proves that nothing was sent.
"""

from types import SimpleNamespace
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, TraceConfig
from pydantic import SecretStr

SEND_TIMEOUT = 20.0  # seconds for one request and its answer; leases must be longer
_CONNECT_TIMEOUT = 5.0
_MAX_ANSWER = 16 * 1024 * 1024  # bytes; 100 updates are about one megabyte
_UNNAMED_RETRY_AFTER = 5  # seconds, when a 429 names no time


class NotSentError(TelegramNetworkError):
    """Not one byte of the request left: it may be sent again without fear of a duplicate."""


class GetRawUpdates(TelegramMethod[list[Any]]):
    """``getUpdates`` with every update left as it came, so that a strange one does not take the others down."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = 0
    allowed_updates: list[str] | None = None


class ExactSession(AiohttpSession):
    """Raises `NotSentError` when nothing was sent; never follows redirects; limits time and size of an answer."""

    def __init__(self, api: TelegramAPIServer, timeout: float = SEND_TIMEOUT) -> None:
        super().__init__(api=api, timeout=timeout)
        self._open: ClientSession | None = None

    async def create_session(self) -> ClientSession:
        """The HTTP session, opened on first use."""
        if self._open is None or self._open.closed:
            trace = TraceConfig()
            trace.on_request_headers_sent.append(_note_sent)
            self._open = ClientSession(
                connector=TCPConnector(limit=100, ttl_dns_cache=300),
                cookie_jar=DummyCookieJar(),
                trace_configs=[trace],
            )
        return self._open

    async def close(self) -> None:
        """Close the HTTP session."""
        if self._open is not None:
            await self._open.close()

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Do one request. Errors never hold the address, which has the token in it."""
        session = await self.create_session()
        total = self.timeout if timeout is None else timeout
        progress = SimpleNamespace(sent=False)
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=self.build_form_data(bot=bot, method=method),
                timeout=ClientTimeout(total=total, connect=min(total, _CONNECT_TIMEOUT)),
                allow_redirects=False,
                trace_request_ctx=progress,
            ) as answer:
                raw = bytearray()
                async for chunk in answer.content.iter_any():
                    raw += chunk
                    if len(raw) > _MAX_ANSWER:
                        raise TelegramNetworkError(method=method, message="the answer is too long")
                status = answer.status
        except (TimeoutError, ClientError, OSError) as error:
            kind = TelegramNetworkError if progress.sent else NotSentError
            raise kind(method=method, message=type(error).__name__) from None
        content = raw.decode(errors="replace")
        response = self.check_response(bot=bot, method=method, status_code=status, content=content)
        return cast(TelegramType, response.result)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """As aiogram's, but every 429 is a `TelegramRetryAfter`, also with ``retry_after`` 0 or none at all."""
        if status_code != 429:
            return super().check_response(bot, method, status_code, content)
        try:
            super().check_response(bot, method, status_code, content)
        except TelegramRetryAfter:
            raise
        except ClientDecodeError:
            seconds = _UNNAMED_RETRY_AFTER
        except Exception:  # noqa: BLE001 - whatever aiogram calls it, it is a 429
            parameters = self.json_loads(content).get("parameters") or {}
            seconds = parameters.get("retry_after", _UNNAMED_RETRY_AFTER)
        else:
            seconds = _UNNAMED_RETRY_AFTER
        raise TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=seconds)


async def _note_sent(_: ClientSession, context: SimpleNamespace, __: Any) -> None:
    context.trace_request_ctx.sent = True


def open_bot(token: SecretStr, api_url: str, timeout: float = SEND_TIMEOUT) -> Bot:
    """A typed client of the Bot API at ``api_url``; close its ``session`` when done."""
    return Bot(
        token.get_secret_value(), session=ExactSession(TelegramAPIServer.from_base(api_url), timeout=timeout)
    )


async def fetch_updates(bot: Bot, offset: int | None, wait: int, kinds: list[str]) -> list[Any]:
    """One ``getUpdates``, waiting up to ``wait`` seconds for something to come. ``offset`` confirms all before it."""
    method = GetRawUpdates(offset=offset, timeout=wait, allowed_updates=kinds)
    return await bot(method, request_timeout=wait + 15)
