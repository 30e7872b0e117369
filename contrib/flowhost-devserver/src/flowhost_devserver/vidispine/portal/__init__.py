"""Portal's own API, served beside that of Vidispine."""

from __future__ import annotations

from flowhost_devserver.vidispine.portal.area import PORTAL_BASE, ROUTES, areas

__all__ = ["PORTAL_BASE", "ROUTES", "areas"]
