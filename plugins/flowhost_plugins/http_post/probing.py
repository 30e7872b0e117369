"""Whether a web server can be reached, without asking it for anything."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

import flowhost

PORTS = {"http": 80, "https": 443}


def reach(url: str, server: str, *, timeout: float, verify: bool | str, proxy: str | None) -> None:
    """Connect to the server, through its TLS handshake, and hang up; with a proxy, only to the proxy.

    Args:
        url: where to send to.
        server: how messages name it.
        timeout: seconds for the connection, and for the handshake.
        verify: whether certificates count, or the file or folder with the authorities to trust.
        proxy: its URL.

    Raises:
        Unavailable: it cannot be reached, or not be trusted.
    """
    parts = urlsplit(proxy if proxy and "://" in proxy else f"http://{proxy}" if proxy else url)
    host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 80)
    whom = f"the proxy {host}:{port} of {server}" if proxy else server
    try:
        with socket.create_connection((host, port), timeout) as connection:
            if parts.scheme == "https":
                _context(verify).wrap_socket(connection, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        way_out = "name its authority with 'ca file'"
        raise flowhost.Unavailable(f"cannot trust {whom}: {error.verify_message}; {way_out}") from error
    except TimeoutError as error:
        raise flowhost.Unavailable(f"cannot connect to {whom}: no answer within {timeout:g} s") from error
    except OSError as error:
        raise flowhost.Unavailable(f"cannot connect to {whom}: {_reason(error)}") from error


def _context(verify: bool | str) -> ssl.SSLContext:
    from requests.utils import DEFAULT_CA_BUNDLE_PATH  # the authorities the worker itself trusts

    if not verify:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    return ssl.create_default_context(cafile=verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH)


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"{error.reason or error}; is that its HTTPS port?"
    if isinstance(error, socket.gaierror):
        return f"its name cannot be resolved ({error.strerror})"
    return (error.strerror or str(error)).lower()
