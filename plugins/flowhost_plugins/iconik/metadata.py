"""The fields of an asset in one of iconik's metadata views."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import flowhost
from flowhost_plugins.iconik.resource import Iconik

VIEWS = "API/metadata/v1/views/"


def check_view(
    iconik: Iconik, view: str, fields: Mapping[str, Sequence[str]], cancelled: threading.Event
) -> None:
    """See that the view takes these values.

    Raises:
        Permanent: it does not; the sentence says all that is wrong.
        FlowhostError: see `Iconik.ask`.
    """
    told = iconik.ask("GET", f"{VIEWS}{quote(view, safe='')}/", cancelled=cancelled)
    known = {str(one["name"]): one for one in told.get("view_fields", []) if one.get("name")}
    problems = []
    for name in fields:
        if name not in known:
            problems.append(f"there is no field {name!r}{flowhost.nearest(name, known)}")
        elif known[name].get("read_only"):
            problems.append(f"the field {name!r} can only be read")
    problems += [
        f"the field {name!r} needs a value"
        for name, one in known.items()
        if one.get("required") and not fields.get(name)
    ]
    if problems:
        raise flowhost.Permanent(f"the metadata view {view!r} of iconik does not fit: {'; '.join(problems)}")


def set_fields(
    iconik: Iconik, asset: str, view: str, fields: Mapping[str, Sequence[str]], cancelled: threading.Event
) -> None:
    """Set fields of an asset, each to exactly these values.

    Raises:
        FlowhostError: see `Iconik.ask`.
    """
    values: dict[str, Any] = {
        name: {"field_values": [{"value": text} for text in texts]} for name, texts in fields.items()
    }
    path = f"API/metadata/v1/assets/{quote(asset, safe='')}/views/{quote(view, safe='')}/"
    iconik.ask("PUT", path, {"metadata_values": values}, cancelled=cancelled)
