"""Shows the hub's warnings and errors in the terminal while its log file grows."""

import asyncio
import json
import os
import re
import shutil
from pathlib import Path

from hub.launch.terminal import Terminal

LARGEST_BYTES = 20 * 1024 * 1024
_LOOK_EVERY_SECONDS = 0.5
_WEIGH_EVERY_SECONDS = 60.0
_LOUD = re.compile(r"\[?\b(warning|error|critical)\b", re.IGNORECASE)
_WHERE_LEVELS_STAND = 80
_LONGEST_SHOWN = 300


async def show_warnings(log: Path, terminal: Terminal) -> None:
    """Follow `log` from its present end for ever."""
    position = log.stat().st_size if log.exists() else 0
    unfinished = b""
    while True:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        if not log.exists():
            continue
        size = log.stat().st_size
        if size < position:
            position, unfinished = 0, b""
        if size == position:
            continue
        with log.open("rb") as file:
            file.seek(position)
            added = file.read(1_000_000)
        position += len(added)
        *lines, unfinished = (unfinished + added).split(b"\n")
        for line in lines:
            shown = loud(line.decode(errors="replace"))
            if shown:
                terminal.warning(f"{log.stem}: {shown}")


async def keep_small(folder: Path) -> None:
    """For ever put aside what has grown large in a folder of logs."""
    while True:
        for log in folder.glob("*.log"):
            put_aside(log)
        await asyncio.sleep(_WEIGH_EVERY_SECONDS)


def put_aside(log: Path) -> None:
    """Move what is in a large log to ``….log.1``; its writer, who appends, goes on in the emptied file."""
    if log.exists() and log.stat().st_size > LARGEST_BYTES:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)


def loud(line: str) -> str | None:
    """What to show of a log line, text or JSON: None unless it is a warning or worse."""
    if line.startswith("{"):
        try:
            entry = json.loads(line)
        except ValueError:
            return None
        if str(entry.get("level", "")).lower() not in {"warning", "error", "critical"}:
            return None
        return str(entry.get("event", line))[:_LONGEST_SHOWN]
    if _LOUD.search(line[:_WHERE_LEVELS_STAND]):
        return line.strip()[:_LONGEST_SHOWN]
    return None
