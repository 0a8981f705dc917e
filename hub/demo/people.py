"""Who works at the demo business. Their passwords are published: they work in demo mode only."""

from dataclasses import dataclass

from storage.model.people import Role


@dataclass(frozen=True, slots=True)
class DemoOperator:
    """An account that anybody may try."""

    login: str
    password: str
    name: str
    role: Role
    teams: tuple[str, ...]


_EVERYTHING = ("support", "sales", "billing")

DEMO_OPERATORS = (
    DemoOperator("anna", "linka-anna", "Anna Dvořáková", Role.OPERATOR, _EVERYTHING),
    DemoOperator("petr", "linka-petr", "Petr Svoboda", Role.OPERATOR, ("support", "billing")),
    DemoOperator("sara", "linka-sara", "Sára Horáková", Role.SUPERVISOR, _EVERYTHING),
    DemoOperator("filip", "linka-filip", "Filip Novotný", Role.FAQ_MAINTAINER, ()),
    DemoOperator("adam", "linka-adam", "Adam Malý", Role.ADMIN, _EVERYTHING),
)

PUBLISHED = frozenset((person.login, person.password) for person in DEMO_OPERATORS)
"""Pairs of login and password that must not open anything outside of demo mode."""
