"""Payloads and their models."""

from __future__ import annotations

from flowhost_plugins.viz_one import Model, Payload

__all__ = ["Model", "Payload"]
