"""Orders: what can be ordered, at what price, and how an order comes out of a conversation."""
