"""An update as it can be kept: whatever Telegram sent, made fit for the wire and the database. Pure."""

import hashlib
import json
from typing import Any

MAX_BYTES = 20_000  # as JSON; a frame to the hub holds 64 KiB
_MAX_DEPTH = 30
_MAX_INTEGER = 2**63


def storable(raw: Any) -> dict[str, Any]:
    """The update with nothing in it that the wire or BSON refuses; a preview of it if it is too large."""
    kept = _kept(raw, _MAX_DEPTH)
    update = kept if isinstance(kept, dict) else {"value": kept}
    as_json = json.dumps(update)
    if len(as_json) <= MAX_BYTES:
        return update
    return {"shortened": True, "bytes": len(as_json), "preview": as_json[: MAX_BYTES // 2]}


def fingerprint(raw: Any) -> str:
    """The same for the same update: a key for one that has no number of its own."""
    return hashlib.sha256(json.dumps(_kept(raw, _MAX_DEPTH), sort_keys=True).encode()).hexdigest()[:32]


def _kept(value: Any, depth: int) -> Any:
    if depth == 0:
        return "(too deep)"
    match value:
        case None | bool() | float():
            return value if value == value and value not in {float("inf"), float("-inf")} else str(value)
        case int():
            return value if -_MAX_INTEGER <= value < _MAX_INTEGER else str(value)
        case str():
            return _clean(value)
        case list():
            return [_kept(item, depth - 1) for item in value]
        case dict():
            return {_clean(str(key)): _kept(item, depth - 1) for key, item in value.items()}
        case _:
            return f"({type(value).__name__})"


def _clean(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\x00", "")
