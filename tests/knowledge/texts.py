"""A small bot for tests, and what the bot's own program makes of a text."""

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hub.knowledge.files import Files
from hub.settings import PROJECT_ROOT

NLU = PROJECT_ROOT / "nlu"
if str(NLU) not in sys.path:
    sys.path.insert(0, str(NLU))  # the actions are a package of the Rasa project, not of ours

from actions.content import Content, parse_content  # noqa: E402
from actions.examples import annotated  # noqa: E402

_LISTENS = """\
listens:
  tariff_numbers: {stovk: 100}
  numbers: {
    one: 1, two: 2,
    three: 3,   # and so on
  }
  uses: {light: [mail*]}
  fury: [damn*]
"""

_FORMATS = """\
formats:
  decimal_mark: ","
  thousand: "1 000"
  megabits: '{n} Mb/s'
  tariff_details: |-
    {name}. {description}
    {includes}
  more_includes: |-2

    More:
    {includes}
  outage: "• {text}"
"""

_CS = f"""\
# Co bot říká. # dvakrát
language: čeština

facts:
  company: Optik   # jméno
  phone: 800 100 500
{_FORMATS}
{_LISTENS}
buttons:
  invoice: Faktura
  human: 'Mluvit s člověkem'   # vždy
  wish: "Mám nápad: hned"

answers:
  # pozdravy
  greet: Dobrý den, tady {{company}}.   # první věta
  goodbye:
    - Na shledanou.
    # druhá možnost
    - |-
      Hezký den
      a příště.
  ask_bill: >-
    Faktura chodí mejlem,
    do pátého dne.

  wish: |-   # poznámka
    Děkuju.
    Zapsal jsem to.
  failed: "Nejde to."
  not_understood: Nerozumím.
# konec
"""

_EN = f"""\
language: English
facts: {{company: Optik, phone: "800 100 500"}}
{_FORMATS}
{_LISTENS}
buttons: {{invoice: Invoice, human: "Talk to a person", wish: "I have an idea"}}
answers:
  greet: Hello, this is {{company}}.
  goodbye: Bye.
  ask_bill: By mail.
  wish: Thank you.
  failed: It does not work.
  not_understood: "I don't understand."
"""

TINY: Files = {
    "content/dialogue.yml": """\
# Rules.
teams: [support, billing]
topics:
  support: []
  billing: [
    # whose else
    ask_bill,
    goodbye,
  ]
default_language: cs
sure: 0.5

buttons:
  invoice: /ask_bill
  human: '/ask_bill{"date": "today"}'
  wish: /wish
guessable: [
  invoice, wish,
]
asides: [greet]
needs: {light: [50, 25]}
answers:
  greet: {buttons: [invoice, human]}
  goodbye: {}
  # by the block
  ask_bill:
    buttons:
      - human
      - wish
    offer: billing
  wish: {values: [case]}
  failed: {handoff: {reason: failed, team: support}}
  not_understood: {buttons: [human]}
""",
    "content/words/cs.yml": _CS,
    "content/words/en.yml": _EN,
    "domain/intents.yml": """\
version: "3.1"
intents:
  # manners
  - greet
  - goodbye
  # money
  - ask_bill
  - wish: {use_entities: []}
""",
    "domain/memory.yml": 'version: "3.1"\nentities:\n  - town\n  - date\n',
    "data/rules/answers.yml": """\
version: "3.1"
rules:
  - rule: Whatever is understood is answered
    steps:
      - or:
          - intent: greet
          - intent: goodbye
          - intent: ask_bill
          - intent: wish
          - intent: nlu_fallback
      - action: action_answer
""",
    "data/nlu/cs/manners.yml": """\
# Zdvořilosti
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - ahoj
      - dobrý den

  # loučení
  - intent: goodbye
    examples: |
      - nashle
      - tak zase v [Brně](town)
""",
    "data/nlu/cs/money.yml": """\
version: "3.1"
nlu:
- intent: ask_bill
  examples: |
    - kde je faktura
    - faktura za [leden](date) pro [Brno]{"entity": "town", "value": "Brno"}
- intent: wish
  examples: |
      - mám nápad
      - # začíná křížkem
- lookup: town
  examples: |
    - Brno
    - Aš""",
    "data/nlu/en/all.yml": """\
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
  - intent: goodbye
    examples: |
      - bye
  - intent: wish
    examples: |
      - an idea
  - lookup: town
    examples: |
      - Prague
  - regex: price
    examples: |
      - \\b(price|cost)\\b
""",
    "tests/understanding/cs.yml": 'version: "3.1"\nnlu:\n  - intent: greet\n    examples: |\n      - zdar\n',
}
"""Comments beside and between, blocks and brackets, odd indents, a last line without an end."""


def data_of(text: str) -> Any:
    """What another reader of YAML finds in a text."""
    return yaml.load(text, yaml.CSafeLoader)


def said(files: Files) -> Content:
    """The content as the action server reads it; raises ``ContentError`` where it would refuse it.

    What the program listens for and in which forms it says things grows with the program: that is the shipped bot's.
    """
    dialogue = {**data_of(files["content/dialogue.yml"]), "needs": _shipped("content/dialogue.yml")["needs"]}
    words = {}
    for path in (path for path in files if path.startswith("content/words/")):
        body, shipped = data_of(files[path]), _shipped(path)
        listens = {**shipped["listens"], "tariff_numbers": body["listens"]["tariff_numbers"]}
        language = path.removeprefix("content/words/").removesuffix(".yml")
        words[language] = {**body, "formats": shipped["formats"], "listens": listens}
    return parse_content(dialogue, words)


@cache
def _shipped(path: str) -> Any:
    return data_of((NLU / path).read_text(encoding="utf-8"))


def learnt(files: Files, language: str) -> dict[str, list[str]]:
    """The sentences of a language by intent, as the bot's program reads them."""
    found: dict[str, list[str]] = {}
    for path in sorted(files):
        if path.startswith(f"data/nlu/{language}/"):
            for intent, text, _ in annotated(data_of(files[path])):
                found.setdefault(intent, []).append(text)
    return found


COMMENTS = [
    (path, comment.strip())
    for path, text in TINY.items()
    for comment in re.findall(r"(?m)(?:^|\s)(#[^\n]*)$", text)
    if "křížkem" not in comment
]
"""The comments of the small bot; a sentence that begins like one is none."""


def comments(files: Files) -> list[tuple[str, str]]:
    """Which of those are there."""
    return [(path, comment) for path, comment in COMMENTS if comment in files[path]]


def put(folder: Path, files: Files) -> None:
    """Write files as somebody with a text editor does."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
