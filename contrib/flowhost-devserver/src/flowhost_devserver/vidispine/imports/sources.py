"""Where the media of an import comes from: a URI, a file that is known, or the body of requests."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flowhost_devserver.folders import make_folder
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import NotFound

UPLOADS = "uploads"
"""Folder below the server's own, where sent media waits to be imported."""

CHUNK = 1024**2  # bytes of a body held in memory

TRANSFER = "raw transfer"
"""Kind of what is kept: by transfer id, the file that several requests bring, and which parts of it came."""

LONGEST_NAME = 200  # bytes of a file's name; file systems take 255, and jobs add to it


@dataclass(frozen=True, slots=True)
class Source:
    """Media to import.

    Args:
        where: a path, a URI, or id of a file.
        mode: what becomes of it: ``copy``, ``move`` or ``place``.
        data: what the job tells of it.
    """

    where: str
    mode: str
    data: dict[str, str]


def named_source(call: Call) -> Source:
    """What ``uri`` or ``fileId`` names; whether a URI leads anywhere the job finds out.

    Raises:
        Refusal: none or both are given, or there is no such file.
    """
    uri, file_id = call.text("uri"), call.text("fileId")
    if bool(uri) == bool(file_id):
        raise invalid_input("uri", explanation="expected either uri or fileId")
    return Source(uri, "copy", {"sourceUri": uri}) if uri else file_source(call, file_id)


def file_source(call: Call, file_id: str) -> Source:
    """A file that is known; it stays where it is.

    Raises:
        Refusal: there is none.
    """
    try:
        call.site.catalogue.file(file_id)
    except NotFound:
        raise not_found("File", file_id) from None
    return Source(file_id, "place", {"sourceFileId": file_id})


def sent_source(call: Call) -> Source | None:
    """What the body of the request brings; None when it is a part of it, and more will come.

    A part says by the headers ``index`` where it begins, and by ``size`` how many bytes there are in all; the parameter
    ``transferId`` says what it is a part of.

    Raises:
        Refusal: the body is not as long as it said, or a part lies beyond the end.
    """
    transfer, size = call.text("transferId"), _number(call, "size")
    if not transfer or size is None:
        file = _new_file(call.site, _file_name(call))
        try:
            _receive(call, file, 0)
        except BaseException:
            discard(file)
            raise
        return Source(str(file), "move", {"filename": file.name})
    index = _number(call, "index") or 0
    file = _file_of(call, transfer)
    came = _receive(call, file, index)
    if index + came > size:
        raise invalid_input("index", explanation=f"the part ends beyond {size}", value=str(index))
    if not _complete(call.site, transfer, (index, index + came), size):
        return None
    return Source(str(file), "move", {"filename": file.name, "transferId": transfer})


def discard(file: Path) -> None:
    """Remove what was sent, because nothing becomes of it."""
    shutil.rmtree(file.parent, ignore_errors=True)


def _file_of(call: Call, transfer: str) -> Path:
    """Where the parts of a transfer are put together."""
    with call.site.lock:
        known = call.site.keeping.get(TRANSFER, transfer)
        if known:
            return Path(known["file"])
        file = _new_file(call.site, _file_name(call))
        file.touch()
        call.site.keeping.put(TRANSFER, transfer, {"file": str(file), "parts": []})
        return file


def _complete(site: Site, transfer: str, part: tuple[int, int], size: int) -> bool:
    """Note a part that came, from where to where; return whether it was the last. They come in any order."""
    with site.lock:
        known = site.keeping.get(TRANSFER, transfer)
        if known is None:
            return False  # another request brought the rest meanwhile
        parts = sorted([*known["parts"], list(part)])
        reached = 0
        for begin, end in parts:
            if begin <= reached:
                reached = max(reached, end)
        if reached >= size:
            site.keeping.delete(TRANSFER, transfer)
            return True
        site.keeping.put(TRANSFER, transfer, {**known, "parts": parts})
        return False


def _receive(call: Call, file: Path, index: int) -> int:
    """Write the body into the file, from `index` on; return how many bytes came."""
    came = 0
    with file.open("r+b" if file.exists() else "wb") as out:
        out.seek(index)
        while chunk := call.request.stream.read(CHUNK):
            out.write(chunk)
            came += len(chunk)
    expected = call.request.content_length
    if expected is not None and came != expected:
        raise invalid_input("body", explanation=f"{came} bytes came, the Content-Length is {expected}")
    return came


def _new_file(site: Site, name: str) -> Path:
    return make_folder(site.root / UPLOADS / secrets.token_hex(8)) / name


def _file_name(call: Call) -> str:
    """The last part of ``filename``, as a file here can be called."""
    name = PurePosixPath(call.text("filename").replace("\\", "/")).name
    if name in ("", ".."):
        name = "upload.bin"
    if len(name.encode()) > LONGEST_NAME:
        told = f"expected a name of at most {LONGEST_NAME} bytes"
        raise invalid_input("filename", explanation=told, value=name[:80])
    return name


def _number(call: Call, header: str) -> int | None:
    text = call.request.headers.get(header)
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise invalid_input(header, explanation="expected a whole number", value=text[:80])
    return int(text)
