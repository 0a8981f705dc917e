"""Where things are on disk."""

from dataclasses import dataclass
from pathlib import Path

from hub.launch.errors import LaunchError
from hub.settings import PROJECT_ROOT, Settings


@dataclass(frozen=True)
class Layout:
    """The checkout and the data folder, and what lies in them."""

    root: Path
    data: Path
    knowledge: Path

    @classmethod
    def of(cls, settings: Settings) -> "Layout":
        """The layout of this checkout under these settings."""
        return cls(root=PROJECT_ROOT, data=settings.data, knowledge=settings.knowledge)

    @property
    def logs(self) -> Path:
        """One file per child, and those of installs and builds."""
        return self.data / "logs"

    @property
    def run(self) -> Path:
        """Process files and the lock of a running Linka."""
        return self.data / "run"

    @property
    def mongo(self) -> Path:
        """The embedded database."""
        return self.data / "mongo"

    @property
    def models(self) -> Path:
        """Trained Rasa models."""
        return self.data / "models"

    @property
    def secrets(self) -> Path:
        """Secrets made on the first start."""
        return self.data / "secrets.json"

    @property
    def nlu(self) -> Path:
        """The Rasa project: its code, and what it knows where ``knowledge`` is not elsewhere."""
        return self.root / "nlu"

    @property
    def nlu_python(self) -> Path:
        """Python of Rasa's own environment."""
        return self.nlu / ".venv" / "bin" / "python"

    @property
    def panel(self) -> Path:
        """The operator panel's npm project."""
        return self.root / "hub" / "panel"

    @property
    def widget(self) -> Path:
        """The widget's npm project."""
        return self.root / "webchat-widget"

    def make_folders(self) -> None:
        """Make the data folder and its parts.

        Raises `LaunchError` when they cannot be written to.
        """
        for folder in (self.data, self.logs, self.run, self.models):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                probe = folder / ".writable"
                probe.write_bytes(b"")
                probe.unlink()
            except OSError as error:
                raise LaunchError(
                    f"Cannot write to {folder} ({error.strerror}): give yourself the right to, "
                    "or set LINKA_DATA to a folder of yours."
                ) from None
