"""The hub's HTTP doors."""

from tests.doors import browser, hub, hub_settings

__all__ = ["browser", "hub", "hub_settings"]
