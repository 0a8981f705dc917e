"""Where the service is, and where it is out."""
