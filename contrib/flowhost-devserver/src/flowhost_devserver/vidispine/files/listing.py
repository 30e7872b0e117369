"""Which files a list is about."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.files.documents import sha1, shown_state
from flowhost_devserver.vidispine.files.paging import in_order
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.storages.kept import all_storages
from flowhost_plugins.catalogue import File, Storage

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

FILTERS = ("all", "item", "noitem")
STATES = (
    "NONE",
    "OPEN",
    "CLOSED",
    "LOST",
    "TO_APPEAR",
    "TO_BE_DELETED",
    "BEING_READ",
    "ARCHIVED",
    "AWAITING_SYNC",
)
PAGE = 1000  # files read from the catalogue at once


def listed(call: Call, storage: Storage | None) -> list[File]:
    """The files that the request asks for, all pages of them.

    Args:
        call: the request.
        storage: of this storage; None: of all.

    Raises:
        Refusal: a parameter cannot be taken.
    """
    which, states = call.text("filter", "all").lower(), [word.upper() for word in call.words("state")]
    if which not in FILTERS:
        raise invalid_input("filter", explanation=f"expected {', '.join(FILTERS)}", value=which)
    for word in states:
        if word not in STATES:
            raise invalid_input("state", explanation=f"expected one of {', '.join(STATES)}", value=word)
    hashes, ids = [word.lower() for word in call.words("hash")], call.words("id")
    named = call.words("storage")
    unmanaged = {"all": None, "item": False, "noitem": True}[which]
    storages = {one.id: one for one in all_storages(call.site)}
    found = [
        file
        for file in _all(call.site, storage, unmanaged)
        if file.storage in storages
        and _at(call, file.path)
        and (not states or shown_state(call.site, file, storages[file.storage]) in states)
        and (not hashes or sha1(call.site, file) in hashes)
        and (not named or file.storage in named)
        and (not ids or file.id in ids)
    ]
    return in_order(call, found)


def _all(site: Site, storage: Storage | None, unmanaged: bool | None) -> Iterator[File]:
    cursor: str | None = None
    while True:
        page = site.catalogue.files(storage=storage, unmanaged=unmanaged, cursor=cursor, number=PAGE)
        yield from page.files
        cursor = page.cursor
        if cursor is None:
            return


def _is_like(path: str, pattern: str) -> bool:
    """Whether a path fits a pattern, where ``*`` and ``?`` stand for others and a bracket for itself."""
    return fnmatchcase(path, pattern.replace("[", "[[]"))


def _at(call: Call, path: str) -> bool:
    """Whether a path is where the request looks: in a folder, or like a pattern."""
    folder, wildcard = call.text("path").strip("/"), call.text("wildcard")
    if wildcard.lower() in ("true", "yes", "1"):
        return _is_like(path, folder)
    if wildcard and wildcard.lower() not in ("false", "no", "0") and not _is_like(path, wildcard):
        return False
    if folder and path != folder and not path.startswith(f"{folder}/"):
        return False
    within = path.removeprefix(f"{folder}/") if folder else path
    return call.flag("recursive", default=True) or "/" not in within
