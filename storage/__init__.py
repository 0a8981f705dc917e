"""What Linka keeps: the model, the ports to it, and their two adapters (MongoDB and memory)."""
