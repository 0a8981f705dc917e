"""The launcher's one error: a line for a person, and an exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the `linka` command ends with."""

    OK = 0
    FAILED = 1
    USAGE = 2
    ALREADY_RUNNING = 3
    INTERRUPTED = 130


class LaunchError(Exception):
    """Linka cannot go on; the text is one line that says what is wrong and what to do."""

    def __init__(self, text: str, exit_code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(text)
        self.exit_code = exit_code
