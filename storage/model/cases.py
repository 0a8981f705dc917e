"""Cases: complaints, wishes and faults that somebody must look after when the conversation is over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseCategory(StrEnum):
    """What a case is."""

    COMPLAINT = "complaint"
    WISH = "wish"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """What the contact is told when a case is opened."""

    case_id: str
    number: str
    category: CaseCategory


@dataclass(frozen=True, slots=True)
class Case:
    """A case that came out of a conversation, in the contact's own words."""

    id: str
    number: str  # 7 digits, the last a check digit
    conversation_id: str
    contact_id: str
    message_id: str  # the contact's message that it was opened for
    category: CaseCategory
    words: str
    language: str
    opened_at: datetime
    announced: bool = False  # whether its activity is on the timeline

    @property
    def summary(self) -> CaseSummary:
        """The part that goes into the conversation."""
        return CaseSummary(self.id, self.number, self.category)
