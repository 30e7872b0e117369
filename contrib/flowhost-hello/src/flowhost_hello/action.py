"""An action: one step of a rule."""

from __future__ import annotations

import logging
from typing import ClassVar

import flowhost
from flowhost_hello.resource import Phrases

log = logging.getLogger(__name__)


class GreetItem:
    """Greets the item the rule is about."""

    name: ClassVar[str] = "greet-item"

    def __init__(self, *, phrases: Phrases) -> None:
        self._phrases = phrases

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Greet the item; skipped when the rule was started by an event that is about none."""
        if context.item is None:
            return flowhost.Outcome.skipped("there is no item to greet")
        greeting = self._phrases.greeting(context.item, formal=True)
        log.info("%s", greeting)
        return flowhost.Outcome.done(greeting)
