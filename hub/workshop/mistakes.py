"""Mistakes that the checks find: with them nothing is published, and some are not even trained."""

from hub.errors import Refusal
from hub.knowledge.files import Files
from hub.knowledge.knowledge import Knowledge

ENDLESS = "bad_pattern"
"""The kind of finding over which a training, or the model that comes of it, may never come to an end."""


class Mistakes:
    """All raise ``Refusal``: conflict (``details``: why "findings", and they themselves), invalid_state."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def require_none(self, files: Files) -> None:
        """Before they are published."""
        await self._require_none(files, "There are mistakes in the text. Mend them, then publish it.")

    async def require_an_end(self, files: Files) -> None:
        """Before they are trained."""
        await self._require_none(files, "There is a mistake in a pattern. Mend it, then train.", ENDLESS)

    async def _require_none(self, files: Files, message: str, kind: str | None = None) -> None:
        found = [
            each
            for each in (await self._knowledge.checked(files)).findings
            if each.severity == "error" and kind in (None, each.kind)
        ]
        if found:
            details = {"why": "findings", "findings": [each.view() for each in found]}
            raise Refusal("conflict", message, details=details)
