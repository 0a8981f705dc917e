"""What the workshop refuses with. Each has a status of its own over HTTP (``workshop.doors``)."""

from __future__ import annotations


class WorkshopError(Exception):
    """Base; the text is for whoever reads the hub's log."""

    status = 500


class BadRequest(WorkshopError):
    """The request is not of the agreed form."""

    status = 400


class NotFound(WorkshopError):
    """There is no such training or model."""

    status = 404


class Busy(WorkshopError):
    """Another training is under way."""

    status = 409


class NotYet(WorkshopError):
    """The model is being loaded: ask again in a few seconds."""

    status = 503


class ChildEnded(WorkshopError):
    """A child process ended before it had answered."""
