"""How the exports talk to FTP servers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import ssl

Side: TypeAlias = Literal["source", "destination"]


@dataclass(frozen=True, slots=True)
class FtpSettings:
    """How to talk to the two servers.

    Args:
        time_out: seconds a server may take for each reply.
        stall_time_out: seconds a transfer may stand still.
        secure: encrypt the control connections (AUTH TLS) also where an address says ``ftp``.
        check_certificates: whether a server must show a certificate that is trusted.
        pem_file: file with the certificates to trust; None for those of the system.
        encoding: of names on the servers.
    """

    time_out: float = 30.0
    stall_time_out: float = 300.0
    secure: bool = False
    check_certificates: bool = True
    pem_file: Path | None = None
    encoding: str = "utf-8"

    def tls(self) -> ssl.SSLContext:
        """How an encrypted connection is made."""
        import ssl

        context = ssl.create_default_context(cafile=self.pem_file)
        if not self.check_certificates:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context
