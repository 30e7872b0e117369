"""How much of a file is at its destination by now."""

from __future__ import annotations

import logging
from types import TracebackType

from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.connection import FtpConnection
from flowhost_plugins.viz_one.xml_export.errors import FtpError
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings

log = logging.getLogger(__name__)


class Growth:
    """Asks a server for the size of a file, over a connection of its own, made when it is asked first.

    A server that allows no second connection, or tells no size, is not asked again: the transfer goes on without
    anybody knowing how far it is.

    Args:
        address: the file.
        settings: time-outs and encryption.
    """

    def __init__(self, address: FtpAddress, settings: FtpSettings) -> None:
        self._address = address
        self._settings = settings
        self._connection: FtpConnection | None = None
        self._useless = False

    def __enter__(self) -> Growth:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.__exit__(kind, error, trace)

    def size(self) -> int | None:
        """Bytes that are there; None when the server does not tell."""
        if self._useless:
            return None
        try:
            if self._connection is None:
                self._connection = FtpConnection(self._address, "destination", self._settings).__enter__()
            return self._connection.size()
        except FtpError as error:
            log.debug("the progress of the transfer cannot be asked: %s", error)
            self._useless = True
            return None
