"""Projects out of files, with what the checks find; what was read before is not read again."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from hub.knowledge.checks import Finding, findings_of
from hub.knowledge.files import Files, fingerprint
from hub.knowledge.project import Project, read_project

_KEPT = 20  # projects


@dataclass(frozen=True, slots=True)
class Checked:
    """A project, and what is wrong with it."""

    project: Project
    findings: tuple[Finding, ...]


class Reader:
    """Blocks; call it in a thread. Safe to call from several."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, Checked] = OrderedDict()

    def checked(self, files: Files) -> Checked:
        """Raises ``UnreadableFile``."""
        key = fingerprint(files)
        with self._lock:
            if known := self._kept.get(key):
                self._kept.move_to_end(key)
                return known
        project = read_project(files)
        checked = Checked(project, findings_of(project))
        with self._lock:
            self._kept[key] = checked
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return checked
