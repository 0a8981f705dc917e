"""The schema of an action's answer is checked once, its answers always."""

from __future__ import annotations

import unittest
from unittest.mock import patch

from jsonschema import Draft7Validator, SchemaError, ValidationError
from rasa.core.actions.action import RemoteAction

from schemas import check_each_once


class EachOnce(unittest.TestCase):
    """With Rasa's own check of what an action has answered."""

    def setUp(self) -> None:
        whole = Draft7Validator.check_schema
        self.checked: list[object] = []

        def counted(schema: object) -> None:
            self.checked.append(schema)
            whole(schema)

        patcher = patch.object(Draft7Validator, "check_schema", counted)
        patcher.start()
        self.addCleanup(patcher.stop)
        check_each_once()
        # As Rasa does it; by its private name, since it has no other door without a server behind.
        self.check = RemoteAction("action_answer", None)._validate_action_result  # noqa: SLF001

    def test_rasas_schema_is_checked_once_and_every_answer(self) -> None:
        for _ in range(3):
            self.assertTrue(self.check({"events": [], "responses": []}))
            with self.assertRaises(ValidationError):
                self.check({"events": "no list", "responses": []})

        self.assertEqual(1, len(self.checked))

    def test_a_wrong_schema_is_refused_every_time(self) -> None:
        for _ in range(2):
            with self.assertRaises(SchemaError):
                Draft7Validator.check_schema({"type": "no such type"})


if __name__ == "__main__":
    unittest.main()
