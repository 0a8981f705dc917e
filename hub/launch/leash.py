"""Becomes another program that ends when its parent does.

Run as a script: ``python -I leash.py PARENT_PID NICENESS PROGRAM ARGUMENTS…``. On Linux the kernel is asked to send
SIGTERM when the parent dies, however it dies; elsewhere the process files alone find what was left over.
The program keeps this process' id, so nothing stands between it and its parent.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Set the leash, then become the program."""
    parent, niceness, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        sys.exit("The process that started this one has ended.")
    os.nice(int(niceness))
    try:
        os.execvp(command[0], command)  # noqa: S606 - the launcher's own command, no shell wanted
    except OSError as error:
        sys.exit(f"Cannot start {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
