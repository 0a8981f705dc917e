"""What takes long with the text: off the loop, and one piece of work after the other.

Threads do not make it quicker. Side by side, those who ask for the same would each have it made, and keep threads from
others who wait for theirs; in turn, whoever comes next finds what was made before.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="knowledge")


async def in_turn(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the work returns, or raises. Whoever gives up waiting before their turn takes none."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, lambda: work(*args, **kwargs))
