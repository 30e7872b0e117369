"""Orders imports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client import Refused
from flowhost_plugins.vidispine.documents import File, Job, is_id
from flowhost_plugins.vidispine.media.kinds import NONE, kind_of
from flowhost_plugins.vidispine.media.transcoding import ORIGINAL

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")


def order(client: Client, item_id: str, uri: str, query: dict[str, list[str]]) -> Job:
    """Start the job: a placeholder gets its container, any other item a shape."""
    source = _source(client, uri)
    item, kind = kind_of(client, item_id)
    if kind == NONE:
        try:
            return client.post(
                "import", "placeholder", item.id, "container", query={**source, **query}, into=Job
            )
        except Refused as error:
            if error.fault != "invalidInput":  # else: it was not made to wait for a container
                raise
    tags = {"tag": ORIGINAL}
    return client.post("item", item.id, "shape", query={**source, **tags, **query}, into=Job)


def _source(client: Client, uri: str) -> dict[str, str]:
    """The parameter that names the source.

    Raises:
        Permanent: there is no such file.
    """
    if is_id(uri):
        return {"fileId": client.get("file", uri, into=File).id}
    if URI.match(uri):
        return {"uri": uri}  # a file: URL, too, is of the server's machine, which we may not see
    path = Path(uri).absolute()
    if not path.is_file():
        what = f"the import cannot begin: there is no file {str(path)!r} on this machine"
        raise flowhost.Permanent(f"{what}; one that only the server sees is named as a file: URL")
    return {"uri": path.as_uri()}
