"""The bot's actions: pure modules that decide what to say, and thin doors to Rasa (actions) and the hub (hub)."""
