"""Any value of any dataclass of the model, for property tests."""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from hypothesis import strategies as st

import storage.model

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)
LONGS = st.integers(-(2**63), 2**63 - 1)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
JSON = st.recursive(
    st.none() | st.booleans() | LONGS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: LONGS,
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    datetime: INSTANTS,
    date: st.dates(),
    time: st.times(),
    type(None): st.none(),
    Any: JSON,
}


def model_classes() -> list[type]:
    """All dataclasses that ``storage.model`` defines."""
    found: dict[str, type] = {}
    for module_info in iter_modules(storage.model.__path__):
        module = import_module(f"storage.model.{module_info.name}")
        members = {name: each for name, each in vars(module).items() if isinstance(each, type)}
        found |= {name: each for name, each in members.items() if is_dataclass(each)}
    return list(found.values())


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type as the model uses types."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(values(argument) for argument in arguments))
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    if origin in (dict, Mapping):
        return st.dictionaries(NAMES, values(arguments[1]), max_size=3)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{each.name: values(hints[each.name]) for each in fields(kind)})
    raise TypeError(f"no values known for {kind}")
