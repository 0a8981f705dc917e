"""What the bot understands and says, as its maintainers see it: a Rasa project as text, read, edited, checked."""
