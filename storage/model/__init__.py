"""The nouns of Linka as plain frozen dataclasses. Everyone may import it; it imports nothing of ours."""
