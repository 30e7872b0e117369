"""What a Viz One server may answer instead of what was asked for.

* HTTPClientError: it refuses the request (4xx); trying the same again cannot help.
    * NotFound: there is no such thing (404), or not any more (410).
    * HTTPConflict: somebody else changed the thing first (409, and 412 for a stale ETag).
* HTTPServerError: it could not do it just now (5xx).
* BadAnswer: it answered with something else than the document that was expected.

All of them carry the answer as `response`. Without an answer (no connection, a time-out, TLS, a body that was cut
off) there is only `flowhost.Unavailable`; an answer 429 is `flowhost.Retry`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost

if TYPE_CHECKING:
    import requests


class _Answered(flowhost.FlowhostError):
    """An error that carries the server's answer.

    Args:
        sentence: what was asked for and what was answered.
        response: the answer.
    """

    def __init__(self, sentence: str, response: requests.Response) -> None:
        super().__init__(sentence)
        self.response = response

    @property
    def status(self) -> int:
        """The status code of the answer."""
        return self.response.status_code


class HTTPClientError(_Answered, flowhost.Permanent):
    """The server refuses the request."""


class NotFound(HTTPClientError):
    """There is no such thing, or not any more."""


class HTTPConflict(HTTPClientError, flowhost.Conflict):
    """Somebody else changed the thing first: fetch it again; see `flowhost.retry_on_conflict`."""


class HTTPServerError(_Answered, flowhost.Unavailable):
    """The server could not do it just now."""


class BadAnswer(HTTPServerError):
    """The answer is not the document that was expected: cut off, a page for people, another document."""
