"""Errors of HTTP."""

from __future__ import annotations

from flowhost_plugins.viz_one import HTTPClientError, HTTPConflict, HTTPServerError, NotFound

__all__ = ["HTTPClientError", "HTTPConflict", "HTTPServerError", "NotFound"]
