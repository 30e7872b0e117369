"""The bodies of notifications: keys with values, as JSON, XML or text."""

from __future__ import annotations

import json
import re

from flowhost_plugins.vidispine.documents.document import ReadError
from flowhost_plugins.vidispine.documents.lists import SimpleMetadata
from flowhost_plugins.vidispine.documents.xml import read_xml

_PAIR = re.compile(r"([A-Za-z_][\w.-]*)\s*=\s*(.*)", re.DOTALL)
"""A line that begins a value; those that do not go on with the one before, as within XML."""

_BRACKETED = re.compile(r"([\w.-]+)=\[(.*?)\](?=\s*(?:$|[},]|[\w.-]+=\[))", re.DOTALL)
"""``key=[value]``, as scripts print it, with commas or blanks between the pairs."""


def read_told(body: bytes, content_type: str = "") -> dict[str, list[str]]:
    """What a notification tells: key → values.

    Args:
        body: of the request.
        content_type: of the request; without a useful one it is told by how the body begins.

    Raises:
        ReadError: the body is not what a Vidispine sends.
    """
    text = body.strip()
    if "json" in content_type or ("xml" not in content_type and text[:2] in (b'{"', b"{}")):
        return _in_json(text).values
    if "xml" in content_type or text[:1] == b"<":
        return read_xml(SimpleMetadata, text).values
    try:
        return _in_text(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReadError(f"no UTF-8: {error}") from None


def write_told(values: dict[str, list[str]]) -> str:
    """The same as text: a line for each value.

    Args:
        values: key → values.
    """
    return "".join(f"{key}={value}\n" for key, texts in values.items() for value in texts)


def _in_json(text: bytes) -> SimpleMetadata:
    try:
        return SimpleMetadata.from_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ReadError(f"no JSON of a notification: {error}") from None


def _in_text(text: str) -> dict[str, list[str]]:
    bare = text.strip()
    inner = bare[1:-1] if bare[:1] == "{" and bare[-1:] == "}" else bare
    if _is_bracketed(inner):
        return {key: _values(values) for key, values in _BRACKETED.findall(inner)}
    found: dict[str, list[str]] = {}
    key = ""
    for line in bare.splitlines():
        if pair := _PAIR.fullmatch(line):
            key = pair[1]
            found.setdefault(key, []).append(pair[2])
        elif key:
            found[key][-1] += f"\n{line}"
        else:
            raise ReadError(f"the text begins with {line[:60]!r}, expected KEY=VALUE")
    return found


def _is_bracketed(text: str) -> bool:
    return bool(_BRACKETED.match(text)) and not _BRACKETED.sub("", text).strip(" ,\r\n\t")


def _values(text: str) -> list[str]:
    """What stands in brackets. Values may have commas in them, and nothing tells them apart; they are left together."""
    return [text] if text else []
