"""The action ``stop``."""

from __future__ import annotations

from typing import Annotated, ClassVar

import flowhost

_NO_REASON = flowhost.Template("")


class Stop:
    """Ends the run here, well: no later step is taken."""

    name: ClassVar[str] = "stop"

    def __init__(
        self, *, reason: Annotated[flowhost.Template, "why, for people; may have tags"] = _NO_REASON
    ) -> None:
        self._reason = reason

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """End the run.

        Raises:
            UndefinedTag: the reason has a tag without a value.
        """
        return flowhost.Outcome.done(self._reason.render(context.tags), stop=True)

    def plan(self, context: flowhost.Context) -> str:
        """That the run would end."""
        reason = self._reason.render(context.tags)
        return f"end the run: {reason}" if reason else "end the run"
