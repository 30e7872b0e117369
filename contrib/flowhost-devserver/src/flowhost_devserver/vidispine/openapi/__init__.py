"""An OpenAPI description of the server, made of its routes, of what their pages read, and of the tables of forms."""

from __future__ import annotations

from flowhost_devserver.vidispine.openapi.description import description

__all__ = ["description"]
