"""What a site may answer instead of what was asked for.

* Refused: it refuses the request (4xx); trying the same again cannot help.
    * Missing: it has no such thing, and says which (404).
        * Nameless: nothing can be called so, and it was not asked.
* Conflicting: somebody else changed the thing first, or it is there already (409).
* BadAnswer: it answered with something else than the document that was expected.

Without an answer, with one of a server in trouble (5xx), and when the login itself is refused, there is
`flowhost.Unavailable`, which BadAnswer is, too.
"""

from __future__ import annotations

import flowhost


class _Told(flowhost.FlowhostError):
    """An error that carries what the error document of the site says.

    Args:
        sentence: what was asked for and what was answered.
        status: the status code.
        fault: the key of the error document, e.g. ``notFound``; empty when there is no such document.
        kind: its ``type``: what it is about, e.g. ``Item``, ``shape-tag``.
        id: of that thing.
        context: the name of the parameter or document that is wrong.
        explanation: its words.
    """

    def __init__(
        self,
        sentence: str,
        *,
        status: int,
        fault: str = "",
        kind: str = "",
        id: str = "",  # noqa: A002  # as the document calls it
        context: str = "",
        explanation: str = "",
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.fault = fault
        self.kind = kind
        self.id = id
        self.context = context
        self.explanation = explanation


class Refused(_Told, flowhost.Permanent):
    """The site refuses the request."""


class Missing(Refused):
    """The site has no such thing."""


class Nameless(Missing):
    """There can be no such thing: what it is called is empty, a dot, or no text."""

    def __init__(self, name: str) -> None:
        sentence = f"{name!r:.60} cannot be part of a URL, expected an id or a name"
        super().__init__(sentence, status=404, fault="notFound", id=name)


class Conflicting(_Told, flowhost.Conflict):
    """Somebody else changed the thing first, or it is there already; see `flowhost.retry_on_conflict`."""


class BadAnswer(flowhost.Unavailable):
    """The answer is not the document that was expected: cut off, a page for people, something of another form."""
