"""The channels of the demo business."""

from urllib.parse import urlsplit

from hub.origins import is_local, origin_of
from storage.model.contacts import Inbox
from storage.model.conversation import Channel

_GREETING = {
    "cs": (
        "Dobrý den, jsem bot společnosti Optik. Poradím s tarify, připojením i s vaší objednávkou. "
        "A kdykoli budete chtít člověka, řekněte si o něj."
    ),
    "en": (
        "Hello, I'm the bot of Optik. I can help with tariffs, getting connected and your order. "
        "Whenever you'd like a person, just ask."
    ),
}
_SUGGESTIONS: dict[str, tuple[str, ...]] = {
    "cs": ("Jaké máte tarify?", "Kdy přijede technik?", "Nejde mi internet"),
    "en": ("What tariffs do you have?", "When will the technician come?", "My internet is down"),
}


def demo_sites(public_url: str) -> tuple[str, ...]:
    """The origins that the demo website is opened at; people swap localhost and 127.0.0.1 freely."""
    parts = urlsplit(public_url)
    if not is_local(parts.netloc):
        return (origin_of(public_url),)
    port = f":{parts.port}" if parts.port else ""
    return tuple(f"{parts.scheme}://{host}{port}" for host in ("localhost", "127.0.0.1"))


def demo_inboxes(public_url: str) -> tuple[Inbox, ...]:
    """``public_url`` is where the demo website is served."""
    return (
        Inbox(
            id="demo",
            name="Optik",
            channel=Channel.WEBCHAT,
            sites=demo_sites(public_url),
            greeting=_GREETING,
            suggestions=_SUGGESTIONS,
        ),
        Inbox(
            id="telegram",
            name="Optik",
            channel=Channel.TELEGRAM,
            greeting=_GREETING,
            suggestions=_SUGGESTIONS,
        ),
    )
