"""The conversation: what may happen in it, how it changes, and how that becomes durable."""
