"""Transfers."""

from __future__ import annotations

from flowhost_plugins.viz_one import PluginData, TransferRequest, TransferStep

__all__ = ["PluginData", "TransferRequest", "TransferStep"]
