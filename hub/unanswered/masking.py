"""Personal data out of a customer's words, before anything of them is kept for those who teach the bot. Pure.

Rather too much than too little: what is left must teach what was meant, not who meant it. Each kind has a mark of its
own (⟨phone⟩), so that the sentence still reads. Numbers of six digits and more are always masked, whatever they are;
shorter ones (prices, speeds, tariffs) stay.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from hub.knowledge.folding import folded_words

Replace = str | Callable[[re.Match[str]], str]

PLACEHOLDER = re.compile(r"⟨[a-z -]+⟩")
_PARTS = re.compile(rf"({PLACEHOLDER.pattern})")
_REPEATED = re.compile(rf"({PLACEHOLDER.pattern})(?:\s*\1)+")

_UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽА-ЯЁЄІЇҐ]"
_NAME = rf"{_UPPER}[\w'’-]+"
_I = re.IGNORECASE

_POLITE = r"(?!⟨|(?:Vaš|Váš|Vás|Vám|Tvůj|Tvoje|Your)\w*)"  # "Jsem Vaše zákaznice"

_ADDRESSES: tuple[tuple[re.Pattern[str], Replace], ...] = (
    (re.compile(r"(?:\bhttps?://|\bwww\.)\S+", _I), "⟨link⟩"),
    (re.compile(r"\b[\w-]+(?:\.[\w-]+)+/\S*[?=#]\S*", _I), "⟨link⟩"),
    (re.compile(r"(?<![^\s(,;:])@[A-Za-z]\w{2,}"), "⟨name⟩"),
    (re.compile(r"[^\s@<>()⟨⟩,;:]+\s?@\s?[^\s@<>()⟨⟩,;:]+", _I), "⟨e-mail⟩"),
    (re.compile(r"\b(?:t|telegram|wa|fb|instagram)\.(?:me|com)/\S+", _I), "⟨link⟩"),
    (re.compile(r"\S+ (?:at|zavin[aá][cč]) \S+ (?:dot|te[cč]ka) \w+", _I), "⟨e-mail⟩"),
    (re.compile(r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", _I), "⟨number⟩"),
    (re.compile(r"\S+\s*[(\[]\s*(?:at|zavin[aá][cč])\s*[)\]]\s*\S+|\S+ zavin[aá][cč] \S+", _I), "⟨e-mail⟩"),
)
"""Of the net: first, for the names in them are not to be taken out alone."""

_RULES: tuple[tuple[re.Pattern[str], Replace], ...] = (
    (re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b"), "⟨account⟩"),
    (re.compile(r"\b[a-z]{2}\d{2}(?:[ -]?\d){11,30}\b", _I), "⟨account⟩"),
    # What opens a door, and what somebody is in the books as.
    (
        re.compile(
            r"\b(hesl(?:o|em|a)|password|passcode|pin|puk|kód|kod)((?:\s+(?:k|ke|od|na|do|for|to|of)\s+(?:the\s+|my\s+)?[\w-]+)?"
            r"(?:\s*[:=]\s*|\s+(?:je|zní|is)\s+))\S*[\d!#$%&*@^_]\S*",
            _I,
        ),
        r"\1\2⟨secret⟩",
    ),
    (
        re.compile(
            r"\b((?:číslo|cislo|č\.|c\.)\s?(?:mé\s|moj[ií]\s)?(?:smlouvy|zákazníka|zakaznika|faktury|klienta)"
            r"|(?:zákaznické|zakaznicke|klientské|klientske) (?:číslo|cislo)|(?:variabilní|variabilni) symbol|vs"
            r"|(?:contract|customer|client|invoice) (?:number|no\.?|id))"
            r"(\s*[:.]?\s*(?:je\s+|is\s+)?)\d[\d /-]*\b",
            _I,
        ),
        r"\1\2⟨number⟩",
    ),
    (
        re.compile(r"\b(psč|psc|zip(?: code)?|postcode)(\s*:?\s*(?:je\s+|is\s+)?)\d{5}\b", _I),
        r"\1\2⟨postcode⟩",
    ),
    (re.compile(rf"(?<!\d)\d{{5}}(?=\s+{_NAME})"), "⟨postcode⟩"),
    # People in a chat write small: a title is followed by a name all the same.
    (
        re.compile(
            r"\b(pan[aeiíu]?|paní|slečn[aoyu]|mrs?|miss)(\.?\s+)(?!(?i:technik|operátor|operator|ředitel|doktor|je|byl|má|mi|to|se|říkal|rikal|přijel|"
            r"prijel|nepřišel|neprisel|přišel|prisel|volal|who|is|was|the|a|z|ze|od|u|v|na|co|který|ktery|která|ktera|you|called|said)\w*)([^\W\d_]{3,})",
            _I,
        ),
        r"\1\2⟨name⟩",
    ),
    # How people name themselves: whatever comes then, and a second word unless the sentence goes on.
    (
        re.compile(
            r"\b((?i:jmenuj[iu] se|m[eé] jm[eé]no je|moje jm[eé]no je|my name is|my name's|name\s?:|jm[eé]no\s?:"
            r"|jm[eé]nem|příjmení\s?:?|prijmeni\s?:?|surname\s?:?|podepsána?))\s+"
            r"[\w'’-]+(?:\s+(?!(?i:a|i|ale|z|ze|v|ve|na|nejde|mám|mam|and|but|from|at|in|my)\b)[\w'’-]+)?"
            rf"(?:\s+{_NAME})?"
        ),
        r"\1 ⟨name⟩",
    ),
    (
        re.compile(
            r"\b((?i:jsem|tady|zde|u telefonu|i am|i'm|i’m|this is|here is|it's|pan[aeiíu]?|paní|pane|slečn[aoyu]"
            r"|mrs?|ms|miss|s pozdravem|zdraví|regards|cheers|sincerely|díky?,|děkuji,|děkuju,|thanks,|thank you,))"
            rf"([.,]?\s+){_POLITE}{_NAME}(?:\s+{_NAME})*"
        ),
        r"\1\2⟨name⟩",
    ),
    # Where people live: a street in the English way, one that is called so, one that sounds so, a number with a slash.
    (
        re.compile(
            rf"\b\d{{1,5}}[a-z]?\s+(?:{_NAME}\s+){{1,3}}"
            r"(?i:street|st|road|rd|avenue|ave|lane|ln|drive|dr|square|court|way|place|terrace)\b\.?"
        ),
        "⟨address⟩",
    ),
    (
        re.compile(
            r"\b(bydl[ií](?:m|me)?|adres[aeouy]|ulic[eiu]|ul\.|náměstí|nám\.|třída|tř\.|nábřeží|address"
            r"|live (?:at|on|in)|street|č\.\s?p\.|čp\.?)"
            r"((?:[:,]|\s+(?:na|v|ve|je|is|u|at|on|in))*\s+)(?:[^\W\d]+\.?\s+){0,3}\d{1,4}(?:\s?/\s?\d{1,4})?[a-z]?\b",
            _I,
        ),
        r"\1\2⟨address⟩",
    ),
    (
        re.compile(
            rf"\b(?:(?:Na|Pod|Nad|Za|Při|Nám\.|Sv\.)\s+)?(?:{_NAME}\s+)?"
            rf"(?:{_UPPER}\w*(?:ova|ově|ové|ovou|ská|ské|cká|cké|[áé]|ého|ích|ých|í|kova|ina)"
            rf"|(?:Na|Pod|Nad)\s+{_NAME})"
            r"\s+\d{1,4}(?:\s?/\s?\d{1,4})?[a-z]?\b(?!\s*(?i:Kč|korun|Mb|mega|GB|%))"
        ),
        "⟨address⟩",
    ),
    (re.compile(r"\b[^\W\d]+\s+(?!24/7\b)\d{1,4}/\d{1,4}[a-z]?\b"), "⟨address⟩"),
    (re.compile(r"(?<!\d)\d{3} \d{2}(?![\d ]*\d)"), "⟨postcode⟩"),
    # Numbers: by their form, then all that are long.
    (re.compile(r"(?<!\d)\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})(?!\d)"), "⟨date⟩"),
    (re.compile(r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)"), "⟨date⟩"),
    (re.compile(r"(?<!\d)\d{2}[0156728]\d[0-3]\d\s?/\s?\d{3,4}(?!\d)"), "⟨birth number⟩"),
    (re.compile(r"(?<!\d)(?:\d{1,6}-)?\d{2,10}\s?/\s?\d{4}(?!\d)"), "⟨account⟩"),
    (re.compile(r"[+(]?\d(?:[ .\-–—/()\u00a0\u2009]{0,2}\d){5,}"), lambda found: _number(found[0])),
)
_SURNAME = re.compile(rf"(⟨name⟩)(?:\s+{_NAME})+")


def masked(text: str, found: Mapping[str, str], known: Iterable[str] = ()) -> str:
    """The words without personal data.

    ``found``: what the bot has marked in them, by name. ``known``: what is known of whoever wrote it (name, phone…).
    """
    text = "".join(char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) != "Cf")
    text = _ruled(text, _ADDRESSES)
    for name, value in found.items():
        if name in _MASKED:
            text = _without(text, value, _MASKED[name])
    for value in known:
        text = _without(text, value, "⟨phone⟩" if _is_number(value) else "⟨name⟩")
        for part in () if _is_number(value) else value.split():
            text = _without(text, part, "⟨name⟩")
    text = _SURNAME.sub(r"\1", _ruled(text, _RULES))
    return _REPEATED.sub(r"\1", text)


def _ruled(text: str, rules: Iterable[tuple[re.Pattern[str], Replace]]) -> str:
    for pattern, mark in rules:
        text = _outside(text, functools.partial(pattern.sub, mark))
    return text


_MASKED = {
    "phone": "⟨phone⟩",
    "order_number": "⟨number⟩",
    "case": "⟨number⟩",
    "name": "⟨name⟩",
    "email": "⟨e-mail⟩",
    "street": "⟨address⟩",
}
"""What the bot may have marked that is somebody's own. A town is nobody's."""

_SHORTEST = 3  # letters of a part of a name
_FEWEST = 4  # digits of a number that is looked for in other spellings
_PHONE = (9, 12)  # digits, without and with a country's
_CARD = 13


def _number(text: str) -> str:
    digits = len(_digits(text).removeprefix("00"))
    if digits >= _CARD:
        return "⟨card⟩"
    return "⟨phone⟩" if text.startswith("+") or _PHONE[0] <= digits <= _PHONE[1] else "⟨number⟩"


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change what lies between marks that are there already: a mark is never taken for words."""
    return "".join(part if PLACEHOLDER.fullmatch(part) else change(part) for part in _PARTS.split(text))


