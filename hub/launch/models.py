"""Trained models on disk: what they are called, whether they are whole, and which are kept.

Standard library alone, and a Python 3.10 is enough: the workshop in Rasa's environment shares it, so that both give
the same text the same model.
"""

import hashlib
import json
import tarfile
import zlib
from pathlib import Path

from hub.launch.fingerprint import fingerprint

SUFFIX = ".tar.gz"
_KNOWN = ("domain", "data")  # what a model is made of: in the knowledge folder, and in the project
_MADE_BY = ("config.yml", "components", "requirements.lock")
_KEPT = 3
_CHUNK = 1024 * 1024


def model_name(nlu: Path, knowledge: Path) -> str:
    """The file name of the model that a project makes of a knowledge folder."""
    sources = [knowledge / name for name in _KNOWN] + [nlu / name for name in _MADE_BY]
    return fingerprint(sources)[:16] + SUFFIX


def is_intact(model: Path) -> bool:
    """Whether the model is byte for byte the one that was trained, and an archive that can be read."""
    try:
        if _read_seal(model)["sha256"] != _sha256(model):
            return False
        with tarfile.open(model) as archive:
            return any(member.name.endswith("metadata.json") for member in archive)
    except (OSError, ValueError, KeyError, TypeError, tarfile.TarError, zlib.error):
        return False


def keep(trained: Path, model: Path, seconds: float) -> None:
    """Seal a model that was just trained in so many seconds, and put it into its place. One that was held stays held.

    Raises `FileNotFoundError` if there is none.
    """
    _write_seal(model, {"sha256": _sha256(trained), "seconds": round(seconds, 1), "held": is_held(model)})
    trained.replace(model)


def hold(model: Path) -> None:
    """Never tidy it away: it belongs to a published version. Raises `OSError` or `ValueError` if it has no seal."""
    seal = _read_seal(model)
    if not seal.get("held"):
        _write_seal(model, {**seal, "held": True})


def is_held(model: Path) -> bool:
    """Whether it is kept for good."""
    try:
        return bool(_read_seal(model).get("held"))
    except (OSError, ValueError):
        return False


def trained_seconds(model: Path) -> float:
    """How long it took to train; 0 where nobody has taken it down."""
    try:
        seconds = _read_seal(model).get("seconds")
    except (OSError, ValueError):
        return 0.0
    return float(seconds) if isinstance(seconds, (int, float)) else 0.0


def tidy(folder: Path, newest: Path) -> None:
    """Remove all but the newest few and those that are held."""
    older = [path for path in folder.glob("*" + SUFFIX) if path != newest and not is_held(path)]
    for path in sorted(older, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        path.unlink(missing_ok=True)
        _seal(path).unlink(missing_ok=True)


def _seal(model: Path) -> Path:
    return model.with_name(model.name + ".json")


def _read_seal(model: Path) -> "dict[str, object]":
    seal = json.loads(_seal(model).read_text(encoding="utf-8"))
    if not isinstance(seal, dict):
        raise ValueError(f"{model.name}: no seal")  # noqa: TRY004 - as for any other file that holds none
    return seal


def _write_seal(model: Path, seal: "dict[str, object]") -> None:
    new = model.with_name(f".{model.name}.json-new")
    new.write_text(json.dumps(seal), encoding="utf-8")
    new.replace(_seal(model))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
