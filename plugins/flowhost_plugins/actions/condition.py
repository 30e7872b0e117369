"""The action ``condition``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import flowhost

NAMES = frozenset({"tags", "event"})
"""What an expression of the action sees."""


class Condition:
    """Goes on only if an expression holds for the item as it is now; else the run ends here.

    The expression sees ``tags``, as ``tags.get('title')``, and ``event`` with its attributes. A step of a rule can
    have a ``when`` besides, which leaves out only that step.

    Raises:
        ConfigError: the expression uses another name.
    """

    name: ClassVar[str] = "condition"

    def __init__(
        self,
        *,
        when: Annotated[flowhost.Expression, "what must hold, e.g. tags.get('mediaType') == 'video'"],
        otherwise: Annotated[Literal["stop", "fail"], "whether the run ends well or as failed"] = "stop",
    ) -> None:
        if unknown := sorted(when.names - NAMES):
            name = unknown[0]
            sentence = f"the condition {when.text!r} uses the name {name!r}; there are 'tags' and 'event'"
            raise flowhost.ConfigError(
                flowhost.Problem(f"{sentence}; a tag is tags.get({name!r})", when.place)
            )
        self._when = when
        self._fails = otherwise == "fail"

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """See whether it holds.

        Raises:
            ExpressionError: it cannot be worked out.
        """
        if self._holds(context):
            return flowhost.Outcome.done(f"{self._when.text} holds")
        reason = f"{self._when.text} does not hold"
        if self._fails:
            return flowhost.Outcome(state="failed", reason=reason, stop=True)
        return flowhost.Outcome.done(reason, stop=True)

    def plan(self, context: flowhost.Context) -> str:
        """Whether the run would go on."""
        return f"{self._when.text}: {'go on' if self._holds(context) else 'end here'}"

    def _holds(self, context: flowhost.Context) -> bool:
        return bool(self._when.value({"tags": context.tags, "event": context.event}))
