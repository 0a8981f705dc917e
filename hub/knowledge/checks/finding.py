"""What a check finds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong (an error: it must not be published) or may be better, and the place of it.

    ``params`` are what a sentence about it names; the sentence itself is the panel's, in the reader's language.
    """

    kind: str
    severity: Severity
    topic: str | None = None
    answer: str | None = None
    table: str | None = None
    button: str | None = None
    language: str | None = None
    text: str | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)

    def view(self) -> dict[str, Any]:
        """As it is told over the wire."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "topic": self.topic,
            "answer": self.answer,
            "table": self.table,
            "button": self.button,
            "language": self.language,
            "text": self.text,
            "params": dict(self.params),
        }
