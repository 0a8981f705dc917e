"""``python -m workshop.trainer FOLDER MODEL``: check a text as Rasa does, and make its model. A child of the workshop.

It says ``{"step": name}`` when a step begins, ``{"findings": […]}`` once, and ``{"trained": true}`` at the end.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings
from pathlib import Path
from typing import Any

from workshop.progress import CHECK, IMPORT, PREPARE
from workshop.quickly import keep_no_steps, remember_sentences
from workshop.settings import PROJECT
from workshop.speaking import Say, take_over_output

_BEGINS = re.compile(r"Starting to train component '(\w+)'")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_ABOUT_TEXT = ("validator.py", "rasa_yaml.py", "training_data.py", "domain.py", "yaml_story_reader.py")
"""Where warnings about what maintainers write come from; others are about Rasa itself."""

_LONGEST = 500  # characters of a message


class _Steps(logging.Handler):
    """Tells of each step that Rasa logs."""

    def __init__(self, say: Say) -> None:
        super().__init__(logging.INFO)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        if begins := _BEGINS.search(record.getMessage()):
            self._say({"step": begins[1]})


def main(folder: Path, model: Path) -> int:
    """Exit code 0, also where the text was found wrong: then that was said, and there is no model."""
    say = take_over_output()
    say({"step": IMPORT})
    from rasa.model_training import train

    say({"step": CHECK})
    findings = _checked(folder)
    say({"findings": findings})
    if any(finding["severity"] == "error" for finding in findings):
        return 0
    logger = logging.getLogger("rasa.engine.training.hooks")
    logger.setLevel(logging.INFO)
    logger.addHandler(_Steps(say))
    say({"step": PREPARE})
    remember_sentences()
    keep_no_steps()
    result = train(
        str(folder / "domain"),
        str(PROJECT / "config.yml"),
        [str(folder / "data")],
        output=str(model.parent),
        fixed_model_name=model.name,
        force_training=True,
    )
    if result.code or not model.exists():
        return 1
    say({"trained": True})
    return 0


def _checked(folder: Path) -> list[dict[str, Any]]:
    """What Rasa finds wrong with a text, or doubtful."""
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.validator import Validator

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            importer = TrainingDataImporter.load_from_config(
                str(PROJECT / "config.yml"), str(folder / "domain"), [str(folder / "data")]
            )
            validator = Validator.from_importer(importer)
            sound = [
                validator.verify_domain_validity(),
                validator.verify_nlu(ignore_warnings=True),
                validator.verify_form_slots(),
                validator.verify_slot_mappings(),
                validator.verify_story_structure(ignore_warnings=True),
            ]
        except (RasaException, ValueError, KeyError, TypeError, AttributeError) as error:
            return [_finding("error", str(error) or type(error).__name__, folder)]
    doubts = [str(each.message) for each in said if Path(each.filename).name in _ABOUT_TEXT]
    severity = "warning" if all(sound) else "error"
    found = [_finding(severity, doubt, folder) for doubt in dict.fromkeys(doubts)]
    if severity == "error" and not found:
        found = [_finding("error", "Rasa does not accept the text.", folder)]
    return found


def _finding(severity: str, message: str, folder: Path) -> dict[str, Any]:
    plain = _COLOURS.sub("", message).replace(f"{folder}/", "").strip()
    return {"severity": severity, "message": plain[:_LONGEST]}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
