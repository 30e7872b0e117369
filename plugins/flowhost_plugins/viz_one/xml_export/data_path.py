"""Lets one FTP server connect to another, so that a file goes between them and not through us."""

from __future__ import annotations

import ftplib
import ipaddress

from flowhost_plugins.viz_one.xml_export.connection import FtpConnection
from flowhost_plugins.viz_one.xml_export.errors import FtpRefused

ALLOW = (
    "a server must be told to take part in transfers between two servers: AllowForeignAddress on (proftpd), -w "
    "(pure-ftpd), port_promiscuous and pasv_promiscuous (vsftpd), permit_foreign_addresses (pyftpdlib)"
)

_NOT_UNDERSTOOD = (500, 502)


def join(passive: FtpConnection, active: FtpConnection) -> None:
    """Have one server listen and tell the other where to connect to, for the next transfer.

    Over IPv4 that is PASV and PORT (RFC 959); EPRT is tried where PORT is unknown. Over IPv6 it is EPSV and EPRT
    (RFC 2428): EPSV names a port only, so the address is the one we reached the server at.

    Raises:
        FtpRefused: one of them does not take part; the sentence says which and what to allow.
        FtpLost: one of them does not answer.
    """
    try:
        host, port = _listening(passive)
        _point(active, host, port)
    except FtpRefused as refused:
        raise FtpRefused(f"{refused}; {ALLOW}", refused.code) from None


def _listening(passive: FtpConnection) -> tuple[str, int]:
    peer = _peer(passive)
    if _version(peer) == 6:
        reply = passive.command("EPSV")
        with passive.telling("to do EPSV"):
            return ftplib.parse229(reply, (peer, passive.address.port))  # noqa: S321  # nothing is connected here
    reply = passive.command("PASV")
    with passive.telling("to do PASV"):
        host, port = ftplib.parse227(reply)  # noqa: S321  # as above
    address = ipaddress.ip_address(host)
    if address.is_unspecified or (address.is_loopback and not ipaddress.ip_address(peer).is_loopback):
        return peer, port  # it does not know its own address, as behind a router
    return host, port


def _point(active: FtpConnection, host: str, port: int) -> None:
    version = _version(host)
    extended = f"EPRT |{1 if version == 4 else 2}|{host}|{port}|"
    if version == 6:
        active.command(extended)
        return
    numbers = [*host.split("."), str(port // 256), str(port % 256)]
    try:
        active.command(f"PORT {','.join(numbers)}")
    except FtpRefused as refused:
        if refused.code not in _NOT_UNDERSTOOD:
            raise
        active.command(extended)


def _peer(connection: FtpConnection) -> str:
    """The address at which we reached the server, an IPv4 one as such."""
    with connection.telling("for its address"):
        assert connection.ftp.sock is not None, "the connection is open"
        host = str(connection.ftp.sock.getpeername()[0]).partition("%")[0]
    address = ipaddress.ip_address(host)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _version(host: str) -> int:
    return ipaddress.ip_address(host).version
