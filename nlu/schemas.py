"""Rasa has its schema of an action's answer checked against the schema of schemas, in each turn anew.

That takes several times as long as to check the answer itself, for a schema that is always the same. Here a schema
that was found right is right from then on; answers are checked as before.
"""

import json
from typing import Any

from jsonschema import Draft7Validator

MOST = 100  # schemas to remember; Rasa has a handful


def check_each_once() -> None:
    """From now on, in this process. A wrong schema still raises ``SchemaError``, every time."""
    check = Draft7Validator.check_schema
    right: set[str] = set()

    def check_unknown(schema: dict[str, Any]) -> None:
        written = json.dumps(schema, sort_keys=True)
        if written not in right:
            check(schema)
            if len(right) < MOST:
                right.add(written)

    Draft7Validator.check_schema = staticmethod(check_unknown)
