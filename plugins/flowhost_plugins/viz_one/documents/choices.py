"""What the public record of Viz One leaves open, and what is chosen here.

Nothing in this file is evidenced. The classes that use a choice keep it as a class attribute of the same meaning, so that a
site whose server differs changes it in one line: ``Item.materialtype_scheme = "http://..."``.
"""

from __future__ import annotations

from flowhost_plugins.viz_one.documents.namespaces import DUBLIN_CORE, MAM, TRANSFER, qualified

MATERIALTYPE_SCHEME = "http://www.vizrt.com/2010/mam/materialtype"
CATEGORY_SCHEME = "http://www.vizrt.com/2010/mam/category"
RIGHTSCODE_SCHEME = "http://www.vizrt.com/2010/mam/rightscode"
KEYWORDS_SCHEME = "http://www.vizrt.com/2010/mam/keywords"
ASSETMEDIATYPE_SCHEME = "http://www.vizrt.com/2010/mam/assetmediatype"
"""Schemes of the atom categories of an item; the names of the categories are evidenced."""

PLACEHOLDER = "placeholder"
"""Term of the asset media type of an item without media (this one is evidenced)."""

EMPTY_MEDIASTATUSES = frozenset({"empty", "new"})
"""Media statuses of a placeholder, for an item that does not tell its asset media type."""

IDENTIFIER = qualified(DUBLIN_CORE, "identifier")
"""Element that the site identity is written as; ``identifier`` of any namespace is read."""

MEDIASTATUS = qualified(MAM, "mediastatus")
"""Element of the media status (evidenced); any namespace is read."""

LINK_RELS: dict[str, tuple[str, ...]] = {
    "addmembers_link": ("addmembers", "add-members", "add last", "add-last"),
    "delete_link": ("delete", "edit"),
    "edit_media_link": ("edit-media",),
    "import_unmanaged_link": ("import-unmanaged",),
    "request_link": ("transfer-request", "transferrequest", "transfer"),
    "upload_task_link": ("upload-task",),
}
"""Attribute of an entry → rels looked for, best first. An attribute that is not here means the rel of its name."""

TRANSFER_STATE = qualified(TRANSFER, "state")
TRANSFER_PROGRESS = qualified(TRANSFER, "progress")
TRANSFER_DONE = qualified(TRANSFER, "done")
TRANSFER_TOTAL = qualified(TRANSFER, "total")
TRANSFER_ERROR = qualified(TRANSFER, "error")
TRANSFER_PRIORITY = qualified(TRANSFER, "priority")
"""Elements of transfer steps and requests as they are written; the same local name of any namespace is read."""

PROGRESS_TOTAL = 100
"""What progress counts up to when a document does not tell."""

PLUGIN_DATA = qualified(TRANSFER, "plugindata")
"""Root element of the document a transfer plugin gets, as it is written; any is read."""

ORIGIN_ATTRIBUTES = ("origin", "href")
"""Attributes of a payload's value that name the dictionary term it stands for."""

ORIGIN_WRITTEN: str | None = None
"""The one of them that is written; None writes the bare key, which real servers were seen to accept."""
