"""The audit log: every request with who asked, for whom, and how it ended."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.call import Call

REMEMBERED = 100_000  # requests; about 50 MB


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Args:
        moment: when it came.
        user: who asked; empty when nobody knew them.
        run_as: for whom.
        method: HTTP method.
        path: as it was sent, without matrix parameters.
        parameters: those of the path and the query.
        content_type: of the body; empty without one.
        size: of the body, in bytes; 0 when that is not known before it is read.
        status: HTTP status of the answer.
        seconds: how long it took.
    """

    moment: datetime
    user: str
    run_as: str
    method: str
    path: str
    parameters: dict[str, list[str]]
    content_type: str
    size: int
    status: int
    seconds: float


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

    Attributes:
        status: of the answer, to be set.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self.status = 500

    def __enter__(self) -> Audit:
        """The request came."""
        self._moment = self._call.site.clock.now()
        self._began = self._call.site.clock.monotonic()
        return self

    def __exit__(self, *_raised: Any) -> None:
        """It was answered."""
        call, request = self._call, self._call.request
        self._call.site.audit.add(
            Asked(
                moment=self._moment,
                user=call.user,
                run_as=call.run_as,
                method=request.method,
                path=request.path.split(";")[0],
                parameters=call.parameters,
                content_type=request.content_type or "",
                size=request.content_length or 0,
                status=self.status,
                seconds=call.site.clock.monotonic() - self._began,
            )
        )
