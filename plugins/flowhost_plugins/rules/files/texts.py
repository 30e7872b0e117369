"""The forms of texts that are read further: expressions, and texts with tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import flowhost
from flowhost_plugins.rules.files.forms import Schema
from flowhost_plugins.rules.files.nodes import Node, Scalar, wrong
from flowhost_plugins.rules.files.uses import Use, attributes_used, names_used

FACTS = ("item", "event", "now", "tags")
"""The names that conditions may use."""

EVENT_FACTS = ("event", "now")
"""The names that the expressions of a source trigger may use: there is no item yet."""

ITEM_NAMES = frozenset(
    {
        *("id", "title", "mediaType", "placeholder", "created", "updated", "originalFilename", "user"),
        *("fields", "collections", "tags", "first", "values", "has"),
    }
)
"""What may be asked of ``item``."""

EVENT_NAMES = frozenset({"id", "type", "source", "subject", "key", "time", "data", "headers"})
"""What may be asked of ``event``."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression.

    Args:
        names: those it may use.
    """

    names: tuple[str, ...] = FACTS

    def read(self, node: Node, called: str) -> flowhost.Expression:
        """The expression; its place is that of its text."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str | bool):
            raise wrong(node, called, "an expression such as item.mediaType == 'video'")
        text = node.text if isinstance(node.value, str) else node.text.capitalize()
        try:
            expression = flowhost.Expression(text, node.content)
        except flowhost.ExpressionError as error:
            problem = flowhost.Problem(
                f"{called}: the expression {_quoted(text)} {error.reason}", error.place
            )
            raise flowhost.ConfigError(problem) from None
        if problems := list(self._unknown(expression, called)):
            raise flowhost.ConfigError(problems)
        return expression

    def schema(self) -> Schema:
        """See `Form`."""
        return {"type": ["string", "boolean"], "minLength": 1}

    def _unknown(self, expression: flowhost.Expression, called: str) -> Iterator[flowhost.Problem]:
        offered: dict[str, Iterable[str]] = {"item": ITEM_NAMES, "event": EVENT_NAMES}
        uses: list[tuple[Use, str, Iterable[str]]] = [(use, "", self.names) for use in names_used(expression)]
        for name in offered.keys() & set(self.names):
            uses += [(use, f"{name}.", offered[name]) for use in attributes_used(expression, name)]
        for use, before, known in uses:
            if use.what not in known:
                near = flowhost.nearest(use.what, known) or f"; there are {', '.join(sorted(known))}"
                said = f"the expression {_quoted(expression.text)} uses {before + use.what!r}, which there is not"
                yield flowhost.Problem(f"{called}: {said}{near}", use.place)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A path with tags, within a storage."""

    def read(self, node: Node, called: str) -> flowhost.Template:
        """The path; its place is that of its text."""
        if not isinstance(node, Scalar) or isinstance(node.value, bool) or node.value is None:
            raise wrong(node, called, "a path such as 'hires/${title}'")
        try:
            return flowhost.PathTemplate(node.text, node.content)
        except flowhost.TemplateError as error:
            problem = flowhost.Problem(f"{called}: the path {_quoted(node.text)} {error.reason}", error.place)
            raise flowhost.ConfigError(problem) from None

    def schema(self) -> Schema:
        """See `Form`."""
        return {"type": ["string", "number"]}


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
