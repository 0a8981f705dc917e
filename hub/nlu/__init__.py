"""The hub's side of the bot: asks Rasa for its turns, and knows its traps (a failure is 200 with [])."""

from hub.nlu.port import Nlu, NluState, NoNlu
from hub.nlu.rasa import Rasa

__all__ = ["Nlu", "NluState", "NoNlu", "Rasa"]
