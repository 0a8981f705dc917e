"""Parts of Rasa's pipeline that are our own: what a sentence means, and what it asks for."""
