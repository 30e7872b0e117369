"""The body of a notification in its three forms. Pure.

The textual form is no public knowledge. Here it is ``key=value`` for each value, each ended by CR LF, with nothing
escaped: the lines of a value that has several follow one another. A key with several values comes several times, one
without any is ``key=``. Whoever must tell such values apart asks for JSON or XML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from flowhost_devserver.vidispine.xml_form import write_xml

Values = Mapping[str, tuple[str, ...]]

DEFAULT_TYPE = "text/plain"
"""Of who does not say what they want."""

LINE = "\r\n"


def body_of(values: Values, content_type: str) -> bytes:
    """The body.

    Args:
        values: what is told.
        content_type: the media type that was asked for, maybe with parameters.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind.endswith("json"):
        return _json(values)
    return _xml(values) if kind.endswith("xml") else _text(values)


def _json(values: Values) -> bytes:
    """One value is a text, several are a list."""
    fields = [
        {"key": key, "value": texts[0] if len(texts) == 1 else list(texts)} for key, texts in values.items()
    ]
    return json.dumps({"field": fields}, ensure_ascii=False).encode()


def _xml(values: Values) -> bytes:
    fields = [{"key": key, "value": list(texts)} for key, texts in values.items()]
    return write_xml("SimpleMetadataDocument", {"field": fields})


def _text(values: Values) -> bytes:
    pairs = [f"{key}={text}{LINE}" for key, texts in values.items() for text in texts or ("",)]
    return "".join(pairs).encode()
