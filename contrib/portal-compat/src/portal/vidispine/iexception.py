"""What helpers raise."""

from __future__ import annotations

from flowhost_plugins.vidispine import Missing, Refused

NotFoundError = Missing
"""There is no such thing."""

VSAPIError = Refused
"""Vidispine refuses the request; NotFoundError is one of these."""
