"""Ways to break the system, each small and named, none of them in the shipped code: the checker must catch them all."""

from tests.simulation.bugs import clients, hubs, stores  # noqa: F401 - they name their bugs
from tests.simulation.bugs.planting import BUGS

__all__ = ["BUGS"]
