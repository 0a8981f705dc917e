"""From which web pages a browser may open a socket: the hub's own only. Pure."""

from urllib.parse import urlsplit

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def own_origins(public_url: str, port: int) -> list[str]:
    """The origin of the public address; on one machine also its other names."""
    parts = urlsplit(public_url)
    origins = [f"{parts.scheme}://{parts.netloc}"]
    if parts.hostname in ("localhost", "127.0.0.1", "::1"):
        origins += [f"http://{name}:{port}" for name in _LOOPBACK]
    return list(dict.fromkeys(origins))
