"""Which promotions are on offer. Pure."""

from collections.abc import Iterable
from datetime import date

from storage.model.orders import Promotion


def on_offer(promotions: Iterable[Promotion], today: date) -> list[Promotion]:
    """Those of which today is a day, in their order."""
    return [
        promotion
        for promotion in promotions
        if (promotion.from_day is None or promotion.from_day <= today)
        and (promotion.until_day is None or today <= promotion.until_day)
    ]
