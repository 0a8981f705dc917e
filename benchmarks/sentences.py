"""What simulated customers say to the bot: sentences it has not learnt, none twice, so that no cache answers."""

import random
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import yaml

from benchmarks.stack import ROOT

_UNSEEN = ROOT / "nlu" / "tests" / "understanding"
_TURNS = 5
_BEFORE = {
    "cs": (
        "",
        "dobrý den, ",
        "ahoj, ",
        "prosím vás, ",
        "ještě něco: ",
        "tak ",
        "hele, ",
        "a ",
        "čau, ",
        "zdravím, ",
    ),
    "en": (
        "",
        "hello, ",
        "hi, ",
        "please, ",
        "one more thing: ",
        "so ",
        "well, ",
        "and ",
        "hey, ",
        "sorry, ",
    ),
}
_AFTER = {
    "cs": ("", " díky", " děkuji", " prosím", " ?", " !", "...", " dík", " prosím vás", " :)"),
    "en": ("", " thanks", " thank you", " please", " ?", " !", "...", " cheers", " pls", " :)"),
}
_TO_PEOPLE = frozenset(
    {"request_human", "call_me_back", "leave_message", "complaint", "wish", "insult", "did_not_help"}
    | {"move_visit", "cancel_visit", "affirm", "deny", "out_of_scope", "change_tariff", "end_contract"}
    | {"moving_house", "connection_problem", "slow_connection", "router_wifi"}
)
"""Intents after which a person may take over, and the bot is silent."""


class Saying(NamedTuple):
    """A sentence and the language of the page it is written on."""

    language: str
    text: str


def dialogues(seed: int) -> Iterator[list[Saying]]:
    """Dialogues of five turns, each in one language, until nothing new is left to say."""
    chance = random.Random(seed)
    waiting = {language: list(_sayings(language)) for language in _BEFORE}
    for sayings in waiting.values():
        chance.shuffle(sayings)
    while all(len(sayings) >= _TURNS for sayings in waiting.values()):
        for sayings in waiting.values():
            yield [sayings.pop() for _ in range(_TURNS)]


def _sayings(language: str) -> Iterator[Saying]:
    unseen = yaml.safe_load((_UNSEEN / f"{language}.yml").read_text(encoding="utf-8"))
    for group in unseen["nlu"]:
        if group["intent"] in _TO_PEOPLE:
            continue
        for line in group["examples"].splitlines():
            words = line.removeprefix("- ")
            for before, after in product(_BEFORE[language], _AFTER[language]):
                yield Saying(language, f"{before}{words}{after}")
