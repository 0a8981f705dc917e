"""The workshop: trains, measures and rehearses what maintainers have drafted, beside the bot that serves customers.

``python -m workshop`` is small and imports no Rasa: Rasa runs in child processes, which end with their work.
"""
