"""What the bot understands and says, as its maintainers see it: the text of a Rasa project, read, edited and checked."""
