"""Ways to break the system, each small and named, none of them in the shipped code."""

from tests.simulation.world import Cast

BUGS: dict[str, type[Cast]] = {}
