"""Media that is fetched from where a URI says: ``ftp:`` and ``file:`` URLs."""

from __future__ import annotations

import ftplib
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from flowhost_devserver.viz_one.answers import Problem, refuse
from flowhost_devserver.viz_one.site import Site

FETCH_SECONDS = 60.0  # without a byte, until a server is given up
FOLDER = ".arriving"
"""Folder within the media storage where media arrives; names with a dot are no files of the catalogue."""


def arriving(site: Site, name: str) -> Path:
    """A place for a file of this name that does not exist yet, in a folder of its own."""
    folder = Path(site.media.path) / FOLDER / secrets.token_hex(8)
    folder.mkdir(parents=True)
    return folder / (Path(name).name.lstrip(".") or "media.bin")


def local_file(uri: str) -> Path:
    """The file of this machine that a ``file:`` URL means.

    Raises:
        Problem: 422, there is none.
    """
    path = Path(url2pathname(urlsplit(uri).path))
    if not path.is_file():
        refuse(422, f"there is no file {path} to import")
    return path


def fetched(site: Site, uri: str) -> Path:
    """What an ``ftp:`` URL means, brought here.

    Raises:
        Problem: 422, it cannot be had.
    """
    parts = urlsplit(uri)
    path = unquote(parts.path).removeprefix("/")
    file = arriving(site, path)
    try:
        with ftplib.FTP() as ftp, file.open("wb") as out:  # noqa: S321 - what the protocol asks for
            ftp.connect(parts.hostname or "", parts.port or ftplib.FTP_PORT, FETCH_SECONDS)
            ftp.login(unquote(parts.username or ""), unquote(parts.password or ""))
            ftp.retrbinary(f"RETR {path}", out.write)
    except ftplib.all_errors as error:
        file.unlink()
        raise Problem(422, f"cannot fetch {parts.path!r} from {parts.hostname}: {error}") from error
    return file
