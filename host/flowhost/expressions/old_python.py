"""What profiles written for Python 2 say, and what to write instead."""

from __future__ import annotations

import re

FUNCTIONS = {
    "unicode": "unicode() is of Python 2; write str()",
    "basestring": "basestring is of Python 2; write str",
    "long": "long() is of Python 2; write int()",
    "unichr": r"unichr() is of Python 2; write the character itself, or '\u00e9'",
    "xrange": "xrange() is of Python 2; write range()",
    "cmp": "cmp() is of Python 2; compare with <, == and >",
    "map": "map() is not offered; write [... for x in xs]",
    "filter": "filter() is not offered; write [x for x in xs if ...]",
    "reduce": "reduce() is not offered; write sum(), min(), max() or ''.join()",
}
"""Function → what to write instead."""

METHODS = {
    "has_key": "has_key() is of Python 2; write key in mapping",
    "iteritems": "iteritems() is of Python 2; write items()",
    "iterkeys": "iterkeys() is of Python 2; write keys()",
    "itervalues": "itervalues() is of Python 2; write values()",
    "decode": "decode() is of Python 2, where texts were bytes; leave it out",
    "encode": "encode() makes bytes, which no field can hold; leave it out",
    "format": "format() is not offered; write f'{name}' or '%s' % name",
    "format_map": "format_map() is not offered; write f'{name}' or '%s' % name",
}
"""Method → what to write instead."""

GONE = frozenset({"unicode", "basestring", "long", "unichr", "xrange", "cmp", "reduce"})
GONE_METHODS = frozenset({"has_key", "iteritems", "iterkeys", "itervalues"})
"""What full Python does not have any more, either."""

_TEXTS = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_SYNTAX = (
    (re.compile(r"<>"), "<> is of Python 2; write !="),
    (re.compile(r"`"), "backticks are of Python 2; write str(...)"),
    (re.compile(r"\b\d+[lL]\b"), "numbers that end in L are of Python 2; leave out the L"),
    (
        re.compile(r"\b0[0-7]+\b"),
        "numbers that begin with 0 are octal in Python 2; write 0o before the digits",
    ),
    (re.compile(r"\b[uU][rR](?=['\"])"), "ur'...' is of Python 2; write r'...'"),
    (re.compile(r"^\s*print\b"), "print is of no use here; write what the value is"),
    (re.compile(r"(?<![=!<>])=(?!=)"), "an expression cannot assign; compare with =="),
)


def hint(text: str) -> str | None:
    """What to write instead, when a text that Python 3 cannot read looks like Python 2."""
    outside = _TEXTS.sub(lambda match: "'" + "_" * (len(match[0]) - 2) + "'", text)
    return next((said for pattern, said in _SYNTAX if pattern.search(outside)), None)
