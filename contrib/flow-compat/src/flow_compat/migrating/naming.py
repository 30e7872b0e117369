"""The name of a daemon that had none: two that are called the same cannot run beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flow_compat.migrating.changes import Change
from flow_compat.migrating.lines import Old, with_value

KEY = "app name"
_ODD = re.compile(r"[^\w.-]+")


def app_name(old: Old, stem: str) -> Iterator[Change]:
    """A name for a profile of Flow without one.

    Args:
        old: the profile.
        stem: name of its file, without the suffix.
    """
    name = _ODD.sub("-", stem).strip("-.")
    header, present, made = old.header("Flow"), old.setting("Flow", KEY), old.setting("Flow", "class")
    if header is None or made is None or not name or (present and present.value):
        return
    why = (
        f"without an '{KEY}' a daemon is called 'default', and of those one runs at a time; this one becomes {name!r}; "
        f"what Flow kept on the server belongs to 'default': write '{KEY} = default' if that is needed"
    )
    if present:
        yield Change(present, why, (with_value(present, f" {name}"),))
    else:
        yield Change(header, why, (header.text, f"{KEY} = {name}"))
