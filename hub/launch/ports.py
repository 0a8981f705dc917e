"""Whether a port can be listened on, and who is in the way."""

import socket

import psutil

from hub.launch.errors import LaunchError


def require_free(host: str, port: int, *, purpose: str, setting: str) -> None:
    """Check that `port` can be listened on.

    Raises `LaunchError` naming who holds it and which setting gives another.
    """
    if port == 0:
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise LaunchError(
                f"Port {port} ({purpose}) needs special rights: set {setting} to one above 1023."
            ) from None
        except OSError as error:
            holder = _holder(port)
            if holder is None and not _answers(host, port):
                raise LaunchError(
                    f"Cannot listen on {host}:{port} ({error.strerror}): check {setting}."
                ) from None
            raise LaunchError(
                f"Port {port} ({purpose}) is in use{f' by {holder}' if holder else ''}: "
                f"end that program, or set {setting} to a free port."
            ) from None


def free_port() -> int:
    """A port of the loopback interface that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _holder(port: int) -> str | None:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if (
                connection.status == psutil.CONN_LISTEN
                and connection.laddr[1:2] == (port,)
                and connection.pid
            ):
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.Error, OSError):
        return None
    return None
