"""The teams of the business. ``DEFAULT_TEAM`` gets what nobody else is named for."""

DEFAULT_TEAM = "support"

TEAMS: dict[str, str] = {"support": "Support", "sales": "Sales", "billing": "Billing"}
