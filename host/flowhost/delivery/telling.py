"""An error as text: for logs, letters, status and the monitoring pages."""

from __future__ import annotations

from flowhost.errors import FlowhostError
from flowhost.logs.masking import masked

LONGEST_ERROR = 2000  # characters; an error may quote a whole message, a ledger and a log need not


def told(error: BaseException) -> str:
    """The error in words, without secrets: ours are sentences, a stranger's needs its class in front."""
    kind = type(error).__name__
    try:
        said = str(error)
    except Exception as second:  # noqa: BLE001 - a stranger's __str__ may fail too; nobody else must suffer for it
        return f"{kind}, whose text cannot be made ({type(second).__name__})"
    if not said:
        return kind
    text = masked(said if isinstance(error, FlowhostError) else f"{kind}: {said}")
    return text if len(text) <= LONGEST_ERROR else f"{text[:LONGEST_ERROR]} …"
