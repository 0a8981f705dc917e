"""Checks of what is said: words in every language, braces that are filled, buttons that lead somewhere. Pure."""

import json
from collections.abc import Iterator

from hub.knowledge.braces import BRACED, broken_brace
from hub.knowledge.checks.finding import Finding
from hub.knowledge.content import topic_of_payload
from hub.knowledge.made import SAID
from hub.knowledge.project import Project


def missing_words(project: Project) -> Iterator[Finding]:
    """Answers and buttons that have no words in a language."""
    for language, spoken in project.words.items():
        for answer in project.dialogue.answers:
            if not any(text.strip() for text in spoken.answers.get(answer, ())):
                yield Finding("missing_language", "error", answer=answer, language=language)
        for button in project.dialogue.payloads:
            if not spoken.buttons.get(button, "").strip():
                yield Finding("missing_language", "error", button=button, language=language)


def unused_answers(project: Project) -> Iterator[Finding]:
    """Answers that nothing leads to."""
    for answer in project.dialogue.answers:
        if answer not in project.topics and answer not in SAID:
            yield Finding("unused_answer", "warning", answer=answer)


def unknown_placeholders(project: Project) -> Iterator[Finding]:
    """Names in braces that the bot does not know in this answer, and braces that are not closed."""
    for language, spoken in project.words.items():
        for answer, rules in project.dialogue.answers.items():
            known = {*rules.values, *spoken.facts}
            for text in spoken.answers.get(answer, ()):
                names = [name for name in dict.fromkeys(BRACED.findall(text)) if name not in known]
                for name in (*names, *filter(None, [broken_brace(text)])):
                    yield Finding(
                        "unknown_placeholder",
                        "error",
                        answer=answer,
                        language=language,
                        text=text,
                        params={"name": name, "known": ", ".join(sorted(known))},
                    )


def broken_buttons(project: Project) -> Iterator[Finding]:
    """Buttons that are shown but not there, and buttons and offers that lead nowhere."""
    dialogue = project.dialogue
    for answer, rules in dialogue.answers.items():
        for button in rules.buttons:
            if button not in dialogue.payloads:
                yield Finding(
                    "broken_button", "error", answer=answer, button=button, params={"why": "unknown"}
                )
        if (
            rules.offer
            and rules.offer not in dialogue.teams
            and f"/{rules.offer}" not in dialogue.payloads.values()
        ):
            yield Finding(
                "broken_button", "error", answer=answer, params={"why": "offer", "offer": rules.offer}
            )
    for button, payload in dialogue.payloads.items():
        topic = topic_of_payload(payload)
        if (
            not payload.startswith("/")
            or topic not in project.topics
            or not _is_object(payload.partition(topic)[2])
        ):
            yield Finding("broken_button", "error", button=button, params={"why": "nowhere", "topic": topic})
    for button in dialogue.guessable:
        if button not in dialogue.payloads:
            yield Finding("broken_button", "error", button=button, params={"why": "unknown"})


def _is_object(text: str) -> bool:
    try:
        return not text or isinstance(json.loads(text), dict)
    except ValueError:
        return False
