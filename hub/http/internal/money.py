"""Money as the actions are told it: the number, and the words for it."""

from hub.orders.wording import money_text
from storage.model.orders import Money


def money(money: Money, language: str) -> dict[str, object]:
    """In minor units, with its text in the language."""
    return {"amount": money.amount, "currency": money.currency, "text": money_text(money, language)}
