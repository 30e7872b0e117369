"""Proxies: what iconik shows of an asset. They are uploaded to a storage of its own."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

import flowhost
from flowhost_plugins.iconik.answers import BUSY, STUMBLED
from flowhost_plugins.iconik.assets import Asset
from flowhost_plugins.iconik.media import Media
from flowhost_plugins.iconik.resource import Iconik

if TYPE_CHECKING:
    import requests


def upload_proxy(
    iconik: Iconik, asset: Asset, media: Media, cancelled: threading.Event, *, again: bool
) -> bool:
    """See to it that the asset has this file as a proxy.

    Args:
        iconik: where.
        asset: of what.
        media: the file; by its name an upload that was done, or begun, is found.
        cancelled: nobody waits for it any more.
        again: whether this was tried before, and so may be half done.

    Returns:
        Whether it was uploaded; it may have been there.

    Raises:
        FlowhostError: see `Iconik.ask`.
    """
    proxies = f"API/files/v1/assets/{quote(asset.id, safe='')}/proxies/"
    named = [
        one for one in iconik.objects("GET", proxies, cancelled=cancelled) if one.get("name") == media.name
    ]
    closed = next((one for one in named if one.get("status") == "CLOSED"), None)
    if closed is None:
        begun = _begun(iconik, proxies, asset, media, named, cancelled)
        _upload(iconik, begun, media, cancelled)
        closed = begun.proxy
        iconik.ask("PATCH", f"{proxies}{closed['id']}/", {"status": "CLOSED"}, cancelled=cancelled)
    elif not again:
        return False
    # asked for last, and so once more when it is unknown whether the try before came so far
    iconik.ask("POST", f"{proxies}{closed['id']}/keyframes/", {}, repeatable=True, cancelled=cancelled)
    return True


def _new_proxy(
    iconik: Iconik, path: str, asset: Asset, media: Media, cancelled: threading.Event
) -> Mapping[str, Any]:
    body = {"asset_id": asset.id, "name": media.name, "filename": media.name}
    if asset.version is not None:
        body["version_id"] = asset.version
    made = iconik.ask("POST", path, body, cancelled=cancelled)
    if not isinstance(made, Mapping) or not made.get("id") or not made.get("upload_url"):
        raise flowhost.Permanent(f"iconik, POST {path}: the answer has no upload_url")
    return made


@dataclass(frozen=True, slots=True)
class _Begun:
    """A proxy that is not whole yet, and where its bytes go."""

    proxy: Mapping[str, Any]
    target: str


def _begun(
    iconik: Iconik,
    path: str,
    asset: Asset,
    media: Media,
    named: Sequence[Mapping[str, Any]],
    cancelled: threading.Event,
) -> _Begun:
    """Begin with a proxy that a try before left open, if its address still holds; else with a new one."""
    for one in named:
        if one.get("upload_url"):
            answer = _begin(iconik, str(one["upload_url"]), media)
            if answer.ok:
                return _Begun(one, str(answer.headers.get("Location") or ""))
    made = _new_proxy(iconik, path, asset, media, cancelled)
    answer = _begin(iconik, str(made["upload_url"]), media)
    _check(answer.status_code, "begin of the upload")
    return _Begun(made, str(answer.headers.get("Location") or ""))


def _begin(iconik: Iconik, url: str, media: Media) -> requests.Response:
    _check_target(iconik, url)
    headers = {"Content-Type": media.mime_type, "x-goog-resumable": "start", "Content-Length": "0"}
    return iconik.send("POST", url, headers=headers)


def _upload(iconik: Iconik, begun: _Begun, media: Media, cancelled: threading.Event) -> None:
    """To a storage that is another machine: the token does not go there."""
    _check_target(iconik, begun.target)
    with media.path.open("rb") as stream:
        body = _Watched(stream, media.size, cancelled)
        sent = iconik.send("PUT", begun.target, data=body, headers={"Content-Type": media.mime_type})
    _check(sent.status_code, "upload")


def _check_target(iconik: Iconik, url: str) -> None:
    if not iconik.may_upload_to(url):
        raise flowhost.Permanent("iconik names an address for the upload that is not https://")


def _check(status: int, what: str) -> None:
    if 200 <= status < 300:
        return
    said = f"the {what} of a proxy to iconik's storage was answered with {status}"
    again = status in BUSY | STUMBLED | {404, 408, 410}  # the last three: the upload is to be begun anew
    raise flowhost.Retry(said) if again else flowhost.Permanent(said)


class _Watched:
    """A file that is read until nobody wants it any more; its length is sent ahead."""

    def __init__(self, stream: IO[bytes], size: int, cancelled: threading.Event) -> None:
        self._stream = stream
        self._left = size
        self._cancelled = cancelled

    def __len__(self) -> int:
        return self._left

    def read(self, size: int = -1) -> bytes:
        """The next bytes, never more than were promised.

        Raises:
            Retry: nobody waits for it any more, or the file became shorter.
        """
        if self._cancelled.is_set():
            raise flowhost.Retry("the upload of the proxy was given up: it is not wanted any more")
        piece = self._stream.read(self._left if size < 0 else min(size, self._left))
        if not piece and self._left:
            raise flowhost.Retry("the file of the proxy became shorter while it was uploaded")
        self._left -= len(piece)
        return piece
