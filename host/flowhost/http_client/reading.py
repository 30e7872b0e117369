"""Reading an answer to its end, within a time and a size: requests itself knows no limit for the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowhost.errors import Permanent
from flowhost.http_client.addresses import shown
from flowhost.parts import Clock

if TYPE_CHECKING:
    import requests

LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes of an answer that are kept in memory; a document is never that long."""

PIECE = 64 * 1024
"""Bytes of an answer that are read at once, at most."""


def read_whole(answer: requests.Response, deadline: float, clock: Clock) -> None:
    """Read an answer to its end, which gives the connection back.

    Args:
        answer: nothing of it was read yet.
        deadline: until when, by the clock's `monotonic`.
        clock: tells the time.

    Raises:
        requests.RequestException: it takes too long, or was cut off.
        Permanent: it is too large.
    """
    import requests
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    # read() waits until a piece is full, however slowly it comes; urllib3 1 has no other way
    read = getattr(answer.raw, "read1", answer.raw.read)
    pieces, size = [], 0
    try:
        while piece := read(PIECE, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise Permanent(f"{shown(answer.url)} is longer than {LARGEST_ANSWER} bytes")
            if clock.monotonic() > deadline:
                raise requests.ReadTimeout(request=answer.request)
    except ReadTimeoutError as error:
        raise requests.ReadTimeout(error, request=answer.request) from error
    except (HTTPError, OSError) as error:
        if isinstance(error, requests.RequestException):
            raise
        raise requests.exceptions.ChunkedEncodingError(error, request=answer.request) from error
    answer._content = b"".join(pieces)  # where requests keeps what it read itself
