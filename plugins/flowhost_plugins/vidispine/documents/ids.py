"""Ids: ``VX-12`` of items, files, jobs and the like, ``VX*12`` of libraries; the letters are the site's."""

from __future__ import annotations

import re

_ID = re.compile(r"[A-Z]{2}[-*][0-9]+")


def is_id(text: str) -> bool:
    """Whether this is an id that a site gave: everything else may be an external id."""
    return _ID.fullmatch(text) is not None


def is_library(text: str) -> bool:
    """Whether this is the id of a library."""
    return is_id(text) and text[2] == "*"


def id_number(text: str) -> int:
    """The number in an id; ids of one kind and site grow with their making.

    Raises:
        ValueError: it is no id.
    """
    if not is_id(text):
        raise ValueError(f"{text!r} is no id, expected one such as VX-12")
    return int(text[3:])


def last_segment(uri: str) -> str:
    """The id at the end of a URI of a site, or the id itself: lists have the one or the other."""
    return uri.rstrip("/").rpartition("/")[2]
