"""How the bot does: what becomes of episodes and of the questions in them, day by day."""
