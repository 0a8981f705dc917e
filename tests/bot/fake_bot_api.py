"""A Bot API server for tests: keeps chats, long-polls, redelivers what is unconfirmed, refuses in Telegram's words.

``FakeBotApi`` is the server (any free port), ``Customer`` a person with a phone. The server's own record (``sent``,
``calls``) is the truth that tests compare with: what reached the customer, whether or not the bot was told so.
"""

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Self

from aiohttp import web

from tests.bot.webhook_pusher import Pusher

TOKEN = "123456789:AAF-fake_token_for-tests_only_0123456789"
PATIENCE = 10.0  # seconds


class Fault(Enum):
    """What may go wrong with one request."""

    DROP_REPLY = auto()
    """Carried out; the connection ends without an answer."""
    HANG = auto()
    """Carried out; the answer never comes."""
    RESET = auto()
    """Not carried out; the connection ends without an answer."""
    HTML_500 = auto()
    """Not carried out; a web page instead of an answer."""
    TRUNCATED = auto()
    """Carried out; half an answer."""


@dataclass(frozen=True)
class Refusal(Exception):
    """A refusal as the Bot API puts it."""

    status: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def too_many(cls, retry_after: int) -> "Refusal":
        """Flood control."""
        return cls(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


@dataclass(frozen=True)
class Call:
    """A request that came, carried out or not."""

    method: str
    form: dict[str, Any]


@dataclass
class ChatMessage:
    """A message in a private chat."""

    message_id: int
    chat_id: int
    text: str
    from_bot: bool
    reply_markup: dict[str, Any] | None = None

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """All inline buttons, row after row."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def titles(self) -> list[str]:
        """What is written on the buttons."""
        return [button["text"] for button in self.buttons]


class Customer:
    """A person who has the bot's private chat open."""

    def __init__(self, api: "FakeBotApi", user: dict[str, Any]) -> None:
        self._api = api
        self.user = user
        self.id: int = user["id"]

    @property
    def chat(self) -> list[ChatMessage]:
        """What the bot has sent, oldest first."""
        return [message for message in self._api.sent if message.chat_id == self.id]

    def writes(self, text: str, reply_to: ChatMessage | None = None, **more: Any) -> int:
        """Send a text; returns the update's number."""
        message = {"text": text, **more}
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if reply_to is not None:
            message["reply_to_message"] = self._api.describe(reply_to)
        return self.sends(message)

    def sends(self, content: dict[str, Any]) -> int:
        """Send anything; returns the update's number."""
        return self._api.happens({"message": {**self._envelope(), **content}})

    def edits(self, text: str) -> int:
        """Change something sent before."""
        return self._api.happens(
            {"edited_message": {**self._envelope(), "edit_date": 1_790_000_001, "text": text}}
        )

    def presses(self, message: ChatMessage, title: str, data: str | None = None) -> str:
        """Press a button; returns the query's id. ``data``: forge what the button carries."""
        button = next(
            (button for button in message.buttons if button["text"] == title), {"callback_data": data}
        )
        query_id = str(next(self._api.numbers))
        query = {
            "id": query_id,
            "from": self.user,
            "message": self._api.describe(message),
            "chat_instance": "1",
            "data": data or button["callback_data"],
        }
        self._api.open_queries.add(query_id)
        self._api.happens({"callback_query": query})
        return query_id

    def blocks(self) -> None:
        """Block the bot."""
        self._api.blocked.add(self.id)

    async def hears(self, words: str, seconds: float = PATIENCE) -> ChatMessage:
        """Wait for a message with these words in it, and look at the newest such."""
        await self._api.until(
            lambda: any(words in message.text for message in self.chat), seconds, f"hears {words!r}"
        )
        return [message for message in self.chat if words in message.text][-1]

    def _envelope(self) -> dict[str, Any]:
        chat = {"id": self.id, "type": "private", "first_name": self.user["first_name"]}
        return {"message_id": next(self._api.numbers), "date": 1_790_000_000, "chat": chat, "from": self.user}


class FakeBotApi:
    """Use as an async context manager; ``url`` is the base for LINKA_TELEGRAM_API_URL."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.url = ""
        self.numbers = itertools.count(1000)
        self.calls: list[Call] = []
        self.sent: list[ChatMessage] = []
        self.actions: list[tuple[int, str]] = []
        self.answered: dict[str, str] = {}
        self.open_queries: set[str] = set()
        self.blocked: set[int] = set()
        self.pending: deque[dict[str, Any]] = deque()
        self.confirmed: list[int] = []
        self.webhook: str | None = None
        self.pusher = Pusher(self)
        self.polls = 0
        self._customers: dict[int, Customer] = {}
        self._trouble: dict[str, deque[Fault | Refusal | None]] = defaultdict(deque)
        self._poller: asyncio.Event | None = None
        self._update_ids = itertools.count(700_000_001)
        self._changed = asyncio.Condition()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._notices: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen; on any free port unless one is given (to come back where it was)."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._closing.clear()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stop listening; chats and updates stay."""
        self._closing.set()
        await self.pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._notices:
            await asyncio.wait(self._notices)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rsplit(":", 1)[1])

    def customer(self, user_id: int = 5001, *, language: str | None = "cs", **user: Any) -> Customer:
        """A person; the same one for the same number."""
        about = {"id": user_id, "is_bot": False, "first_name": "Jana", "last_name": "Nováková", **user}
        if language is not None:
            about["language_code"] = language
        return self._customers.setdefault(user_id, Customer(self, about))

    def happens(self, update: Any, *, numbered: bool = True) -> int:
        """Queue an update for the bot; returns its number."""
        number = next(self._update_ids)
        self.pending.append({"update_id": number, **update} if numbered else update)
        self._notify()
        return number

    def next(self, method: str, *trouble: Fault | Refusal | None) -> None:
        """What happens to the next requests of a method, one each; None: nothing special."""
        self._trouble[method].extend(trouble)

    def calls_of(self, method: str) -> list[Call]:
        """All requests of a method, carried out or not."""
        return [call for call in self.calls if call.method == method]

    async def until(self, true: Callable[[], Any], seconds: float = PATIENCE, what: str = "") -> None:
        """Wait until something is true of this server; it is looked at whenever something happens here."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: bool(true()))
        except TimeoutError:
            heard = [message.text for message in self.sent]
            raise AssertionError(f"not within {seconds} s: {what}; sent so far: {heard}") from None

    def describe(self, message: ChatMessage) -> dict[str, Any]:
        """A message as Telegram shows it to the bot."""
        chat = {"id": message.chat_id, "type": "private"}
        by = self._me() if message.from_bot else self._customers[message.chat_id].user
        shown = {
            "message_id": message.message_id,
            "date": 1_790_000_000,
            "chat": chat,
            "from": by,
            "text": message.text,
        }
        if message.buttons:
            shown["reply_markup"] = message.reply_markup
        return shown

    def taken(self, update: Any) -> None:
        """The bot has answered for an update by webhook."""
        self.pending.remove(update)
        if isinstance(update, dict) and "update_id" in update:
            self.confirmed.append(update["update_id"])
        self._notify()

    def _notify(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        form = {key: _parsed(value) for key, value in (await request.post()).items()}
        if request.match_info["token"] != self.token:
            return _refused(Refusal(401, "Unauthorized"))
        self.calls.append(Call(method, form))
        trouble = self._trouble[method].popleft() if self._trouble[method] else None
        try:
            if isinstance(trouble, Refusal):
                raise trouble
            if trouble is Fault.HTML_500:
                return web.Response(
                    status=500, text="<html><h1>Internal Server Error</h1></html>", content_type="text/html"
                )
            if trouble is Fault.RESET:
                return _cut(request)
            result = await self._carry_out(method, form)
        except Refusal as refusal:
            return _refused(refusal)
        finally:
            self._notify()
        if trouble is Fault.DROP_REPLY:
            return _cut(request)
        if trouble is Fault.HANG:
            await self._closing.wait()
            return _cut(request)
        body = json.dumps({"ok": True, "result": result})
        return web.Response(
            text=body[: len(body) // 2] if trouble is Fault.TRUNCATED else body,
            content_type="application/json",
        )

    async def _carry_out(self, method: str, form: dict[str, Any]) -> Any:
        match method:
            case "getMe":
                return self._me()
            case "getUpdates":
                return await self._updates(form)
            case "deleteWebhook":
                await self._set_webhook(None)
                return True
            case "setWebhook":
                await self._set_webhook(form.get("url") or None, str(form.get("secret_token", "")))
                return True
            case "getWebhookInfo":
                return {
                    "url": self.webhook or "",
                    "has_custom_certificate": False,
                    "pending_update_count": len(self.pending),
                    **self.pusher.trouble,
                }
            case "sendMessage":
                return self._message(form)
            case "sendChatAction":
                self.actions.append((self._reachable(form), form["action"]))
                return True
            case "answerCallbackQuery":
                return self._answer_query(form)
            case "editMessageReplyMarkup":
                return self._edit_markup(form)
        raise Refusal(404, "Not Found: method not found")

    async def _set_webhook(self, url: str | None, secret: str = "") -> None:
        await self.pusher.stop()
        self.webhook = url
        if url is not None:
            self.pusher.start(url, secret)

    async def _updates(self, form: dict[str, Any]) -> list[Any]:
        if self.webhook is not None:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {words}")
        if self._poller is not None:
            self._poller.set()
        mine = self._poller = asyncio.Event()
        self.polls += 1
        self._confirm(int(form.get("offset", 0)))
        deadline = asyncio.get_running_loop().time() + float(form.get("timeout", 0))
        try:
            while not self.pending and not self._closing.is_set():
                if mine.is_set():
                    words = "terminated by other getUpdates request; make sure that only one bot instance is running"
                    raise Refusal(409, f"Conflict: {words}")
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    break
                await self.something_happens(min(left, 0.2))
        finally:
            if self._poller is mine:
                self._poller = None
        return list(itertools.islice(self.pending, int(form.get("limit", 100))))

    async def something_happens(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait()
        except TimeoutError:
            return

    def _confirm(self, offset: int) -> None:
        known = [update for update in self.pending if isinstance(update, dict) and "update_id" in update]
        for update in known:
            if isinstance(update["update_id"], int) and update["update_id"] < offset:
                self.pending.remove(update)
                self.confirmed.append(update["update_id"])
        self._notify()

    def _message(self, form: dict[str, Any]) -> dict[str, Any]:
        chat_id = self._reachable(form)
        text = str(form.get("text", "")).strip()
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        markup = form.get("reply_markup")
        message = ChatMessage(next(self.numbers), chat_id, text, from_bot=True, reply_markup=markup)
        _check_buttons(message)
        self.sent.append(message)
        return self.describe(message)

    def _reachable(self, form: dict[str, Any]) -> int:
        chat_id = int(form.get("chat_id", 0))
        if chat_id not in self._customers:
            raise Refusal(400, "Bad Request: chat not found")
        if chat_id in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return chat_id

    def _answer_query(self, form: dict[str, Any]) -> bool:
        query_id = str(form["callback_query_id"])
        if query_id not in self.open_queries:
            words = "query is too old and response timeout expired or query ID is invalid"
            raise Refusal(400, f"Bad Request: {words}")
        self.open_queries.discard(query_id)
        self.answered[query_id] = str(form.get("text", ""))
        return True

    def _edit_markup(self, form: dict[str, Any]) -> dict[str, Any]:
        message = next((found for found in self.sent if found.message_id == int(form["message_id"])), None)
        if message is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if message.reply_markup == form.get("reply_markup"):
            words = "specified new message content and reply markup are exactly the same"
            raise Refusal(400, f"Bad Request: message is not modified: {words}")
        message.reply_markup = form.get("reply_markup")
        _check_buttons(message)
        return self.describe(message)

    def _me(self) -> dict[str, Any]:
        number = int(self.token.split(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Linka", "username": "linka_test_bot"}


def _check_buttons(message: ChatMessage) -> None:
    for button in message.buttons:
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        if not button["text"].strip():
            raise Refusal(400, "Bad Request: can't parse inline keyboard button: Text must be non-empty")


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _refused(refusal: Refusal) -> web.Response:
    body = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.status)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
