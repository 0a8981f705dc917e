"""Quick checks of the text, made while it is written. Pure; Rasa's own validation comes with the training."""

from hub.knowledge.checks import answers, sentences, topics
from hub.knowledge.checks.finding import Finding
from hub.knowledge.project import Project

_CHECKS = (
    sentences.same_sentences,
    answers.unknown_placeholders,
    answers.missing_words,
    answers.broken_buttons,
    topics.unreachable_topics,
    topics.bad_patterns,
    sentences.few_sentences,
    sentences.near_duplicates,
    answers.unused_answers,
)


def findings_of(project: Project) -> tuple[Finding, ...]:
    """All that is found, errors first."""
    found = [finding for check in _CHECKS for finding in check(project)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


__all__ = ["Finding", "findings_of"]
