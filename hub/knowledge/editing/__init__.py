"""Applying edits to the text: each touches its own lines only."""
