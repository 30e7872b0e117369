"""Exports of media with their metadata as XML beside them, over FTP."""

from flowhost_plugins.viz_one.xml_export.workers import XmlExportArdftp, XmlExportFxp

__all__ = ["XmlExportArdftp", "XmlExportFxp"]
