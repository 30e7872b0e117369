"""The numbers by which clients know things, and the catalogue's ids behind them.

Clients see numbers of 19 digits; the catalogue counts ``VX-1``, ``VX-2`` for each kind of thing.
"""

from __future__ import annotations

import re

_FIRST = 2101700000000000000

SITE = "VX"
"""The letters that the catalogue's ids begin with."""


def number_of(catalogue_id: str) -> str:
    """The number under which clients know a thing of the catalogue."""
    return str(_FIRST + int(catalogue_id.rpartition("-")[2]))


def catalogue_id_of(number: str) -> str:
    """The catalogue's id behind a number; anything else is returned as it is (it may be an external id)."""
    if re.fullmatch(r"\d{19}", number) and int(number) > _FIRST:
        return f"{SITE}-{int(number) - _FIRST}"
    return number


def urn(kind: str, number: str) -> str:
    """The Atom id of a thing."""
    return f"urn:vme:default:{kind}:{number}"
