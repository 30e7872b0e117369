"""The workers ``xml-export-fxp`` and ``xml-export-ardftp``."""

from __future__ import annotations

import codecs
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.transfer import Transfer, TransferPlugin
from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.errors import FtpError
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings, Side

if TYPE_CHECKING:
    from flowhost_plugins.viz_one.documents import Payload
    from flowhost_plugins.viz_one.transfer.plugin_data import Input

ALMOST = 99  # per cent: the media is there, the metadata is not
ENDING = ".xml"

TimeOut = Annotated[flowhost.Seconds, "longest time an FTP server may take for a reply"]
StallTimeOut = Annotated[flowhost.Seconds, "longest time in which nothing of the file moves"]
Secure = Annotated[bool, "encrypt the control connections (AUTH TLS) also where a URL says ftp and not ftps"]
CheckCertificates = Annotated[bool, "trust only FTP servers with a valid certificate"]
PemFile = Annotated[Path | None, "file with the certificates to trust instead of the system's"]
Encoding = Annotated[str, "encoding of file names on the FTP servers"]


class XmlExport(TransferPlugin):
    """What both exports do: the media, then its metadata as XML beside it.

    Args:
        viz_one: Viz One.
        clock: the time.
        settings: how to talk to the servers.
    """

    def __init__(self, *, viz_one: VizOne, clock: flowhost.Clock, settings: FtpSettings) -> None:
        super().__init__(viz_one=viz_one, clock=clock)
        try:
            codecs.lookup(settings.encoding)
        except LookupError:
            raise ValueError(
                f"encoding is {settings.encoding!r}, expected one such as utf-8 or latin-1"
            ) from None
        self._settings = settings

    @abstractmethod
    def send(self, source: FtpAddress, destination: FtpAddress, told: Callable[[float], None]) -> None:
        """Bring the media to its destination.

        Args:
            source: where it is.
            destination: where it is to be.
            told: to be called with the per cent that are done.
        """

    def start(self, data: Input) -> None:
        """Export one asset; what goes wrong with the FTP servers fails the transfer."""
        transfer = self.use(data)
        metadata = transfer.asset.metadata
        if metadata is None:
            transfer.fail("The asset has no metadata to export.")
        try:
            self._export(transfer, metadata)
        except FtpError as error:
            transfer.fail(str(error))

    def _export(self, transfer: Transfer, metadata: Payload) -> None:
        from flowhost_plugins.viz_one.xml_export.connection import FtpConnection, remove

        source = FtpAddress.parse(transfer.source)
        destination = FtpAddress.parse(transfer.destination)
        transfer.update_progress(0)
        self.send(source, destination, lambda percent: transfer.update_progress(percent * ALMOST / 100))
        transfer.update_progress(ALMOST)
        beside = destination.beside(ENDING)
        try:
            with FtpConnection(beside, "destination", self._settings) as server:
                server.store(metadata.generate())
        except FtpError:
            for half in (beside, destination):
                remove(half, self._settings)
            raise
        transfer.update_progress(100)


class XmlExportFxp(XmlExport):
    """Exports media from one FTP server to another, directly (FXP), with its metadata as XML beside it.

    A transfer plugin of Viz One: it reads the plugin data from the standard input. The XML is called as the media,
    with ``.xml`` added. Of a transfer that fails nothing stays at the destination. With ``ftps`` the control
    connections are encrypted, but the data between the two servers are not. Both servers must allow transfers with
    other servers.
    """

    name: ClassVar[str] = "xml-export-fxp"

    def __init__(
        self,
        *,
        viz_one: VizOne,
        clock: flowhost.Clock,
        passive: Annotated[
            Side, "the server that listens; the other one connects to it, so firewalls must allow that"
        ] = "source",
        tries: Annotated[int, "how often a transfer that breaks off in the middle is tried"] = 3,
        resume: Annotated[bool, "continue where it broke off, where both servers can"] = True,
        time_out: TimeOut = 30,
        stall_time_out: StallTimeOut = 300,
        secure: Secure = False,
        check_certificates: CheckCertificates = True,
        pem_file: PemFile = None,
        encoding: Encoding = "utf-8",
    ) -> None:
        settings = FtpSettings(time_out, stall_time_out, secure, check_certificates, pem_file, encoding)
        super().__init__(viz_one=viz_one, clock=clock, settings=settings)
        if tries < 1:
            raise ValueError(f"tries is {tries}, expected 1 or more")
        self._passive = passive
        self._tries = tries
        self._resume = resume

    def send(self, source: FtpAddress, destination: FtpAddress, told: Callable[[float], None]) -> None:
        """Have the one server send it to the other."""
        from flowhost_plugins.viz_one.xml_export.fxp import Fxp

        Fxp(source, destination, self._settings, self._clock, self._passive, self._tries, self._resume).run(
            told
        )


class XmlExportArdftp(XmlExport):
    """Exports media with the SITE commands of Ardome's FTP server, with its metadata as XML beside it.

    A transfer plugin of Viz One: it reads the plugin data from the standard input. The source server sends the media
    by itself, as MXF, and tells its progress in its ``status.log``. The XML is called as the media, with ``.xml``
    added.
    """

    name: ClassVar[str] = "xml-export-ardftp"

    def __init__(
        self,
        *,
        viz_one: VizOne,
        clock: flowhost.Clock,
        time_out: TimeOut = 30,
        stall_time_out: StallTimeOut = 300,
        secure: Secure = False,
        check_certificates: CheckCertificates = True,
        pem_file: PemFile = None,
        encoding: Encoding = "utf-8",
    ) -> None:
        settings = FtpSettings(time_out, stall_time_out, secure, check_certificates, pem_file, encoding)
        super().__init__(viz_one=viz_one, clock=clock, settings=settings)

    def send(self, source: FtpAddress, destination: FtpAddress, told: Callable[[float], None]) -> None:
        """Have the source server send it."""
        from flowhost_plugins.viz_one.xml_export.ardftp import send

        send(source, destination, self._settings, told)
