"""What is encoded once for several is what each model would be."""

import pytest

from hub.conversation.commands import Action, AddNote, HandOff, SendMessage, Take
from hub.protocol import widget
from hub.realtime.namespace import Encoded, json_of
from hub.realtime.presenter import widget_entry
from hub.realtime.shown import MOST_REMEMBERED, Shown
from storage.model.entry import Author, Entry, HandoffReason, QuickReply
from tests.conversation.bench import ANNA, JANA, Script

STEPS: list[tuple[Author, Action]] = [
    (JANA, SendMessage('Dobrý den, "co" \\ je\u2028s tím?', quick_replies=(QuickReply("Ano", "/yes"),))),
    (JANA, HandOff(HandoffReason.REQUESTED, "support")),
    (ANNA, Take()),
    (ANNA, SendMessage("Hello")),
]


def entries() -> list[Entry]:
    script = Script()
    return [script.do(author, action) for author, action in STEPS]


def models(entry: Entry) -> tuple[Encoded, Encoded]:
    view = widget_entry(entry)
    assert view is not None
    appended = widget.TimelineAppended(conversation_id=entry.conversation_id, entries=[view])
    accepted = widget.EntryAccepted(entry=view)
    return Encoded(type(appended), json_of(appended)), Encoded(type(accepted), json_of(accepted))


@pytest.mark.parametrize("entry", entries())
def test_it_is_what_the_models_would_be(entry: Entry) -> None:
    shown = Shown()
    appended, accepted = models(entry)
    assert shown.accepted(entry) == accepted, "nobody was shown it here"
    assert shown.appended(entry) == appended
    assert shown.accepted(entry) == accepted, "as it was shown"
    assert shown.accepted(entry) == accepted, "a repetition"


def test_contacts_are_shown_no_notes() -> None:
    script = Script()
    script.do(JANA, SendMessage("Hello"))
    assert Shown().appended(script.do(ANNA, AddNote("Careful"))) is None


def test_what_is_never_acknowledged_is_forgotten() -> None:
    shown, script = Shown(), Script()
    for _ in range(MOST_REMEMBERED + 10):
        shown.appended(script.do(JANA, SendMessage("Hello")))
    assert len(shown._remembered) == MOST_REMEMBERED
