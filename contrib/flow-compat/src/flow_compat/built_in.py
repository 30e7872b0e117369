"""The applications that came with Flow: a worker of flowhost plays in their stead."""

from __future__ import annotations

from typing import ClassVar

from flow.kinds import Flow


class BuiltIn(Flow):
    """An application that flowhost has itself, under another name."""

    native: ClassVar[str]
    """Name of flowhost's worker."""

    @classmethod
    def flowhost_part(cls) -> str:
        """The name of flowhost's worker.

        Raises:
            TypeError: somebody made a class of their own from it; what it changes would not count.
        """
        if "native" not in vars(cls):
            raise TypeError(
                f"it is made from {cls.__mro__[1].__name__}, in whose stead flowhost's worker {cls.native!r} runs; "
                f"write a worker of your own, or use 'worker = {cls.native}' with expressions in the profile"
            )
        return cls.native
