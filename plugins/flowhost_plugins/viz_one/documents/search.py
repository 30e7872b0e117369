"""Search descriptions (OpenSearch 1.1): how to ask a collection."""

from __future__ import annotations

from typing import ClassVar

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.link import same_media_type
from flowhost_plugins.viz_one.documents.namespaces import OPENSEARCH, qualified
from flowhost_plugins.viz_one.documents.url_template import UrlTemplate

URL = qualified(OPENSEARCH, "Url")


class SearchDescription(Document):
    """What a collection can be asked."""

    content_type: ClassVar[str] = "application/opensearchdescription+xml"
    root: ClassVar[str] = qualified(OPENSEARCH, "OpenSearchDescription")

    @property
    def short_name(self) -> str:
        """What the search is called; empty when it is not."""
        return trees.child_text(self._element, qualified(OPENSEARCH, "ShortName"))

    def url(self, type: str = "application/atom+xml") -> UrlTemplate:  # noqa: A002 - OpenSearch's word
        """The template for answers of this media type.

        Raises:
            DocumentError: there is none.
        """
        urls = list(self._element.iterchildren(URL))
        for url in urls:
            if same_media_type(url.get("type") or "", type) and (template := url.get("template")):
                return UrlTemplate(template)
        there = ", ".join(url.get("type") or "?" for url in urls) or "none"
        raise DocumentError(f"the search description has no URL for {type!r}; it has: {there}")
