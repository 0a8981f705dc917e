"""What a hub's process takes for itself before it serves."""

import subprocess
import sys

FEW = """
import resource
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
from hub.__main__ import MOST_FILES, allow_open_files
assert allow_open_files() == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
assert allow_open_files() == (MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES))
assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] == hard
"""


def test_a_hub_takes_as_many_open_files_as_it_is_granted() -> None:
    """In a process of its own, since it cannot be undone everywhere."""
    ended = subprocess.run(
        [sys.executable, "-c", FEW], check=False, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
