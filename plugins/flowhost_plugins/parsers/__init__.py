"""Parsers: the value types of Flow profiles (string to dictionary), JSON documents and XML documents.

Name one in a source section (``parser = json``), or give it options in a section of its own:
``[Parser:recorded]`` with ``type = datetime`` and ``format = %d.%m.%Y %H:%M``, then ``parser = recorded``.

Every parser but ``json`` and ``xml`` reads an empty payload as None. Several threads may use one parser.
"""

from __future__ import annotations

import flowhost
from flowhost_plugins.parsers.dictionary import DictionaryParser
from flowhost_plugins.parsers.json_document import JsonParser
from flowhost_plugins.parsers.scalars import BooleanParser, FloatParser, IntegerParser, StringParser
from flowhost_plugins.parsers.times import DateParser, DateTimeParser, IsoParser, TimeParser
from flowhost_plugins.parsers.xml_document import XmlParser


@flowhost.hookimpl
def flowhost_parsers() -> list[type[flowhost.Parser]]:
    """The parsers that come with flowhost."""
    return [
        StringParser,
        IntegerParser,
        FloatParser,
        BooleanParser,
        IsoParser,
        DateParser,
        TimeParser,
        DateTimeParser,
        DictionaryParser,
        JsonParser,
        XmlParser,
    ]
