"""Links that must be there."""

from __future__ import annotations

import flowhost
from flowhost_plugins.viz_one.documents import Entry, Link


def link_of(entry: Entry, attribute: str) -> Link:
    """The link of an entry that an attribute such as ``edit_link`` means.

    Raises:
        Permanent: the entry has none, e.g. because the server does not let this user do what it is for.
    """
    try:
        link: Link = getattr(entry, attribute)
    except AttributeError as error:
        raise flowhost.Permanent(f"{error}; the user may lack the rights for it") from None
    return link
