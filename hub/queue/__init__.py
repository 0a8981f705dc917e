"""Who waits, for whom, and who takes them."""
