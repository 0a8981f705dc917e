"""The hub's doors, for this folder."""

from tests.doors import browser, hub, hub_settings

__all__ = ["browser", "hub", "hub_settings"]
