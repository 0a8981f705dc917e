"""The wire: every request, reply and event as a typed model. Generates the clients' types and docs/protocol.md."""
