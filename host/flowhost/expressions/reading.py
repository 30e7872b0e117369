"""An expression's text → its syntax tree, once."""

from __future__ import annotations

import ast
import warnings

from flowhost.expressions import old_python
from flowhost.expressions.refusal import Refusal

LONGEST = 10_000  # characters; a longer expression is no expression but a program


def parse(text: str) -> ast.Expression:
    """Read the text. Lines that go on need no brackets: in an INI file indentation says so.

    Raises:
        Refusal: it is no expression of Python 3.
    """
    if not text.strip():
        raise Refusal("is empty; expected an expression such as 'a text' or a name")
    if len(text) > LONGEST:
        raise Refusal(f"has {len(text)} characters; expected at most {LONGEST}")
    several = "\n" in text.strip()
    source = f"({text.strip()}\n)" if several else text.strip()
    before = len(text) - len(text.lstrip()) - several
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # '\d' is a matter of taste, not of this file
            tree = ast.parse(source, mode="eval")
    except SyntaxError as error:
        said = old_python.hint(text) or error.msg
        raise Refusal(
            f"cannot be read: {said}", error.lineno or 0, (error.offset or 0) + before * (error.lineno == 1)
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        reason = "it is nested too deeply" if not isinstance(error, ValueError) else str(error)
        raise Refusal(f"cannot be read: {reason}") from None
    _count_characters(tree, source, before)
    return tree


def _count_characters(tree: ast.AST, source: str, before: int) -> None:
    """Python counts columns in bytes of UTF-8, people count characters, from the start of the text."""
    lines = source.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            line = lines[node.lineno - 1].encode("utf-8", "surrogatepass")
            characters = len(line[: node.col_offset].decode("utf-8", "replace"))
            node.col_offset = characters + before * (node.lineno == 1)
