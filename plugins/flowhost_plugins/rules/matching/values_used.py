"""The values an expression used, for the sentence that tells what became of it.

Only what begins with a name of the facts is told, as far as it can be followed without working anything out:
``item.mediaType``, ``item.fields['x']``, ``item.first('x')``, ``event.data['status']``.
"""

from __future__ import annotations

import ast
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

import flowhost
from flowhost_plugins.rules.matching.facts import NAMES, Facts

LONGEST = 60
"""Characters of one value that are told."""

_Step: TypeAlias = tuple[str, Any]
"""``attribute`` and its name, ``part`` and its key, ``call`` and its arguments."""

_DATA = frozenset(flowhost.Event.__dataclass_fields__)


@lru_cache(maxsize=4096)
def paths(text: str) -> tuple[tuple[str, tuple[_Step, ...]], ...]:
    """The paths an expression follows from the facts: how each is written, and its steps."""
    tree = ast.parse(text.strip(), mode="eval")
    bound = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    found: dict[str, tuple[_Step, ...]] = {}
    _gather(tree.body, bound, found)
    return tuple(found.items())


def told(text: str, facts: Facts) -> str:
    """The values an expression used: ``item.mediaType = 'audio', item.title = 'x'``; empty when there are none."""
    return ", ".join(f"{path} = {_value(steps, facts)}" for path, steps in paths(text))


def _gather(node: ast.AST, bound: set[str], found: dict[str, tuple[_Step, ...]]) -> None:
    steps = _steps(node)
    if steps is not None and steps[0][1] in NAMES and steps[0][1] not in bound:
        found[ast.unparse(node)] = steps
        return
    for child in _parts(node):
        _gather(child, bound, found)


def _parts(node: ast.AST) -> Iterable[ast.AST]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return (node.func.value, *node.args, *node.keywords)  # of x.lower() it is x that tells something
    return ast.iter_child_nodes(node)


def _steps(node: ast.AST) -> tuple[_Step, ...] | None:
    """The steps of a path; None when the node is none."""
    if isinstance(node, ast.Name):
        return (("name", node.id),)
    if isinstance(node, ast.Attribute):
        return _after(node.value, ("attribute", node.attr))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return _after(node.value, ("part", node.slice.value))
    if isinstance(node, ast.Call) and not node.keywords and isinstance(node.func, ast.Attribute):
        arguments = [one.value for one in node.args if isinstance(one, ast.Constant)]
        if len(arguments) == len(node.args) and node.func.attr in ("first", "values", "has", "get"):
            return _after(node.func, ("call", tuple(arguments)))
    return None


def _after(node: ast.AST, step: _Step) -> tuple[_Step, ...] | None:
    before = _steps(node)
    return None if before is None else (*before, step)


def _value(steps: tuple[_Step, ...], facts: Facts) -> str:
    try:
        value: Any = facts[steps[0][1]]
        for kind, what in steps[1:]:
            value = _FOLLOW[kind](value, what)
    except (flowhost.Permanent, LookupError, AttributeError, TypeError):
        return "nothing"
    return shown(value)


def _attribute(value: Any, name: str) -> Any:
    offered = _DATA if isinstance(value, flowhost.Event) else getattr(type(value), "expression_names", ())
    if name in offered:
        return getattr(value, name)
    if name == "get" and isinstance(value, Mapping):
        return value.get
    raise AttributeError(name)


def _part(value: Any, key: Any) -> Any:
    offered = getattr(type(value), "expression_names", ())
    if isinstance(value, Mapping | Sequence) or "__getitem__" in offered:
        return value[key]
    raise TypeError(key)


def _call(value: Any, arguments: tuple[Any, ...]) -> Any:
    return value(*arguments)


_FOLLOW: dict[str, Callable[[Any, Any], Any]] = {"attribute": _attribute, "part": _part, "call": _call}

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = LONGEST
_SHORT.maxdict = _SHORT.maxlist = _SHORT.maxtuple = 5


def shown(value: Any) -> str:
    """A value in a sentence, not longer than needed."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S%z}"
    if isinstance(value, str) and len(value) <= LONGEST:
        return repr(value)
    return _SHORT.repr(value)
