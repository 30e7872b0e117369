"""Reads the body of a request, and never more of it than allowed, whatever the sender claims."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from flowhost.web.exchange import Refused

CHUNK_LINE_BYTES = 256  # a chunk's size in hexadecimal and its extensions, which nobody uses


class Stream(Protocol):
    """The sender's bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; fewer only at the end."""

    def readline(self, size: int, /) -> bytes:
        """One line, cut at `size` bytes."""


def read_body(headers: Mapping[str, str], stream: Stream, limit: int) -> bytes:
    """The body that follows these headers.

    Args:
        headers: by lower-case name.
        stream: stands behind the headers.
        limit: bytes.

    Raises:
        Refused: larger than `limit`, or not what its headers say.
    """
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is None:
        return _of_known_length(length or "0", stream, limit)
    if length is not None:  # RFC 9112, 6.3: such a request may be an attempt to smuggle another one in
        raise Refused(
            "400 Bad Request", "the request has both Content-Length and Transfer-Encoding, expected one"
        )
    if coding.strip().lower() != "chunked":
        raise Refused(
            "501 Not Implemented", f"Transfer-Encoding {coding!r} is not known here, expected chunked"
        )
    return _of_chunks(stream, limit)


def _of_known_length(length: str, stream: Stream, limit: int) -> bytes:
    if not re.fullmatch(r"[0-9]{1,18}", length):
        raise Refused("400 Bad Request", f"Content-Length is {length!r}, expected a number of bytes")
    if int(length) > limit:
        raise _too_large(limit)
    body = stream.read(int(length))
    if len(body) < int(length):
        raise Refused(
            "400 Bad Request", f"the body ended after {len(body)} bytes, its Content-Length is {length}"
        )
    return body


def _of_chunks(stream: Stream, limit: int) -> bytes:
    body = bytearray()
    while size := _chunk_size(stream.readline(CHUNK_LINE_BYTES)):
        if len(body) + size > limit:
            raise _too_large(limit)
        body += stream.read(size)
        if stream.read(2) != b"\r\n":
            raise Refused("400 Bad Request", f"the chunked body broke off after {len(body)} bytes")
    return bytes(body)


def _chunk_size(line: bytes) -> int:
    size = re.fullmatch(rb"([0-9A-Fa-f]{1,15})[ \t]*(;[^\r\n]*)?\r\n", line)
    if not size:
        raise Refused("400 Bad Request", f"a chunk of the body starts with {line[:20]!r}, expected its size")
    return int(size[1], 16)


def _too_large(limit: int) -> Refused:
    return Refused("413 Content Too Large", f"the body is larger than the {limit} bytes allowed here")
