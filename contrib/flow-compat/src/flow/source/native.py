"""What Flow's own listeners have in common: a source of flowhost plays in their stead."""

from __future__ import annotations

from typing import ClassVar

from flow.kinds import EventBased


class Native(EventBased):
    """A listener that flowhost has itself, under another name.

    A class made from one of them with a `run` of its own is a source like any other; without one it is the listener.
    """

    native: ClassVar[str]
    """Name of flowhost's source."""

    def native_run(self) -> None:
        """Never called: flowhost's source runs."""
        raise NotImplementedError(f"flowhost's source {self.native!r} runs in the stead of this one")

    run = native_run
