"""Role × conversation × action, against a table that people have reviewed. Change it by hand, with thought."""

import inspect
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.people import access
from storage.model.conversation import (
    Channel,
    Conversation,
    Handoff,
    Queued,
    ResolvedAt,
    WithBot,
    WithOperator,
)
from storage.model.entry import HandoffReason
from storage.model.people import Operator, Role

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ME = Operator(id="me", login="me", name="Me", role=Role.OPERATOR, password_hash="", teams=("support",))
BLANK = Conversation(id="c", inbox_id="demo", contact_id="jana", channel=Channel.WEBCHAT, seq=1, episode=1)
FROM_SALES = Handoff(HandoffReason.REQUESTED, "sales", NOW)
FROM_SUPPORT = Handoff(HandoffReason.REQUESTED, "support", NOW)

PEOPLE = {
    "operator": ME,
    "supervisor": replace(ME, role=Role.SUPERVISOR),
    "admin": replace(ME, role=Role.ADMIN),
    "faq_maintainer": replace(ME, role=Role.FAQ_MAINTAINER),
    "operator, off": replace(ME, active=False),
    "supervisor, off": replace(ME, role=Role.SUPERVISOR, active=False),
    "admin, off": replace(ME, role=Role.ADMIN, active=False),
}
CONVERSATIONS = {
    "with bot": BLANK,
    "queued, own team": replace(BLANK, responder=Queued("support", NOW)),
    "queued, other team": replace(BLANK, responder=Queued("sales", NOW)),
    "mine": replace(BLANK, responder=WithOperator("me", "Me", "support", NOW)),
    "mine, other team": replace(BLANK, responder=WithOperator("me", "Me", "sales", NOW)),
    "colleague's, own team": replace(BLANK, responder=WithOperator("you", "You", "support", NOW)),
    "colleague's, other team": replace(BLANK, responder=WithOperator("you", "You", "sales", NOW)),
    "resolved, own team": replace(BLANK, status=ResolvedAt(NOW), handoff=FROM_SUPPORT),
    "resolved, other team": replace(BLANK, status=ResolvedAt(NOW), responder=WithBot(), handoff=FROM_SALES),
}

# s: see · a: act in it (take, write, transfer, resolve…) · c: rename the contact · p: place an order
ACTIONS = {
    "s": access.may_see,
    "a": access.may_answer,
    "c": access.may_rename_contact,
    "p": access.may_place_order,
}
NONE = ""

MATRIX = {
    #                          operator  supervisor  admin  faq_maintainer
    "with bot": ("sacp", "sacp", "sacp", NONE),
    "queued, own team": ("sacp", "sacp", "sacp", NONE),
    "queued, other team": (NONE, "sacp", "sacp", NONE),
    "mine": ("sacp", "sacp", "sacp", NONE),
    "mine, other team": ("sacp", "sacp", "sacp", NONE),
    "colleague's, own team": ("sac", "sacp", "sacp", NONE),
    "colleague's, other team": (NONE, "sacp", "sacp", NONE),
    "resolved, own team": ("sacp", "sacp", "sacp", NONE),
    "resolved, other team": (NONE, "sacp", "sacp", NONE),
}
COLUMNS = ("operator", "supervisor", "admin", "faq_maintainer")


@pytest.mark.parametrize("kind", CONVERSATIONS)
@pytest.mark.parametrize("person", PEOPLE)
def test_what_a_role_may_do_to_a_conversation(person: str, kind: str) -> None:
    allowed = MATRIX[kind][COLUMNS.index(person)] if person in COLUMNS else NONE

    done = {key for key, may in ACTIONS.items() if may(PEOPLE[person], CONVERSATIONS[kind])}

    assert done == set(allowed)


@pytest.mark.parametrize(
    ("person", "teams", "over", "next_", "receive", "catalogue", "outages", "knowledge"),
    [
        ("operator", ["support"], False, True, True, True, "r", NONE),
        ("supervisor", None, True, True, True, True, "rw", "r"),
        ("admin", None, True, True, True, True, "rw", "rw"),
        ("faq_maintainer", [], False, False, False, True, NONE, "rw"),
        ("operator, off", [], False, False, False, False, NONE, NONE),
        ("supervisor, off", [], False, False, False, False, NONE, NONE),
        ("admin, off", [], False, False, False, False, NONE, NONE),
    ],
)
def test_what_a_role_may_do_at_all(
    person: str,
    teams: list[str] | None,
    over: bool,
    next_: bool,
    receive: bool,
    catalogue: bool,
    outages: str,
    knowledge: str,
) -> None:
    operator = PEOPLE[person]

    assert access.visible_teams(operator) == teams
    assert access.may_take_over(operator) is over
    assert access.may_take_next(operator) is next_
    assert access.may_receive(operator) is receive
    assert access.may_read_catalogue(operator) is catalogue
    assert access.may_read_outages(operator) is ("r" in outages)
    assert access.may_edit_outages(operator) is ("w" in outages)
    assert access.may_read_knowledge(operator) is ("r" in knowledge)
    assert access.may_edit_knowledge(operator) is ("w" in knowledge)


def test_every_rule_is_in_the_tables() -> None:
    rules = {name for name, _ in inspect.getmembers(access, inspect.isfunction) if name.startswith("may_")}
    reviewed = {may.__name__ for may in ACTIONS.values()}

    at_all = {"may_take_over", "may_take_next", "may_receive", "may_read_catalogue"}
    pages = {f"may_{deed}_{page}" for deed in ("read", "edit") for page in ("outages", "knowledge")}
    assert rules == reviewed | at_all | pages
    assert set(MATRIX) == set(CONVERSATIONS)


@pytest.mark.parametrize(
    ("kind", "team"),
    [
        ("with bot", None),
        ("queued, other team", "sales"),
        ("mine", "support"),
        ("resolved, other team", "sales"),
    ],
)
def test_whose_conversation_it_is(kind: str, team: str | None) -> None:
    assert access.team_of(CONVERSATIONS[kind]) == team


def test_lists_and_opening_agree_for_the_queue() -> None:
    for person in PEOPLE.values():
        teams = access.visible_teams(person)
        for conversation in CONVERSATIONS.values():
            if isinstance(conversation.responder, Queued):
                listed = teams is None or conversation.responder.team in teams
                assert listed == access.may_see(person, conversation)
