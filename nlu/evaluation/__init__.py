"""How well the bot understands, judged through the pipeline that runs. ``python -m evaluation`` prints all of it."""
