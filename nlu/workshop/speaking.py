"""How a child process speaks with the workshop: a line of JSON each, over its standard input and output.

Whatever Rasa and its libraries print goes to the log instead.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

Say = Callable[[Any], None]


def take_over_output() -> Say:
    """From now on the standard output is the log's, and what is said goes where it went."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(what: Any) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    return say


def heard() -> Iterator[Any]:
    """What is asked, until nobody will ask any more."""
    for line in sys.stdin:
        yield json.loads(line)
