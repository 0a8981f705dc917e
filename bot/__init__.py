"""The Telegram bot: carries one Telegram inbox to and from the hub."""
