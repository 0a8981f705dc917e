"""The contact's card: who it is, as far as we know, and putting that right."""

from hub.customers import fields
from hub.customers.fields import FieldError
from hub.errors import Refusal
from hub.protocol.operator import ContactView
from storage.model.contacts import Contact
from storage.ports import ContactStore


def contact_view(contact: Contact) -> ContactView:
    """The card as operators see it."""
    return ContactView(
        id=contact.id,
        name=contact.name,
        phone=contact.phone,
        username=contact.username,
        language=contact.language,
        since=contact.created_at,
    )


def read_changes(name: str | None, phone: str | None) -> dict[str, str | None]:
    """What to change on the card. Pure. None leaves a field alone, an empty one clears it.

    Raises ``Refusal`` (bad_request) with ``details.fields``.
    """
    changes: dict[str, str | None] = {}
    errors: dict[str, dict[str, str]] = {}
    for field, given, read in (("name", name, _name), ("phone", phone, fields.phone)):
        if given is None:
            continue
        try:
            changes[field] = read(given) if given.strip() else None
        except FieldError as error:
            errors[field] = {"code": error.code, "message": error.message}
    if errors:
        raise Refusal("bad_request", "Some fields need another look.", details={"fields": errors})
    return changes


async def rename(contacts: ContactStore, contact_id: str, *, name: str | None, phone: str | None) -> Contact:
    """Change what is given; a phone number is kept as E.164.

    Raises:
        Refusal: bad_request with ``details.fields``, or not_found.
        StorageUnavailable: the database is away.
    """
    changes = read_changes(name, phone)
    contact = await (contacts.update(contact_id, **changes) if changes else contacts.get(contact_id))
    if contact is None:
        raise Refusal("not_found", "There is no such contact.")
    return contact


def _name(given: str) -> str:
    """Looser than on an order: what somebody calls themselves in a chat is a name."""
    return fields.text(given, fields.MAX_NAME)
