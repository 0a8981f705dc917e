"""How a bug is planted: parts are replaced while a seed runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.simulation.world import Cast

BUGS: dict[str, type[Cast]] = {}
Patch = tuple[Any, str, Any]


def bug(name: str, what: str, *patches: Patch, **parts: Any) -> None:
    """Name a bug: ``patches`` are (owner, attribute, what is put there), ``parts`` are attributes of the cast."""

    @contextmanager
    def plant(self: Cast) -> Iterator[None]:
        with ExitStack() as stack:
            for owner, attribute, value in patches:
                before = getattr(owner, attribute)
                setattr(owner, attribute, value)
                stack.callback(setattr, owner, attribute, before)
            yield

    BUGS[name] = type(name, (Cast,), {"plant": plant, "__doc__": what, **parts})


def each_world(make: Callable[[], Any]) -> Callable[[], Any]:
    """A value that every world has for itself, found by the running event loop."""
    import asyncio
    from weakref import WeakKeyDictionary

    values: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def of_this_world() -> Any:
        return values.setdefault(asyncio.get_running_loop(), make())

    return of_this_world
