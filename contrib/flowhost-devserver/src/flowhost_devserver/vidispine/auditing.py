"""The audit log: every request with who asked, and for whom."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.paths import sent_path

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.call import Call

API, PORTAL = "/API/", "/API/v2/"
REMEMBERED = 100_000  # requests; about 50 MB


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Args:
        moment: when it came.
        user: who asked; empty when nobody knew them.
        run_as: for whom; whether they may or not.
        method: HTTP method.
        path: as it was sent, without matrix parameters; what is below the API's begins there: ``/item/VX-1``.
        matrix: the matrix parameters, as they were sent.
        query: the query, as it was sent.
        content_type: of the body; empty without one.
        size: of the body, in bytes; 0 when that is not known before it is read.
    """

    moment: datetime
    user: str
    run_as: str
    method: str
    path: str
    matrix: str
    query: str
    content_type: str
    size: int


def shown_path(path: str) -> str:
    """A path as it stands in the log and in its filters: what is below ``/API`` begins there, but for Portal's."""
    return path if path.startswith(PORTAL) or not path.startswith(API) else path.removeprefix(API[:-1])


class AuditLog:
    """The last requests; safe to use from every thread."""

    def __init__(self) -> None:
        self._asked: deque[Asked] = deque(maxlen=REMEMBERED)
        self._lock = threading.Lock()

    def add(self, asked: Asked) -> None:
        """Remember a request."""
        with self._lock:
            self._asked.append(asked)

    def newest_first(self) -> list[Asked]:
        """All that are remembered."""
        with self._lock:
            return list(reversed(self._asked))


class Audit:
    """Remembers a request once it is answered; a context manager.

    Args:
        call: the request; its user and path may become known later.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def __enter__(self) -> Audit:
        """The request came."""
        self._moment = self._call.site.clock.now()
        return self

    def __exit__(self, *_raised: Any) -> None:
        """It was answered."""
        call, request = self._call, self._call.request
        parts = [part.split(";") for part in sent_path(request).split("/")]
        self._call.site.audit.add(
            Asked(
                moment=self._moment,
                user=call.user,
                run_as=call.run_as,
                method=request.method,
                path=shown_path("/".join(name for name, *_ in parts)),
                matrix=";".join(one for _, *matrix in parts for one in matrix),
                query=request.query_string.decode("latin-1"),
                content_type=request.content_type or "",
                size=request.content_length or 0,
            )
        )
