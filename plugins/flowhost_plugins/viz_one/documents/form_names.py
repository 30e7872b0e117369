"""The name of a form, taken from the URL of its model: ``.../metadata/form/hubitem/r1`` is the form ``hubitem``."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

FORM = re.compile(r"/form/([^/]+)")
REVISION = re.compile(r"r\d+")


def form_name(url: str) -> str:
    """The name of the form; the last part of the path that is no revision, for a URL of another shape.

    Empty for what is no URL.
    """
    try:
        path = urlsplit(url).path
    except ValueError:  # a model may name anything
        return ""
    if found := FORM.search(path):
        return unquote(found[1])
    parts = [part for part in path.split("/") if part and not REVISION.fullmatch(part)]
    return unquote(parts[-1]) if parts else ""
