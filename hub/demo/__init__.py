"""The demo business: a fictional internet provider, so that everything can be tried at once."""
