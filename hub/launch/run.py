"""`linka run`: everything from an empty checkout to a running Linka, and its orderly end."""

import asyncio
import signal
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hub.launch import demo, frontends, health, leftovers, mongod, programs
from hub.launch.children import Children, Tier
from hub.launch.errors import ExitCode, LaunchError
from hub.launch.layout import Layout
from hub.launch.logs import keep_small, show_warnings
from hub.launch.ports import require_free
from hub.launch.rasa import Rasa
from hub.launch.secret_file import with_secrets
from hub.launch.terminal import Terminal, duration
from hub.settings import RASA_OFF, Settings, unknown_names
from storage.mongo.replica_set import ReplicaSetError, server_version

_HUB_START_SECONDS = 30.0
_DATABASE_ANSWER_SECONDS = 5.0
_WATCH_BOT_EVERY_SECONDS = 1.0


async def run(settings: Settings, terminal: Terminal, layout: Layout | None = None) -> ExitCode:
    """Start everything and stay until SIGINT, SIGTERM or SIGHUP; then end everything.

    Raises `LaunchError` when something is missing that Linka cannot do without.
    """
    layout = layout or Layout.of(settings)
    layout.make_folders()
    lock = leftovers.RunLock(layout.run)
    lock.acquire(settings.public_url)
    children = Children(terminal)
    try:
        leftovers.end_leftovers(layout.run, terminal)
        settings = with_secrets(settings, layout.secrets)
        linka = _Linka(settings, layout, terminal, children)
        return await _until_told_to_stop(linka, terminal)
    finally:
        lock.release()


async def _until_told_to_stop(linka: "_Linka", terminal: Terminal) -> ExitCode:
    loop = asyncio.get_running_loop()
    work = asyncio.create_task(linka.work(), name="run")
    told = 0

    def stop() -> None:
        nonlocal told
        told += 1
        if told == 1:
            work.cancel()
        else:
            linka.children.kill()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        await work
    except asyncio.CancelledError:
        return ExitCode.OK if linka.is_up else ExitCode.INTERRUPTED
    finally:
        began = time.monotonic()
        if told:
            terminal.plain()
            terminal.note("Stopping")
        await linka.children.stop()
        if told:
            terminal.done("Everything has stopped", time.monotonic() - began)
        for number in numbers:
            loop.remove_signal_handler(number)
    return ExitCode.OK


