"""Which files a list is about, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.files.documents import sha1, shown_state
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
MOST = 1000
"""Files in a list at most."""

PAGE = 1000  # files read from the catalogue at once

ORDERS: dict[str, Callable[[File], object]] = {
    "fileId": lambda file: int(file.id.partition("-")[2]),
    "filename": lambda file: file.path,
    "path": lambda file: file.path,
    "size": lambda file: file.size,
    "state": lambda file: file.state,
    "timestamp": lambda file: file.modified.timestamp() if file.modified else 0.0,
}


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
    return _sorted(call, found)


def page_of(call: Call, found: list[File]) -> tuple[list[File], str]:
    """The files that are shown at once, and the cursor that the next ones are asked for with; empty: that were all.

    Raises:
        Refusal: a parameter cannot be taken.
    """
    cursor, number = call.text("cursor"), call.number("number", 10, highest=MOST)
    first = call.number("first", 0)
    if cursor:
        places = {file.id: place for place, file in enumerate(found, 1)}
        if cursor != "*" and cursor not in places:
            raise invalid_input("cursor", explanation="expected * or the cursor of a list", value=cursor)
        first = places.get(cursor, 0)
    page = found[first : first + number]
    return page, page[-1].id if cursor and page and first + number < len(found) else ""


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


def _sorted(call: Call, found: list[File]) -> list[File]:
    for word in reversed(call.words("sort") or ["fileId asc"]):
        name, _, direction = word.strip().partition(" ")
        if name not in ORDERS or direction.lower() not in ("", "asc", "desc"):
            what = f"expected one of {', '.join(ORDERS)}, then asc or desc"
            raise invalid_input("sort", explanation=what, value=word)
        found = sorted(found, key=ORDERS[name], reverse=direction.lower() == "desc")  # type: ignore[arg-type]  # each kind is compared with its own
    return found
