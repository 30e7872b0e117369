"""Why there is no answer, in words an operator can act on."""

from __future__ import annotations

import errno
import ssl
from typing import TYPE_CHECKING

from flowhost.http_client.settings import Connection

if TYPE_CHECKING:
    import requests


def reason(error: Exception, connection: Connection) -> str:
    """Why a request failed.

    Args:
        error: what requests raised.
        connection: how it was sent.
    """
    import requests

    option = connection.option
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {connection.connect_time_out:g} s"
    if isinstance(error, requests.Timeout):
        return f"no answer within {connection.time_out:g} s"
    bottom = _bottom(error)
    if isinstance(bottom, ssl.SSLCertVerificationError):
        why = bottom.verify_message or str(bottom)
        return (
            f"its certificate is not trusted ({why}); name its authority with {option(connection.pem_option)}"
        )
    if isinstance(bottom, ssl.SSLError):
        return f"TLS failed ({bottom.reason or bottom}); is {option(connection.scheme_option)} right?"
    if isinstance(bottom, ConnectionRefusedError):
        return "connection refused; is the server running there?"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return f"the answer was cut off ({bottom})"
    if isinstance(bottom, TimeoutError):
        return f"no answer within {connection.time_out:g} s"
    return getattr(bottom, "strerror", None) or str(bottom) or type(bottom).__name__


def refused(error: Exception) -> bool:
    """Whether the connection was refused: the server has not seen the request."""
    return isinstance(_bottom(error), ConnectionRefusedError) or _bottom_number(error) == errno.ECONNREFUSED


def broke_before_answer(error: requests.RequestException) -> bool:
    """Whether an open connection was gone when the request was sent, as an idle one may be."""
    import requests

    is_connection = isinstance(error, requests.ConnectionError) and not isinstance(error, requests.Timeout)
    return is_connection and isinstance(_bottom(error), ConnectionResetError | BrokenPipeError)


def _bottom_number(error: Exception) -> int | None:
    return getattr(_bottom(error), "errno", None)


def _bottom(error: BaseException) -> BaseException:
    """What happened at the bottom; the errors around it repeat the whole URL."""
    seen = {id(error)}
    while (below := _below(error)) is not None and id(below) not in seen:
        seen.add(id(below))
        error = below
    return error


def _below(error: BaseException) -> BaseException | None:
    if (cause := error.__cause__ or error.__context__) is not None:
        return cause if _is_about_http(cause) else None
    # urllib3 keeps what happened as an attribute or argument of what it raises
    candidates = [getattr(error, "reason", None), *getattr(error, "args", ())]
    return next((one for one in candidates if isinstance(one, BaseException)), None)


def _is_about_http(error: BaseException) -> bool:
    return isinstance(error, OSError) or type(error).__module__.partition(".")[0] in (
        "http",
        "urllib3",
        "requests",
    )
