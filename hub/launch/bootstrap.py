"""Makes the project's own Python environment; the first thing that runs on a fresh machine.

Run as a script by the Makefile with any Python ≥ 3.11; standard library only. ``.tools`` gets a pinned uv,
``.venv`` what the lock files say. What is up to date is left alone, which takes a few milliseconds.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from hub.launch.terminal import Terminal  # noqa: E402 - found only now

TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
LOG = TOOLS / "install.log"
UV = TOOLS / "uv" / "bin" / "uv"
REQUIREMENTS = ROOT / "requirements"


class Trouble(Exception):
    """One line that says what is wrong and what to do."""


def main() -> int:
    """Bring the environment up to date; with ``--dev``, with what the tests and checks need, too."""
    terminal = Terminal()
    try:
        TOOLS.mkdir(exist_ok=True)
        _install_uv(terminal)
        _make_environment(terminal, "dev" if "--dev" in sys.argv[1:] else "main")
    except Trouble as trouble:
        terminal.problem(str(trouble))
        return 1
    except OSError as error:
        terminal.problem(
            f"Cannot write to {error.filename or ROOT} ({error.strerror}): give yourself the right to."
        )
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _install_uv(terminal: Terminal) -> None:
    lock = REQUIREMENTS / "tools.lock"
    stamp, wanted = TOOLS / "uv.stamp", _hash(lock)
    if UV.exists() and _read(stamp) == wanted:
        return
    stamp.unlink(missing_ok=True)
    with terminal.step("Installing uv", "uv"):
        if _run(str(_real_python()), "-m", "venv", "--clear", str(TOOLS / "uv")) != 0:
            raise Trouble(
                f"{_real_python()} cannot make environments: install its venv module "
                "(Debian: apt-get install python3-venv) or name another with `make PYTHON=/path/to/python3`."
            )
        pip = [str(TOOLS / "uv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        if _run(*pip, "--disable-pip-version-check", "--requirement", str(lock)) != 0:
            raise Trouble(f"uv could not be installed: {_last_words()}. Is the network there? See {LOG}")
        stamp.write_text(wanted, encoding="utf-8")


def _make_environment(terminal: Terminal, kind: str) -> None:
    wanted = {name: _hash(REQUIREMENTS / f"{name}.lock", ROOT / "pyproject.toml") for name in ("main", "dev")}
    stamp = VENV / ".linka-stamp"
    # What the tests need holds all that running needs.
    if (VENV / "bin" / "linka").exists() and _read(stamp) in {wanted[kind], wanted["dev"]}:
        return
    stamp.unlink(missing_ok=True)
    with terminal.step("Making Linka's Python environment", "Linka's Python environment"):
        python = VENV / "bin" / "python"
        if not _works(python):
            _uv("venv", "--clear", "--python", str(_real_python()), str(VENV))
        _uv("pip", "sync", "--require-hashes", "--python", str(python), str(REQUIREMENTS / f"{kind}.lock"))
        editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
        _uv("pip", "install", "--python", str(python), *editable)
        stamp.write_text(wanted[kind], encoding="utf-8")


def _uv(*arguments: str) -> None:
    if _run(str(UV), "--no-config", "--quiet", *arguments) != 0:
        raise Trouble(f"Linka's Python environment could not be made: {_last_words()}. See {LOG}")


def _run(*command: str) -> int:
    with LOG.open("ab") as log:
        done = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    return done.returncode


def _works(python: Path) -> bool:
    try:
        asked = [str(python), "-I", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _real_python() -> Path:
    """The interpreter itself: not a virtual environment's link to it, nor a shim that started it."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def _hash(*paths: Path) -> str:
    digest = hashlib.sha256(str(ROOT).encode())  # scripts in an environment know where it lies
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _last_words() -> str:
    lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line.strip().rstrip(".") for line in reversed(lines) if line.strip()), "it gave no reason")


if __name__ == "__main__":
    sys.exit(main())
