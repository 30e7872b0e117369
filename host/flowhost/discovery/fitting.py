"""Whether a class that a plugin offers can be the part it is offered as."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from flowhost import parts, roles
from flowhost.actions import Action
from flowhost.hookspecs import REQUIRED_METHODS
from flowhost.options import options_of
from flowhost.parts import Kind, Parser, Resource, Source, Worker

PROTOCOLS: dict[Kind, Any] = {
    "source": Source,
    "worker": Worker,
    "action": Action,
    "parser": Parser,
    "resource": Resource,
}
"""Kind of part → what one can do."""

_SHOWN = 60  # characters of a stranger's object in a message


PROMISES = (parts.__name__, roles.__name__)
"""Modules whose classes only say what a part must be able to do."""


def shown(value: object) -> str:
    """Any object of a stranger's, short enough for a message."""
    if isinstance(value, type):
        return f"class {value.__name__}"
    try:
        text = repr(value).partition("\n")[0]
    except Exception:  # noqa: BLE001  # even its repr is a stranger's code
        text = f"an object of class {type(value).__name__}"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def misfit(kind: Kind, part: type) -> str | None:
    """Why this class is not a part of this kind, as a sentence about the class; None when it is one."""
    name = getattr(part, "name", None)
    if not isinstance(name, str):
        return f'has no name: expected name = "..." in the class, not {shown(name)}'
    if not name.isprintable() or name != name.strip() or not name:
        return f"has the name {name!r}; expected a word without blanks around it"
    return unfit(kind, part)


def unfit(kind: Kind, part: type) -> str | None:
    """The same of a class that needs no name, because the config names it as ``module.Class``."""
    for method in REQUIRED_METHODS[kind]:
        if problem := _method_problem(kind, part, method):
            return problem
    if lacking := _lacking_of_role(part):
        return f"lacks {', '.join(lacking)}, which its role asks for"
    try:
        options_of(part)
    except TypeError as error:
        return f"cannot be configured: {error}"
    return None


def _method_problem(kind: Kind, part: type, method: str) -> str | None:
    parameters = list(inspect.signature(getattr(PROTOCOLS[kind], method)).parameters)
    call = f"{method}({', '.join(parameters[1:])})"
    function = getattr(part, method, None)
    if not callable(function) or _is_stub(part, method):
        return f"is no {kind}: it lacks the method {call}"
    if inspect.iscoroutinefunction(function):
        return f"is no {kind}: {method} is a coroutine, and parts run in threads; expected def {call}"
    written = inspect.getattr_static(part, method)
    given = parameters[1:] if isinstance(written, staticmethod | classmethod) else parameters
    if inspect.isroutine(function) and not _takes(function, len(given)):
        return f"is no {kind}: {method} cannot be called as {call}"
    return None


def _takes(function: Callable[..., object], count: int) -> bool:
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:  # a function of an extension module tells no signature
        return True
    return True


def _lacking_of_role(part: type) -> list[str]:
    """Methods of a role, or abstract ones, that nobody wrote."""
    promised = {
        name
        for owner in part.__mro__
        if owner.__module__ in PROMISES
        for name, value in vars(owner).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    stubs = {name for name in promised if _is_stub(part, name)}
    return sorted(stubs | getattr(part, "__abstractmethods__", frozenset()))


def _is_stub(part: type, method: str) -> bool:
    """Whether a method is only the protocol's promise, inherited with a role or a kind of part."""
    owner = next(owner for owner in part.__mro__ if method in vars(owner))
    return owner.__module__ in PROMISES
