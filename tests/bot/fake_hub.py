"""A hub for tests: ``/channel`` over a real socket, made of the wire models, with its state in the open.

What it took (``taken``, ``dead``), what it owes and what it was told (``settled``, ``postponed``) outlives `stop` and
`start`, as a database does.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import socketio
from aiohttp import web

from hub.protocol.channel import (
    CHANNEL,
    ChannelConfiguration,
    ChannelUpdate,
    ClaimedConversation,
    DeliveriesClaimed,
    DeliveryClaim,
    DeliveryPostpone,
    DeliveryRelease,
    DeliverySettle,
    DeliverySettled,
    DeliveryStart,
    DeliveryStarted,
    OwedEntry,
    Refused,
    UpdateResult,
    UpdatesAppend,
    UpdatesAppended,
)
from hub.protocol.common import AuthorView, Error, MessageBody, Nothing, PublicBody, QuickReplyView, Wire

SERVICE_TOKEN = "service-secret-of-the-tests"
PATIENCE = 10.0  # seconds
BOT = AuthorView(kind="bot", name="Linka")
AWAY = Error(code="unavailable", message="storage is away", retryable=True, retry_after=0.02)


@dataclass
class Owed:
    """An entry on its way out."""

    entry: OwedEntry
    attempts: int = 0
    started: bool = False
    done: bool = False


@dataclass
class Outbound:
    """A conversation's outbox."""

    external_id: str
    language: str | None
    entries: list[Owed] = field(default_factory=list)
    fence: int = 0
    until: datetime | None = None


