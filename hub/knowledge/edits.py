"""The kinds of edits, as they come over the wire and are kept. Each carries what it expects to find. Pure."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter

MOST_VARIANTS = 10
MOST_BUTTONS = 10
LONGEST_SENTENCE = 500  # characters
LONGEST_WORDS = 2_000
LONGEST_TITLE = 64
LONGEST_ENTRY = 100

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,79}$")]


def _tidy(text: Any) -> Any:
    """Without what nobody sees at the ends of lines, and with one kind of line ends; what is no text stays."""
    if not isinstance(text, str):
        return text
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


Sentence = Annotated[str, Field(min_length=1, max_length=LONGEST_SENTENCE)]
Words = Annotated[str, Field(max_length=LONGEST_WORDS), BeforeValidator(_tidy)]
Variants = Annotated[tuple[Words, ...], Field(min_length=1, max_length=MOST_VARIANTS)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TITLE)]
Entry = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_ENTRY)]
Buttons = Annotated[tuple[Name, ...], Field(max_length=MOST_BUTTONS)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(_Model):
    """Something that a sentence names, from ``start`` up to ``end`` in code points; ``value`` if it is another."""

    start: Annotated[int, Field(ge=0, le=LONGEST_SENTENCE)]
    end: Annotated[int, Field(ge=1, le=LONGEST_SENTENCE)]
    entity: Name
    value: Annotated[str, Field(min_length=1, max_length=100)] | None = None


Marks = Annotated[tuple[Mark, ...], Field(max_length=20)]


class AddSentence(_Model):
    """Teach a topic one more sentence."""

    kind: Literal["add_sentence"] = "add_sentence"
    topic: Name
    language: Language
    text: Sentence
    marks: Marks = ()


class ChangeSentence(_Model):
    """Put a sentence in the place of another; ``before`` without its marks, which are ``before_marks``, if known."""

    kind: Literal["change_sentence"] = "change_sentence"
    topic: Name
    language: Language
    before: Sentence
    text: Sentence
    marks: Marks = ()
    before_marks: Marks | None = None


class RemoveSentence(_Model):
    """Forget a sentence."""

    kind: Literal["remove_sentence"] = "remove_sentence"
    topic: Name
    language: Language
    text: Sentence


class MoveSentence(_Model):
    """A sentence belongs to another topic."""

    kind: Literal["move_sentence"] = "move_sentence"
    topic: Name
    language: Language
    text: Sentence
    to: Name


class SetWords(_Model):
    """What an answer says in a language, in one or several variants."""

    kind: Literal["set_words"] = "set_words"
    answer: Name
    language: Language
    variants: Variants
    before: Annotated[tuple[str, ...], Field(max_length=100)]


class SetButtons(_Model):
    """The buttons under an answer."""

    kind: Literal["set_buttons"] = "set_buttons"
    answer: Name
    buttons: Buttons
    before: Annotated[tuple[str, ...], Field(max_length=100)]


class SetButtonTitle(_Model):
    """What stands on a button."""

    kind: Literal["set_button_title"] = "set_button_title"
    button: Name
    language: Language
    title: Title
    before: str


class SetHumanOnly(_Model):
    """Whether a topic always goes to people, and to which team."""

    kind: Literal["set_human_only"] = "set_human_only"
    topic: Name
    team: Name | None
    before: Name | None


class SetTeam(_Model):
    """Whose a topic is."""

    kind: Literal["set_team"] = "set_team"
    topic: Name
    team: Name | None
    before: Name | None


class SetFact(_Model):
    """A fact that every answer may name."""

    kind: Literal["set_fact"] = "set_fact"
    language: Language
    name: Name
    value: Title
    before: str


class AddTopic(_Model):
    """A new topic with its answer, and a button of its title; sentences are added to it afterwards."""

    kind: Literal["add_topic"] = "add_topic"
    name: Annotated[str, Field(min_length=1, max_length=80)]
    group: Annotated[str, Field(min_length=1, max_length=80)]
    titles: Annotated[dict[Language, Title], Field(max_length=20)]
    words: Annotated[dict[Language, Variants], Field(max_length=20)]
    human_only: Name | None = None


class RemoveTopic(_Model):
    """Forget a topic with all that belongs to it; ``found`` tells what that was, if known."""

    kind: Literal["remove_topic"] = "remove_topic"
    name: Name
    found: Annotated[str, Field(max_length=64)] | None = None


class AddEntry(_Model):
    """One more entry in a lookup table."""

    kind: Literal["add_entry"] = "add_entry"
    language: Language
    table: Name
    text: Entry


class RemoveEntry(_Model):
    """One entry less in a lookup table."""

    kind: Literal["remove_entry"] = "remove_entry"
    language: Language
    table: Name
    text: Entry


Edit = Annotated[
    AddSentence
    | ChangeSentence
    | RemoveSentence
    | MoveSentence
    | SetWords
    | SetButtons
    | SetButtonTitle
    | SetHumanOnly
    | SetTeam
    | SetFact
    | AddTopic
    | RemoveTopic
    | AddEntry
    | RemoveEntry,
    Field(discriminator="kind"),
]

_EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)


def read_edit(kept: Any) -> Edit:
    """An edit as it was kept. Raises pydantic's ``ValidationError``."""
    return _EDIT.validate_python(kept)


def kept_edit(edit: Edit) -> dict[str, Any]:
    """An edit as it is kept, and shown."""
    return edit.model_dump(mode="json")


def places_of(edit: Edit) -> tuple[str, ...]:
    """What an edit is about, as marks by which its history is found: ``topic:…``, ``answer:…``, ``table:…/…``."""
    match edit:
        case AddSentence() | ChangeSentence() | RemoveSentence() | SetTeam():
            return (f"topic:{edit.topic}",)
        case MoveSentence():
            return (f"topic:{edit.topic}", f"topic:{edit.to}")
        case SetHumanOnly():
            return (f"topic:{edit.topic}", f"answer:{edit.topic}")
        case AddTopic() | RemoveTopic():
            return (f"topic:{edit.name}", f"answer:{edit.name}")
        case SetWords() | SetButtons():
            return (f"answer:{edit.answer}",)
        case SetButtonTitle():
            return (f"button:{edit.button}",)
        case SetFact():
            return (f"fact:{edit.language}/{edit.name}",)
        case AddEntry() | RemoveEntry():
            return (f"table:{edit.language}/{edit.table}",)


def topics_of(edit: Edit) -> tuple[str, ...]:
    """The topics that it touches: those of its own, and the one whose answer it is."""
    return tuple(
        dict.fromkeys(
            place.partition(":")[2] for place in places_of(edit) if place.startswith(("topic:", "answer:"))
        )
    )
