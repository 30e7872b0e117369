"""The built-in transfer plugins that send media with its metadata as XML."""

from __future__ import annotations

from typing import ClassVar

from flow.source.local import STDIN
from flow_compat.built_in import BuiltIn


class XmlExportArdFTP(BuiltIn):
    """Exports with the ``SITE ARDENDO`` commands; flowhost's worker ``xml-export-ardftp``."""

    SOURCE = STDIN
    native: ClassVar[str] = "xml-export-ardftp"


class XmlExportFXP(BuiltIn):
    """Exports from server to server; flowhost's worker ``xml-export-fxp``."""

    SOURCE = STDIN
    native: ClassVar[str] = "xml-export-fxp"
