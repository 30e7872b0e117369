"""Every page there is."""

from __future__ import annotations

from flowhost_devserver.vidispine import system
from flowhost_devserver.vidispine.routing import Route

ROUTES: tuple[Route, ...] = (*system.ROUTES,)
