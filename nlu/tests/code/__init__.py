"""Tests that need the Python of Rasa: ``python -m unittest discover -s tests/code -t .`` in the folder of the bot."""
