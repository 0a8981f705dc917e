"""Cases as they go over the wire."""

from hub.cases.numbers import shown
from hub.protocol.operator import CaseView
from storage.model.cases import Case
from storage.ports import CaseStore

OF_ONE_CONTACT = 50
"""How many of a contact's cases are shown beside the chat, newest first."""


def case_view(case: Case) -> CaseView:
    """What operators see."""
    return CaseView(
        id=case.id,
        number=shown(case.number),
        category=case.category.value,
        words=case.words,
        opened_at=case.opened_at,
    )


async def cases_of_contact(cases: CaseStore, contact_id: str) -> list[CaseView]:
    """A contact's cases, newest first. Raises ``StorageUnavailable``."""
    return [case_view(case) for case in await cases.of_contact(contact_id, OF_ONE_CONTACT)]