def _without(text: str, value: str, mark: str) -> str:
    """The text without a value; of a number, however its digits are set apart."""
    if _is_number(value):
        return _outside(text, lambda part: _without_number(part, _digits(value), mark))
    wanted = folded_words(value).split()
    if len("".join(wanted)) < _SHORTEST:
        return text
    return _outside(text, lambda part: _without_words(part, wanted, mark))


def _without_number(text: str, digits: str, mark: str) -> str:
    """A phone may be written with the country's number or without."""
    for tail in sorted({digits, digits[-_PHONE[0] :]}, key=len, reverse=True):
        spaced = r"[\s.\-–/()]{0,2}".join(tail)
        text = re.sub(rf"(?<!\d)\+?{spaced}(?!\d)", mark, text)
    return text


def _without_words(text: str, wanted: list[str], mark: str) -> str:
    words = list(re.finditer(r"\w+", text))
    plain = [folded_words(word[0]) for word in words]
    for place in range(len(words) - len(wanted), -1, -1):
        if plain[place : place + len(wanted)] == wanted:
            text = text[: words[place].start()] + mark + text[words[place + len(wanted) - 1].end() :]
    return text


def _is_number(value: str) -> bool:
    digits = len(_digits(value))
    return digits >= _FEWEST and digits * 2 > len(value)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())
