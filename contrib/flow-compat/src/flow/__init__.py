"""Flow's own names: the base classes of workers and sources, on top of flowhost."""

from __future__ import annotations

from flow.kinds import EventBased, Flow, Iterable, Once

__all__ = ["EventBased", "Flow", "Iterable", "Once"]