class FakeHub:
    """Use as an async context manager; ``url`` is the base for LINKA_HUB_URL."""

    def __init__(self) -> None:
        self.url = ""
        self.taken: dict[str, ChannelUpdate] = {}
        self.dead: dict[str, ChannelUpdate] = {}
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.settled: list[DeliverySettle] = []
        self.postponed: list[DeliveryPostpone] = []
        self.errors: dict[str, deque[Error]] = defaultdict(deque)  # by client_id of an update
        self.refusals: dict[str, deque[Error]] = defaultdict(deque)  # by name of a request
        self.cut_after: dict[str, int] = defaultdict(
            int
        )  # by name: carried out, but the connection ends unanswered
        self.connections = 0
        self.lease = timedelta(seconds=30)
        self.stolen = False  # whoever claims loses the lease before they start
        self.delays: dict[str, float] = {}  # seconds before a request (by name) is carried out
        self.configuration = ChannelConfiguration(
            inbox_id="telegram",
            name="Optik",
            languages=["cs", "en"],
            greeting={"cs": "Dobrý den, jsem bot.", "en": "Hello, I am a bot."},
            suggestions={
                "cs": ["Jaké máte tarify?", "Kdy přijede technik?"],
                "en": ["What tariffs do you have?"],
            },
        )
        self._outbox: dict[str, Outbound] = {}
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._server = socketio.AsyncServer(async_mode="aiohttp", async_handlers=False)
        self._notices: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen; on any free port unless one is given (to come back where it was)."""
        self._server = socketio.AsyncServer(async_mode="aiohttp", async_handlers=False)
        self._server.on("connect", self._connect, namespace="/channel")
        for name in CHANNEL.requests:
            self._server.on(name, self._handler(name), namespace="/channel")
        app = web.Application()
        self._server.attach(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stop listening and cut all connections; what is known stays. Idempotent."""
        if self._runner is None:
            return
        await self._server.shutdown()
        await self.cut()
        await self._runner.cleanup()
        self._runner = None
        if self._notices:
            await asyncio.wait(self._notices)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rsplit(":", 1)[1])

    async def cut(self) -> None:
        """End the bot's connections."""
        for sid in list(self._server.eio.sockets):
            await self._server.eio.disconnect(sid)

    def texts(self, external_id: str | None = None) -> list[str]:
        """What the contacts said, in the order in which it was taken."""
        return [
            update.content.text
            for update in self.taken.values()
            if update.content.kind == "text"
            and (external_id is None or (update.contact and update.contact.external_id == external_id))
        ]

    async def owe(
        self,
        external_id: int,
        body: PublicBody | str,
        *,
        author: AuthorView = BOT,
        language: str | None = "cs",
    ) -> int:
        """Add an entry for a contact and tell the bot; returns its seq."""
        seq = self.add(external_id, body, author=author, language=language)
        await self._server.emit("delivery.due", {"inbox_id": "telegram"}, namespace="/channel")
        return seq

    def add(
        self,
        external_id: int,
        body: PublicBody | str,
        *,
        author: AuthorView = BOT,
        language: str | None = "cs",
    ) -> int:
        """Add an entry for a contact without a word to the bot."""
        if isinstance(body, str):
            body = MessageBody(text=body, quick_replies=[])
        outbound = self._outbox.setdefault(f"c-{external_id}", Outbound(str(external_id), language))
        seq = len(outbound.entries) + 1
        entry = OwedEntry(seq=seq, at=datetime.now(UTC), author=author, body=body, attempts_started=False)
        outbound.entries.append(Owed(entry))
        return seq

    async def typing(self, external_id: int, *, on: bool = True) -> None:
        """Somebody types to the contact."""
        author = {"kind": "operator", "name": "Anna"}
        event = {
            "conversation_id": f"c-{external_id}",
            "author": author,
            "on": on,
            "external_id": str(external_id),
        }
        await self._server.emit("typing.changed", event, namespace="/channel")

    def lapse(self) -> None:
        """All leases end."""
        for outbound in self._outbox.values():
            outbound.until = None

    def outcomes(self, external_id: int) -> list[tuple[int, str]]:
        """Of a contact's entries: seq and outcome."""
        mine = f"c-{external_id}"
        return [(settle.seq, settle.outcome) for settle in self.settled if settle.conversation_id == mine]

    async def until(self, true: Callable[[], Any], seconds: float = PATIENCE, what: str = "") -> None:
        """Wait until something is true of this hub; it is looked at whenever something happens here."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: bool(true()))
        except TimeoutError:
            raise AssertionError(f"not within {seconds} s: {what}; last: {self.requests[-5:]}") from None

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        if not isinstance(auth, dict) or auth.get("token") != SERVICE_TOKEN:
            error = Error(code="unauthenticated", message="wrong token", retryable=False)
            raise socketio.exceptions.ConnectionRefusedError("refused", error.model_dump(exclude_none=True))
        self.connections += 1
        self._notify()

    def _handler(self, name: str) -> Callable[..., Any]:
        question, answer = CHANNEL.requests[name]
        act: Callable[[Any], Wire] = getattr(self, f"_{name.replace('.', '_')}")

        async def handle(sid: str, data: Any) -> Any:
            assert len(json.dumps(data)) < 64 * 1024, "the frame is too large"
            self.requests.append((name, data))
            if self.refusals[name]:
                error = self.refusals[name].popleft()
                self._notify()
                return {"ok": False, "error": error.model_dump(exclude_none=True)}
            await asyncio.sleep(self.delays.get(name, 0))
            reply = act(question.model_validate(data))
            assert isinstance(reply, answer)
            self._notify()
            if self.cut_after[name]:
                self.cut_after[name] -= 1
                await self._server.eio.disconnect(self._server.manager.eio_sid_from_sid(sid, "/channel"))
                return None
            return {"ok": True, "data": reply.model_dump(mode="json")}

        return handle

    def _channel_read(self, _: Nothing) -> ChannelConfiguration:
        return self.configuration

    def _updates_append(self, request: UpdatesAppend) -> UpdatesAppended:
        return UpdatesAppended(results=[self._take(update) for update in request.updates])

    def _take(self, update: ChannelUpdate) -> UpdateResult:
        key = update.client_id
        if self.errors[key]:
            return UpdateResult(client_id=key, ok=False, error=self.errors[key].popleft())
        if isinstance(update.content, Refused):
            self.dead.setdefault(key, update)
            return UpdateResult(client_id=key, ok=True)
        if self.taken.setdefault(key, update).content != update.content:
            conflict = Error(code="conflict", message="another body", retryable=False)
            return UpdateResult(client_id=key, ok=False, error=conflict)
        return UpdateResult(client_id=key, ok=True, seq=list(self.taken).index(key) + 1)

    def _delivery_claim(self, request: DeliveryClaim) -> DeliveriesClaimed:
        now = datetime.now(UTC)
        claimed = []
        for conversation_id, outbound in self._outbox.items():
            owed = [entry for entry in outbound.entries if not entry.done]
            if (
                not owed
                or (outbound.until is not None and outbound.until > now)
                or len(claimed) == request.limit
            ):
                continue
            outbound.fence += 1
            outbound.until = now + self.lease
            entries = [item.entry.model_copy(update={"attempts_started": item.started}) for item in owed]
            claimed.append(
                ClaimedConversation(
                    conversation_id=conversation_id,
                    external_id=outbound.external_id,
                    language=outbound.language,
                    fence=outbound.fence,
                    held_for=self.lease.total_seconds(),
                    entries=entries,
                )
            )
        return DeliveriesClaimed(conversations=claimed)

    def _delivery_start(self, request: DeliveryStart) -> DeliveryStarted:
        outbound = self._held(request)
        if outbound is None or self.stolen:
            return DeliveryStarted(attempt=None, held_for=self.lease.total_seconds())
        owed = outbound.entries[request.seq - 1]
        owed.attempts += 1
        owed.started = True
        outbound.until = datetime.now(UTC) + self.lease
        return DeliveryStarted(attempt=owed.attempts, held_for=self.lease.total_seconds())

    def _delivery_settle(self, request: DeliverySettle) -> DeliverySettled:
        known = [(one.conversation_id, one.seq, one.attempt) for one in self.settled]
        if (request.conversation_id, request.seq, request.attempt) not in known:
            self.settled.append(request)
        self._outbox[request.conversation_id].entries[request.seq - 1].done = True
        return DeliverySettled(held=self._held(request) is not None)

    def _delivery_postpone(self, request: DeliveryPostpone) -> Nothing:
        self.postponed.append(request)
        outbound = self._held(request)
        if outbound is not None:
            outbound.until = datetime.now(UTC) + timedelta(seconds=request.retry_after)
            if request.unsent is not None:
                outbound.entries[request.unsent - 1].started = False
        return Nothing()

    def _delivery_release(self, request: DeliveryRelease) -> Nothing:
        outbound = self._held(request)
        if outbound is not None:
            outbound.until = None
        return Nothing()

    def _held(
        self, request: DeliveryStart | DeliverySettle | DeliveryPostpone | DeliveryRelease
    ) -> Outbound | None:
        outbound = self._outbox[request.conversation_id]
        return outbound if outbound.fence == request.fence and outbound.until is not None else None

    def _notify(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)


def offering(text: str, *replies: tuple[str, str]) -> MessageBody:
    """A bot's message with quick replies (title, payload)."""
    return MessageBody(
        text=text, quick_replies=[QuickReplyView(title=title, payload=load) for title, load in replies]
    )
