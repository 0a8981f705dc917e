"""Phone numbers as people read them. Pure."""

import phonenumbers


def shown(phone: str) -> str:
    """A number as Rasa marks it (``+420777123456``), in groups; anything else as it is."""
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except phonenumbers.NumberParseException:
        return phone
