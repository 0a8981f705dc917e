"""Resolves the dependencies anew and writes the lock files; `make lock` runs it.

The locks hold hashes and no addresses of package indexes. The file itself says what is wanted, the lock what is got.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "requirements"
UV = ROOT / ".tools" / "uv" / "bin" / "uv"
COMPILE = ("pip", "compile", "--quiet", "--generate-hashes", "--custom-compile-command", "make lock")
EVERYWHERE = "--universal"
UPGRADE = tuple(sys.argv[1:])


def lock(output: Path, python: str, *arguments: str) -> None:
    """Write one lock file."""
    command = [
        str(UV),
        *COMPILE,
        *UPGRADE,
        "--python-version",
        python,
        *arguments,
        "--output-file",
        str(output),
    ]
    print(f"  · {output.relative_to(ROOT)}")
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main_lock = HERE / "main.lock"
    lock(HERE / "tools.lock", "3.11", EVERYWHERE, str(HERE / "tools.in"))
    lock(main_lock, "3.11", EVERYWHERE, "pyproject.toml", "--group", "build")
    development = ("pyproject.toml", "--group", "dev", "--constraints", str(main_lock))
    lock(HERE / "dev.lock", "3.11", EVERYWHERE, *development)
    # Rasa's own pins do not resolve for systems that Rasa does not run on.
    lock(ROOT / "nlu" / "requirements.lock", "3.10", "nlu/pyproject.toml")
