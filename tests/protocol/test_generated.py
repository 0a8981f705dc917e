"""What the clients' types are generated from, and that they are fresh."""

import subprocess
import sys
from datetime import datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from hub.protocol import channel, operator, widget
from hub.protocol.common import Namespace, Wire
from hub.protocol.generate import ROOT, generated
from hub.protocol.typescript import expression, interface, typescript


class Inner(Wire):
    """Inside."""

    value: int


class Outer(Wire):
    """Two
    lines."""

    kind: Literal["outer"] = "outer"
    inner: Inner
    many: list[Inner | None]
    choice: Literal["a", "b"] = "a"
    at: datetime | None = None
    extra: dict[str, Any]


def test_an_interface() -> None:
    assert interface(Outer).splitlines() == [
        "/** Two lines. */",
        "export interface Outer {",
        '  kind: "outer";',
        "  inner: Inner;",
        "  many: (Inner | null)[];",
        '  choice?: "a" | "b";',
        "  at?: string | null;",
        "  extra: Record<string, unknown>;",
        "}",
    ]


def test_annotations_are_looked_through() -> None:
    assert expression(Annotated[int, Field(ge=1)]) == "number"
    assert expression(Annotated[Inner | Outer, Field(discriminator="kind")]) == "Inner | Outer"


@pytest.mark.parametrize("annotation", [bytes, set[int], object, complex])
def test_what_the_wire_does_not_use_has_no_type(annotation: Any) -> None:
    with pytest.raises(TypeError):
        expression(annotation)


def test_two_models_of_one_name_are_refused() -> None:
    twin = type("Inner", (Wire,), {"__annotations__": {"other": str}})
    namespace = Namespace("/x", requests={"a.b": (Inner, twin)}, events={})
    with pytest.raises(TypeError):
        typescript(namespace)


def test_a_namespace_has_all_its_requests_and_events() -> None:
    for namespace in (widget.WIDGET, operator.OPERATOR, channel.CHANNEL):
        text = typescript(namespace)
        for event, (asked, reply) in namespace.requests.items():
            assert f'"{event}": {{ request: {asked.__name__}; reply: {reply.__name__} }};' in text
            for model in (asked, reply):
                assert f"export interface {model.__name__} {{" in text
        for event, model in namespace.events.items():
            assert f'"{event}": {model.__name__};' in text


def test_the_widget_knows_nothing_that_only_operators_see() -> None:
    text = typescript(widget.WIDGET)
    for word in (
        "Note",
        "snooze",
        "Snoozed",
        "operator_id",
        "UnderstoodView",
        "confidence",
        "team_id",
        "phone",
        "Delivered",
    ):
        assert word not in text, word


def test_generated_files_are_fresh() -> None:
    for path, text in generated().items():
        assert path.read_text() == text, f"{path.relative_to(ROOT)}: run python -m hub.protocol.generate"
    checked = subprocess.run(
        [sys.executable, "-m", "hub.protocol.generate", "--check"], cwd=ROOT, timeout=30, check=False
    )
    assert checked.returncode == 0
