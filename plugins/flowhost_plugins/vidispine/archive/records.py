"""What is known of an archived shape."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

NATIVE = ""
"""Stands for the archive of the site itself, where other archives have their `plugin_guid`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file was, or is.

    Args:
        file: id of the file.
        storage: id of its storage.
        path: within the storage.
    """

    file: str
    storage: str
    path: str


@dataclass(frozen=True, slots=True)
class Archived:
    """One shape in the archive.

    Args:
        archive: `plugin_guid` of the archive; `NATIVE`: the site's own.
        policy: id of the policy: of a native one the storage.
        external_ids: what the archive calls it; of a native one the id of the file there.
        sha1: of the bytes.
        places: where its files were online, and shall come back to.
        order: id of the order that brought it there.
    """

    archive: str
    policy: str
    external_ids: tuple[str, ...]
    sha1: str
    places: tuple[Place, ...]
    order: str = ""

    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def archived_from(text: str) -> Archived:
    """The opposite of `Archived.text`.

    Raises:
        ValueError: it is something else.
    """
    try:
        data = json.loads(text)
        places = tuple(Place(one["file"], one["storage"], one["path"]) for one in data["places"])
        ids = tuple(data["external_ids"])
        return Archived(data["archive"], data["policy"], ids, data["sha1"], places, data["order"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{text[:100]!r} does not say what is archived: {error!r}") from error


def joined(one: Iterable[Place], other: Iterable[Place]) -> tuple[Place, ...]:
    """Places of both; of several at one path the last, since a file that came back has another id."""
    return tuple({(place.storage, place.path): place for place in (*one, *other)}.values())
