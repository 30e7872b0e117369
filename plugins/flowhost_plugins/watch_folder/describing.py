"""The events about files."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

import flowhost
from flowhost_plugins.watch_folder.settling import Stamp

Payload: TypeAlias = Literal["description", "content"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Describing:
    """Makes the events about the files of a folder.

    Args:
        folder: what the events have as their source.
        payload: whether their data describes the file or is its content.
        limit: bytes of content above which the file goes to the dead letters.
    """

    def __init__(self, folder: str, payload: Payload, limit: int) -> None:
        self._folder = folder
        self._payload = payload
        self._limit = limit

    def settled(self, path: str, stamp: Stamp, companions: Mapping[str, str]) -> flowhost.Event | None:
        """The event to emit for a settled file and its companions (pattern → path).

        Returns:
            None when its content is no more that of the file with this stamp.

        Raises:
            OSError: its content cannot be read.
        """
        if _text(path) != path:
            reason = f"the name {_text(path)!r} is not UTF-8, so it cannot be passed on; rename the file"
            return self._rejected("file.settled", reason, path, stamp, companions)
        if self._payload == "description":
            return self._event("file.settled", path, stamp, _description(path, stamp, companions))
        if stamp.size > self._limit:
            reason = f"{path!r} has {stamp.size} bytes, more than the content limit of {self._limit}"
            return self._rejected("file.settled", reason, path, stamp, companions)
        content = _content(path, stamp)
        if content is None:
            return None
        return self._event("file.settled", path, stamp, content, headers=companions)

    def incomplete(self, path: str, stamp: Stamp, missing: Collection[str], seconds: float) -> flowhost.Event:
        """The event for a file that waited so many seconds for these companions: to the dead letters."""
        names = [_text(companion.rpartition("/")[2]) for companion in missing]
        reason = f"{_text(path)!r} waited {seconds:g} s for {', '.join(map(repr, names))}; put them beside it"
        return self._rejected("file.incomplete", reason, path, stamp, {}, missing=names)

    def _rejected(
        self,
        kind: str,
        reason: str,
        path: str,
        stamp: Stamp,
        companions: Mapping[str, str],
        **more: Any,
    ) -> flowhost.Event:
        # With an id of its own: once the reason is gone, the file itself is not taken for handled.
        data = _description(path, stamp, companions) | more
        headers = {flowhost.REJECT_HEADER: reason}
        return self._event(kind, path, stamp, data, headers=headers, suffix=":rejected")

    def _event(
        self,
        kind: str,
        path: str,
        stamp: Stamp,
        data: Any,
        *,
        headers: Mapping[str, str] | None = None,
        suffix: str = "",
    ) -> flowhost.Event:
        subject = _text(path)
        return flowhost.Event(
            kind,
            data,
            source=_text(self._folder),
            subject=subject,
            id=f"{subject}:{stamp.size}:{stamp.modified}{suffix}",
            key=subject,
            time=_moment(stamp),
            headers=headers or {},
        )


def _description(path: str, stamp: Stamp, companions: Mapping[str, str]) -> dict[str, Any]:
    return {
        "path": _text(path),
        "name": _text(path.rpartition("/")[2]),
        "size": stamp.size,
        "mtime": _moment(stamp).isoformat(),
        "companions": {pattern: _text(companion) for pattern, companion in companions.items()},
    }


def _content(path: str, stamp: Stamp) -> bytes | None:
    with Path(path).open("rb") as file:
        content = file.read(stamp.size + 1)
        status = os.fstat(file.fileno())
    unchanged = len(content) == stamp.size and Stamp(status.st_size, status.st_mtime_ns) == stamp
    return content if unchanged else None


def _moment(stamp: Stamp) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=stamp.modified // 1000)
    except OverflowError:  # a broken clock or disk may write any number; no date is that far away
        return _EPOCH


def _text(path: str) -> str:
    r"""The path with the bytes that are not UTF-8 written as ``\xNN``; other paths unchanged."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
