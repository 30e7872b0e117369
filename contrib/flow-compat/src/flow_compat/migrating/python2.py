"""Expressions of Python 2, written for Python 3."""

from __future__ import annotations

import re

import flowhost

_STRING = re.compile(
    r"""(?:[uUbBrR]{0,2})(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", re.DOTALL
)

_WORDS = (
    (r"\bunicode\s*\(", "str(", "unicode() is str()"),
    (r"\bbasestring\b", "str", "basestring is str"),
    (r"\blong\s*\(", "int(", "long() is int()"),
    (r"\bxrange\s*\(", "range(", "xrange() is range()"),
    (r"\bunichr\s*\(", "chr(", "unichr() is chr()"),
    (r"\braw_input\s*\(", "input(", "raw_input() is input()"),
    (r"\.iter(items|keys|values)\s*\(", r".\1(", "iteritems() and its like have no 'iter' any more"),
    (r"`([^`]*)`", r"str(\1)", "`x` is str(x), without the quotes around a text"),
    (r"<>", "!=", "<> is written !="),
    (r"\b(\d+)[lL]\b", r"\1", "numbers have no L at their end"),
    (r"(?<![\w.])0([0-7]+)\b(?!\.)", r"0o\1", "octal numbers begin with 0o"),
)
"""Pattern, what stands there in Python 3, and the reason."""

_CODING = re.compile(r"\.(?:en|de)code\(\s*(?:\0(\d+)\0)?\s*\)")
_TEXT = frozenset(("utf-8", "utf8", "ascii", "latin-1", "latin1", "iso-8859-1", "cp1252"))
"""Encodings of text; others of Python 2, such as hex, made something else of it."""

_DIVISION = re.compile(r"(?<!/)/(?!/)")
_HAS_KEY = re.compile(r"(\w[\w.]*)\.has_key\(\s*([^()]+?)\s*\)")


def modern(expression: str) -> tuple[str, list[str]]:
    """An expression for Python 3, and what was changed in it."""
    reasons: list[str] = []
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(_literal(match[0], reasons))
        return f"\0{len(kept) - 1}\0"

    def decoded(match: re.Match[str]) -> str:
        name = kept[int(match[1])].lstrip("uUbBrR").strip("'\"").lower() if match[1] else "ascii"
        return "" if name.replace("_", "-") in _TEXT else match[0]

    bare = _STRING.sub(keep, expression)
    for pattern, replacement, reason in _WORDS:
        bare, count = re.subn(pattern, replacement, bare)
        if count:
            reasons.append(reason)
    coded, bare = bare, _CODING.sub(decoded, bare)
    if bare != coded:
        reasons.append("all text is Unicode, so that encode() and decode() are not needed")
    bare, count = _HAS_KEY.subn(r"(\2 in \1)", bare)
    if count:
        reasons.append("has_key() is written with 'in'")
    return re.sub("\0(\\d+)\0", lambda match: kept[int(match[1])], bare), reasons


def divides(expression: str) -> bool:
    """Whether something is divided by ``/``, which cut the fraction off whole numbers."""
    return _DIVISION.search(_STRING.sub("", expression)) is not None


def unreadable(expression: str) -> str | None:
    """Why Python 3 cannot read an expression, the end of a sentence; None when it can."""
    return _refused(expression, trusted=True)


def unsafe(expression: str) -> str | None:
    """Why flowhost's sandbox refuses an expression, the end of a sentence; None when it takes it."""
    return _refused(expression, trusted=False)


def _refused(expression: str, *, trusted: bool) -> str | None:
    try:
        flowhost.Expression(expression, trusted=trusted)
    except flowhost.ExpressionError as error:
        return error.reason
    return None


def _literal(text: str, reasons: list[str]) -> str:
    if text[:2].lower() == "ur":
        reasons.append("ur'' is written r''")
        return text[1:]
    return text
