"""The sections ``[Field:NAME]``: where a value is in the XML, and of which type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.multi_parser import MultiParser
from flowhost_plugins.viz_one.xml_import.xpaths import XPath

if TYPE_CHECKING:
    from lxml.etree import _Element

KEYS = ("xpath", "type", "format", "default timezone", "source")


class Field:
    """One value of an XML document.

    Args:
        name: of the field.
        values: the keys of its section.
        namespaces: prefix → URI.

    Raises:
        ConfigError: everything that is wrong with it.
    """

    def __init__(
        self, name: str, values: Mapping[str, flowhost.Value], namespaces: Mapping[str, str]
    ) -> None:
        self.name = name
        self._xpath, self._parser = _Reading(name, values).read(namespaces)

    def value(self, context: _Element, client: VizOne) -> Any:
        """The value in a document; None when it is not there, or empty.

        Args:
            context: where relative paths start.
            client: looks up terms of dictionaries.

        Raises:
            Rejected: what is there is not of the field's type.
        """
        text = self._xpath.first_text(context)
        try:
            return self._parser.convert(text, client)
        except (ValueError, flowhost.Rejected) as error:
            raise flowhost.Rejected(f"field {self.name!r}, found at {self._xpath.text!r}: {error}") from None


class _Reading:
    """Reads the keys of one section."""

    def __init__(self, name: str, values: Mapping[str, flowhost.Value]) -> None:
        self.title = f"[Field:{name}]"
        self.place = next(iter(values.values())).place if values else None
        self.values: dict[str, flowhost.Value] = {}
        self.problems: list[flowhost.Problem] = []
        for key, value in values.items():
            plain = " ".join(key.replace("_", " ").replace("-", " ").split())
            if plain in KEYS:
                self.values[plain] = value
            else:
                hint = flowhost.nearest(key, KEYS) or f"; it has: {', '.join(KEYS)}"
                self.complain(f"unknown key {key!r} in {self.title}{hint}", value.place)

    def complain(self, message: str, place: flowhost.Place | None) -> None:
        self.problems.append(flowhost.Problem(message, place))

    def read(self, namespaces: Mapping[str, str]) -> tuple[XPath, MultiParser]:
        xpath = parser = None
        written = self.values.pop("xpath", None)
        if written is None:
            self.complain(f"{self.title} has no 'xpath'; expected one such as /path/to/value", self.place)
        else:
            try:
                xpath = XPath(written, namespaces)
            except flowhost.ConfigError as error:
                self.problems += error.problems
        arguments = {
            key.replace(" ", "_"): value.text for key, value in self.values.items() if value.text.strip()
        }
        try:
            parser = MultiParser(**arguments)
        except (ValueError, AssertionError) as error:
            self.complain(f"{self.title}: {error}", self._place_of(str(error)))
        if self.problems or xpath is None or parser is None:
            raise flowhost.ConfigError(self.problems)
        return xpath, parser

    def _place_of(self, complaint: str) -> flowhost.Place | None:
        """The place of the key the complaint speaks of first."""
        found = [(complaint.find(key), value.place) for key, value in self.values.items() if key in complaint]
        typed = self.values.get("type")
        return min(found)[1] if found else typed.place if typed else self.place
