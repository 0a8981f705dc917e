"""What the bot tells those who take over, read from its handoff: known names only, cut to size. Pure.

It is made of customers' words and of what a bot made of them, so nothing here is trusted to have any form.
"""

from typing import Any

from storage.model.entry import HandoffSummary

FACTS = {
    "order_number": 200,
    "proven": 3,
    "phone": 200,
    "town": 200,
    "street": 200,
    "date": 200,
    "time": 200,
    "amount": 200,
    "tariff": 200,
    "case": 200,
    "words": 500,
}
"""What may be known, in the order in which it is shown, and how many characters of it are kept. ``proven`` is "yes" or
"no": whether the order was shown to be the customer's.
"""

MOST_TRIED = 10
LONGEST_INTENT = 64  # characters
LONGEST_LANGUAGE = 16


def summary_of(handoff: dict[str, Any]) -> HandoffSummary | None:
    """The summary in a handoff; None when there is nothing in it that can be used."""
    raw = handoff.get("summary")
    told: dict[str, Any] = raw if isinstance(raw, dict) else {}
    known, tried = told.get("known"), told.get("tried")
    summary = HandoffSummary(
        language=_text(handoff.get("language"), LONGEST_LANGUAGE),
        topic=_text(told.get("topic"), LONGEST_INTENT),
        known=_facts(known) if isinstance(known, dict) else {},
        tried=_intents(tried) if isinstance(tried, list) else (),
    )
    return None if summary == HandoffSummary() else summary


def _facts(raw: dict[Any, Any]) -> dict[str, str]:
    texts = {name: _text(raw.get(name), longest) for name, longest in FACTS.items()}
    return {name: text for name, text in texts.items() if text}


def _intents(raw: list[Any]) -> tuple[str, ...]:
    """Each once, the last ones."""
    named = [intent for intent in (_text(each, LONGEST_INTENT) for each in raw[-100:]) if intent]
    return tuple(dict.fromkeys(named))[-MOST_TRIED:]


def _text(raw: Any, longest: int) -> str | None:
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        return None
    # Half a surrogate pair cannot be stored.
    text = str(raw).encode("utf-8", "replace").decode().replace("\x00", "").strip()
    return text[:longest] or None
