"""Signatures of functions and classes as a reader of documentation wants them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

WIDTH = 92  # characters; longer ones get a line for each parameter


class _Written(str):
    """An annotation as it was written: `inspect` would put quotes around it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def signature(name: str, called: Callable[..., Any], *, bound: bool = False) -> str:
    """``name(parameters) -> result``.

    Args:
        name: what to call it.
        called: the function or class.
        bound: leave out the first parameter (``self``).
    """
    try:
        found = inspect.signature(called)
    except ValueError:  # exceptions without a constructor of their own have none
        return name
    parameters = list(found.parameters.values())[1 if bound else 0 :]
    shown = [_shown(parameter) for parameter in parameters]
    result = "" if inspect.isclass(called) else _result(found.return_annotation)
    marked = _with_star(parameters, shown)
    line = f"{name}({', '.join(marked)}){result}"
    if len(line) <= WIDTH:
        return line
    inner = "".join(f"    {one},\n" for one in marked)
    return f"{name}(\n{inner}){result}"


def _shown(parameter: inspect.Parameter) -> str:
    annotation = parameter.annotation
    written = _Written(annotation) if isinstance(annotation, str) else annotation
    return str(parameter.replace(annotation=written)).replace("<factory>", "...")


def _result(annotation: Any) -> str:
    if annotation is inspect.Signature.empty:
        return ""
    return f" -> {annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)}"


def _with_star(parameters: list[inspect.Parameter], shown: list[str]) -> list[str]:
    first = next((n for n, p in enumerate(parameters) if p.kind is p.KEYWORD_ONLY), None)
    variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return shown if first is None or variadic else [*shown[:first], "*", *shown[first:]]