@dataclass
class _Linka:
    settings: Settings
    layout: Layout
    terminal: Terminal
    children: Children
    is_up: bool = False
    began: float = field(default_factory=time.monotonic)

    async def work(self) -> None:
        """Bring everything up, then watch until cancelled."""
        for name in unknown_names():
            self.terminal.warning(
                f"{name} is not a setting of Linka and is not looked at; a slip of the pen?"
            )
        self._require_ports()
        Rasa(self.settings, self.layout, self.terminal).fill_knowledge()
        await frontends.build(self.layout, self.terminal)
        database = await self._database()
        if self.settings.demo:
            await demo.seed(self.settings, self.terminal)
        await self._hub()
        if self.settings.telegram_token is not None:
            await self.children.start(programs.telegram(self.settings, self.layout), Tier.AROUND_HUB)
        self.is_up = True
        self._table(database)
        async with asyncio.TaskGroup() as watchers:
            watchers.create_task(show_warnings(self.layout.logs / "hub.log", self.terminal))
            watchers.create_task(keep_small(self.layout.logs))
            if self.settings.rasa_url is None:
                watchers.create_task(self._bot())
            if self.settings.rasa_url != RASA_OFF:
                watchers.create_task(self._watch_bot())
            await asyncio.get_running_loop().create_future()

    def _require_ports(self) -> None:
        settings = self.settings
        require_free(settings.host, settings.port, purpose="hub", setting="LINKA_PORT")
        if settings.mongodb_uri is None:
            require_free("127.0.0.1", settings.mongo_port, purpose="database", setting="LINKA_MONGO_PORT")
        if settings.rasa_url is None:
            for port in settings.rasa_ports:
                require_free("127.0.0.1", port, purpose="bot", setting="LINKA_RASA_PORT")
            require_free(
                "127.0.0.1", settings.actions_port, purpose="bot's actions", setting="LINKA_ACTIONS_PORT"
            )
            if settings.workshop_url is None:
                require_free(
                    "127.0.0.1", settings.workshop_port, purpose="workshop", setting="LINKA_WORKSHOP_PORT"
                )

        if settings.telegram_token is not None and settings.telegram_mode == "webhook":
            require_free(
                settings.telegram_webhook_host,
                settings.telegram_webhook_port,
                purpose="Telegram webhook",
                setting="LINKA_TELEGRAM_WEBHOOK_PORT",
            )

    async def _database(self) -> str:
        if self.settings.mongodb_uri is None:
            with self.terminal.step("Starting the database", "The database"):
                await mongod.start(self.settings, self.layout, self.children)
        uri = mongod.uri(self.settings)
        try:
            version = await server_version(uri, _DATABASE_ANSWER_SECONDS)
        except ReplicaSetError as error:
            raise LaunchError(f"The database cannot be used: {error}. Check LINKA_MONGODB_URI.") from None
        where = urlsplit(uri).netloc.rpartition("@")[2]
        if self.settings.mongodb_uri is None:
            return f"MongoDB {version}, embedded, at {where}\nits data are in {self.layout.mongo}"
        return f"MongoDB {version}, yours, at {where}"

    async def _hub(self) -> None:
        program = programs.hub(self.settings, self.layout)
        ready = health.until_ready(self.settings.local_url)
        with self.terminal.step("Starting the hub", "The hub"):
            await self.children.start(program, Tier.HUB, ready=ready, within=_HUB_START_SECONDS)

    def _table(self, database: str) -> None:
        url = self.settings.public_url
        panel = [f"{url}/panel/", *(demo.log_ins() if self.settings.demo else [])]
        rows = [
            ("Demo website", f"{url}/demo/") if self.settings.demo else ("Hub", url),
            ("Operator panel", "\n".join(panel)),
            ("Database", database),
            ("Bot", self._bot_row()),
            (
                "Telegram",
                "on" if self.settings.telegram_token else "off (set LINKA_TELEGRAM_TOKEN to turn it on)",
            ),
            ("Logs", str(self.layout.logs)),
        ]
        self.terminal.table(
            f"Linka runs, after {duration(time.monotonic() - self.began)}. Ctrl-C ends it.", rows
        )

    def _bot_row(self) -> str:
        if self.settings.rasa_url == RASA_OFF:
            return "off (LINKA_RASA_URL): customers are served by humans"
        if self.settings.rasa_url is not None:
            return f"bot: loading (yours, at {self.settings.rasa_url})"
        return "bot: loading (customers who write now are queued for a human)"

    async def _bot(self) -> None:
        rasa = Rasa(self.settings, self.layout, self.terminal)
        try:
            model = await rasa.prepare()
            await self.children.start(rasa.actions(), Tier.AROUND_HUB)
            for server in rasa.servers(model):
                await self.children.start(server, Tier.AROUND_HUB)
            if self.settings.workshop_url is None:
                await self.children.start(rasa.workshop(), Tier.AROUND_HUB)
        except LaunchError as error:
            self.terminal.warning(f"bot: off. Linka runs with humans only. {error}")

    async def _watch_bot(self) -> None:
        """Say when the bot becomes ready, is lost and is back."""
        seen, began = "loading", time.monotonic()
        while True:
            answer = await health.ask(self.settings.local_url)
            state = str(answer["nlu"]) if answer is not None and "nlu" in answer else seen
            if state != seen and state == "ready":
                self.terminal.done("bot: ready", time.monotonic() - began)
            elif state != seen and seen == "ready":
                self.terminal.warning("bot: not answering; customers who write are queued for a human")
                began = time.monotonic()
            seen = state
            await asyncio.sleep(_WATCH_BOT_EVERY_SECONDS)
