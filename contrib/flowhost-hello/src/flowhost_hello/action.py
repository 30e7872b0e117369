"""An action: one step of a rule."""

from __future__ import annotations

import logging
from typing import Annotated, ClassVar

import flowhost
from flowhost_hello.resource import Phrases

log = logging.getLogger(__name__)


class GreetItem:
    """Greets somebody on behalf of the item the rule is about.

    Greeting twice does no harm, so it is just done again when a crash interrupted the step.
    """

    name: ClassVar[str] = "greet-item"

    def __init__(
        self,
        *,
        who: Annotated[tuple[flowhost.Template, ...], "who is greeted; tags such as ${title} are filled in"],
        formal: Annotated[bool, "be formal"] = True,
        phrases: Phrases,  # a need: the resource of the daemon's profile
    ) -> None:
        self._who = who
        self._formal = formal
        self._phrases = phrases

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Greet; skipped when the rule was started by an event that is about no item.

        Called for several items at once, from several threads.

        Raises:
            UndefinedTag: the item has no value for a tag; the step failed.
        """
        if context.item is None:
            return flowhost.Outcome.skipped("there is no item to greet for")
        greetings = self._greetings(context)
        for greeting in greetings:
            log.info("%s", greeting)
        return flowhost.Outcome.done("; ".join(greetings))

    def plan(self, context: flowhost.Context) -> str:
        """Say what `act` would do, for who tries a rule before it is deployed."""
        return "would say: " + "; ".join(self._greetings(context))

    def _greetings(self, context: flowhost.Context) -> list[str]:
        names = [name for one in self._who for name in one.values(context.tags)]
        return [self._phrases.greeting(name, formal=self._formal) for name in names]
