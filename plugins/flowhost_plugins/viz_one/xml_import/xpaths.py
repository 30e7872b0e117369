"""XPath expressions of a profile: compiled and checked once, their first result as text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import flowhost

if TYPE_CHECKING:
    from lxml.etree import XPath as Compiled
    from lxml.etree import _Element

_TEXTS = re.compile(r"'[^']*'|\"[^\"]*\"")
_PREFIX = re.compile(r"(?<![\w.:-])([A-Za-z_][\w.-]*):(?=[A-Za-z_*])")


class XPath:
    """An XPath 1.0 expression.

    Args:
        written: the expression and its place.
        namespaces: prefix → URI.

    Raises:
        ConfigError: it cannot be read, or uses a prefix or function there is not.
    """

    def __init__(self, written: flowhost.Value, namespaces: Mapping[str, str]) -> None:
        self.text = written.text.strip()
        _check_prefixes(written, namespaces)
        self._compiled = _compiled(written, namespaces)

    def elements(self, context: _Element) -> list[_Element]:
        """Every element it finds from here."""
        found = self._evaluated(context)
        return [one for one in found if hasattr(one, "tag")] if isinstance(found, list) else []

    def first_text(self, context: _Element) -> str | None:
        """The first thing it finds from here as text; None when it finds nothing.

        An element counts with its own text, as do attributes and text nodes. A function may give a text, a number or
        a boolean; a number that is none (NaN) is nothing.
        """
        found = self._evaluated(context)
        if isinstance(found, list):
            found = found[0] if found else None
        if found is None or isinstance(found, str):
            return found
        if isinstance(found, bool):
            return "true" if found else "false"
        if isinstance(found, float):
            return _number(found)
        if isinstance(found, tuple):  # a namespace node: prefix and URI
            return str(found[1])
        text = found.text
        return None if text is None else str(text)

    def _evaluated(self, context: _Element) -> Any:
        from lxml import etree

        try:
            return self._compiled(context)
        except etree.XPathError as error:
            raise flowhost.Rejected(f"the XPath {self.text!r} failed: {error}") from None


def _number(value: float) -> str | None:
    """As XPath's own function ``string()`` writes it, without the exponents of Python."""
    if math.isnan(value) or math.isinf(value):
        return None
    return str(int(value)) if value == int(value) else repr(value)


def _check_prefixes(written: flowhost.Value, namespaces: Mapping[str, str]) -> None:
    # lxml notices an unknown prefix only when it gets there, which it may not on an empty document
    for match in _PREFIX.finditer(_TEXTS.sub("''", written.text)):
        if match[1] not in namespaces:
            hint = flowhost.nearest(match[1], namespaces) or f"; declare it: {match[1]} = URI in [Namespaces]"
            raise _problem(written, f"uses the prefix {match[1]!r}, which there is not{hint}")


def _compiled(written: flowhost.Value, namespaces: Mapping[str, str]) -> Compiled:
    from lxml import etree

    if not written.text.strip():
        raise _problem(written, "is empty; expected an XPath such as /path/to/value")
    try:
        compiled = etree.XPath(
            written.text.strip(), namespaces=dict(namespaces), regexp=False, smart_strings=False
        )
        compiled(etree.Element("empty"))
    except (etree.XPathError, ValueError) as error:
        raise _problem(written, f"cannot be used: {str(error) or 'it cannot be read'}") from None
    return compiled


def _problem(written: flowhost.Value, reason: str) -> flowhost.ConfigError:
    return flowhost.ConfigError(flowhost.Problem(f"the XPath {written.text!r} {reason}", written.place))
