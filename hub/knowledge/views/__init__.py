"""What maintainers are shown, as plain data for the wire. Pure."""
