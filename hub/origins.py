"""The hub's own names: from which web pages a browser may come. Pure."""

import re
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""The names of one machine for itself, as they stand in an address; people swap them freely."""

_LOCAL_HOST = re.compile(rf"(?:{'|'.join(map(re.escape, LOOPBACK))})(?::[0-9]{{1,5}})?", re.ASCII)


def own_origins(public_url: str, port: int) -> list[str]:
    """The origin of the public address; on one machine also its other names."""
    origins = [origin_of(public_url)]
    if is_local(urlsplit(public_url).netloc):
        origins += [f"http://{name}:{port}" for name in LOOPBACK]
    return list(dict.fromkeys(origins))


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_local(host: str) -> bool:
    """Whether a host, with or without a port, is this machine's name for itself. It may be anything anybody wrote."""
    return _LOCAL_HOST.fullmatch(host) is not None
