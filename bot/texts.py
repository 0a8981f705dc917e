"""The bot's own words. A further language is a further column here; a test sees to it that none has gaps. Pure."""

from enum import StrEnum

FALLBACK = "en"


class Phrase(StrEnum):
    """What the bot can say by itself."""

    TEXT_ONLY = "text_only"
    EDIT_NOT_SEEN = "edit_not_seen"
    PRIVATE_ONLY = "private_only"
    NOT_TAKEN = "not_taken"
    OLD_BUTTON = "old_button"
    HUMAN_ALREADY = "human_already"
    QUEUED = "queued"
    QUEUED_AWAY = "queued_away"
    PLACE_NEXT = "place_next"
    PLACE = "place"
    BOT_TROUBLE = "bot_trouble"
    NOT_UNDERSTOOD = "not_understood"
    TAKEN = "taken"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    HANDED_BACK = "handed_back"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    ADD_COMMENT = "add_comment"
    COMMENT_PROMPT = "comment_prompt"
    COMMENT_HINT = "comment_hint"
    THANKS_RATING = "thanks_rating"
    THANKS_COMMENT = "thanks_comment"
    RATING_TOO_LATE = "rating_too_late"
    CASE_COMPLAINT = "case_complaint"
    CASE_WISH = "case_wish"
    CASE_FAULT = "case_fault"
    ORDER_TITLE = "order_title"
    ORDER_TARIFF = "order_tariff"
    ORDER_VISIT = "order_visit"
    ORDER_ADDRESS = "order_address"
    ORDER_EQUIPMENT = "order_equipment"
    ORDER_DUE = "order_due"
    ORDER_PREPARE = "order_prepare"


