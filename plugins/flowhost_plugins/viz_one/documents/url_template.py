"""URL templates as OpenSearch 1.1 has them: ``http://one.test/item?q={searchTerms}&num={count?}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

import flowhost
from flowhost_plugins.viz_one.documents.errors import DocumentError

VARIABLE = re.compile(r"\{([^{}?]+)(\?)?\}")


class UrlTemplate:
    """A URL with places for values.

    Args:
        text: the template.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def names(self) -> list[str]:
        """The names of its values, in their order, with their prefixes: ``vizid:application``."""
        return list(dict.fromkeys(match[1] for match in VARIABLE.finditer(self.text)))

    @property
    def required(self) -> list[str]:
        """The names of the values it cannot do without."""
        return list(dict.fromkeys(match[1] for match in VARIABLE.finditer(self.text) if not match[2]))

    def expand(self, values: Mapping[str, str | None]) -> str:
        """The URL with these values; values it has no place for are left out.

        Args:
            values: name → value; a name may lack its prefix. None is the same as no value.

        Raises:
            DocumentError: a value that is required is missing.
        """
        for name in self.required:
            if _value(name, values) is None:
                hint = flowhost.nearest(name, values)
                raise DocumentError(f"the URL template {self.text!r} needs a value for {name!r}{hint}")
        base, parameters = self._parts()
        path = _filled(base, values)
        kept = [_filled(each, values) for each in parameters if _has_value(each, values)]
        return f"{path}?{'&'.join(kept)}" if kept else path

    def _parts(self) -> tuple[str, list[str]]:
        """What is before the query, and its parameters. A question mark within braces begins no query."""
        masked = VARIABLE.sub(lambda match: "_" * len(match[0]), self.text)
        start = masked.find("?")
        if start < 0:
            return self.text, []
        return self.text[:start], [part for part in self.text[start + 1 :].split("&") if part]

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, UrlTemplate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"UrlTemplate({self.text!r})"


def _value(name: str, values: Mapping[str, str | None]) -> str | None:
    found = values.get(name)
    return values.get(name.rpartition(":")[2]) if found is None else found


def _filled(text: str, values: Mapping[str, str | None]) -> str:
    return VARIABLE.sub(lambda match: quote(str(_value(match[1], values) or ""), safe=""), text)


def _has_value(parameter: str, values: Mapping[str, str | None]) -> bool:
    names = [match[1] for match in VARIABLE.finditer(parameter)]
    return not names or any(_value(name, values) is not None for name in names)