_WORDS: dict[Phrase, dict[str, str]] = {
    Phrase.TEXT_ONLY: {
        "cs": "Zatím umím číst jen text. Napište mi to prosím slovy.",
        "en": "I can only read text for now. Please write it to me in words.",
    },
    Phrase.EDIT_NOT_SEEN: {
        "cs": "Úpravy odeslaných zpráv zatím nevidíme. Pošlete prosím opravený text jako novou zprávu.",
        "en": "We can't see edits of sent messages yet. Please send the corrected text as a new message.",
    },
    Phrase.PRIVATE_ONLY: {
        "cs": "Ve skupinách neodpovídám. Napište mi prosím soukromě.",
        "en": "I don't answer in groups. Please write to me in a private chat.",
    },
    Phrase.NOT_TAKEN: {
        "cs": "Omlouváme se, tuto zprávu se nepodařilo předat. Napište ji prosím jinak.",
        "en": "Sorry, this message could not be passed on. Please write it differently.",
    },
    Phrase.OLD_BUTTON: {
        "cs": "Toto tlačítko už neplatí. Napište mi to prosím slovy.",
        "en": "This button no longer works. Please write it to me in words.",
    },
    Phrase.HUMAN_ALREADY: {
        "cs": "Už o vás víme, vaši konverzaci mají na starosti kolegové.",
        "en": "We already know about you: your conversation is with my colleagues.",
    },
    Phrase.QUEUED: {
        "cs": "Předávám vás kolegům.",
        "en": "I'm passing you on to my colleagues.",
    },
    Phrase.QUEUED_AWAY: {
        "cs": "Předávám vás kolegům. Teď tu nejsou, odpovědí vám, až se vrátí.",
        "en": "I'm passing you on to my colleagues. They are away now and will answer when they are back.",
    },
    Phrase.PLACE_NEXT: {"cs": "Jste na řadě jako další.", "en": "You are next in line."},
    Phrase.PLACE: {"cs": "Jste {place}. v pořadí.", "en": "You are number {place} in line."},
    Phrase.BOT_TROUBLE: {
        "cs": "Omlouvám se, teď vám neumím odpovědět. Předávám vás kolegům.",
        "en": "Sorry, I can't answer right now. I'm passing you on to my colleagues.",
    },
    Phrase.NOT_UNDERSTOOD: {
        "cs": "Omlouvám se, nerozumím. Předávám vás kolegům.",
        "en": "Sorry, I don't understand. I'm passing you on to my colleagues.",
    },
    Phrase.TAKEN: {"cs": "Teď si píšete s člověkem: {name}.", "en": "You are talking to {name}."},
    Phrase.RELEASED: {
        "cs": "Hledáme vám jiného kolegu.",
        "en": "We are finding another colleague for you.",
    },
    Phrase.TRANSFERRED: {
        "cs": "Předáváme vás kolegovi, který vám pomůže lépe.",
        "en": "We are passing you on to a colleague who can help you better.",
    },
    Phrase.HANDED_BACK: {
        "cs": "Dál vám odpovídá bot. Člověka přivoláte příkazem /human.",
        "en": "The bot is answering you again. Send /human to get a person.",
    },
    Phrase.RESOLVED: {
        "cs": "Konverzace je uzavřena. Jak jste s námi spokojeni? (1 = vůbec, 5 = velmi)\n"
        "Kdykoli můžete napsat znovu.",
        "en": "This conversation is closed. How did we do? (1 = badly, 5 = very well)\n"
        "You can write again at any time.",
    },
    Phrase.REOPENED: {
        "cs": "Vracíme se k vaší konverzaci.",
        "en": "We have reopened your conversation.",
    },
    Phrase.ADD_COMMENT: {"cs": "Přidat komentář", "en": "Add a comment"},
    Phrase.COMMENT_PROMPT: {
        "cs": "Napište prosím komentář k hodnocení jako odpověď na tuto zprávu.",
        "en": "Please write the comment on your rating as a reply to this message.",
    },
    Phrase.COMMENT_HINT: {"cs": "Váš komentář", "en": "Your comment"},
    Phrase.THANKS_RATING: {"cs": "Děkujeme za hodnocení.", "en": "Thank you for the rating."},
    Phrase.THANKS_COMMENT: {"cs": "Děkujeme za komentář.", "en": "Thank you for the comment."},
    Phrase.RATING_TOO_LATE: {
        "cs": "Tuto konverzaci už hodnotit nelze.",
        "en": "This conversation can no longer be rated.",
    },
    Phrase.CASE_COMPLAINT: {
        "cs": "Vaši stížnost jsme zapsali pod číslem {number}.",
        "en": "We have taken down your complaint as number {number}.",
    },
    Phrase.CASE_WISH: {
        "cs": "Vaše přání jsme zapsali pod číslem {number}.",
        "en": "We have taken down your wish as number {number}.",
    },
    Phrase.CASE_FAULT: {
        "cs": "Vaši poruchu jsme zapsali pod číslem {number}.",
        "en": "We have taken down your fault as number {number}.",
    },
    Phrase.ORDER_TITLE: {
        "cs": "Vaše objednávka {number} je přijata.",
        "en": "Your order {number} has been placed.",
    },
    Phrase.ORDER_TARIFF: {"cs": "Tarif: {name}, {price} měsíčně", "en": "Tariff: {name}, {price} a month"},
    Phrase.ORDER_VISIT: {"cs": "Návštěva technika: {when}", "en": "Technician's visit: {when}"},
    Phrase.ORDER_ADDRESS: {"cs": "Adresa: {address}", "en": "Address: {address}"},
    Phrase.ORDER_EQUIPMENT: {"cs": "Zařízení: {items}", "en": "Equipment: {items}"},
    Phrase.ORDER_DUE: {"cs": "K zaplacení: {price}", "en": "To pay: {price}"},
    Phrase.ORDER_PREPARE: {
        "cs": "Připravte si prosím doklad totožnosti, přístup k místu přípojky a volnou zásuvku. "
        "Na objednávku se můžete kdykoli zeptat podle jejího čísla.",
        "en": "Please have at hand an identity card, access to where the line comes in, and a free socket. "
        "You can ask about the order by its number at any time.",
    },
}

LANGUAGES = ("cs", "en")
"""What the bot itself speaks."""


def say(phrase: Phrase, language: str, **fields: object) -> str:
    """The phrase in one of `LANGUAGES`, its ``{fields}`` filled in."""
    return _WORDS[phrase][language].format(**fields)


def every(phrase: Phrase) -> frozenset[str]:
    """The phrase in all languages."""
    return frozenset(_WORDS[phrase].values())


def choose(wanted: str | None, default: str) -> str:
    """The language to speak: the wanted one by its first part (``default`` if none), Czech for Slovak, else English."""
    primary = (wanted or default).split("-")[0].lower()
    if primary == "sk":
        return "cs"
    return primary if primary in LANGUAGES else FALLBACK
