"""Documents about items in XML."""

from __future__ import annotations

from flowhost_devserver.vidispine.external_ids import documents as _documents  # noqa: F401  # external ids
from flowhost_devserver.vidispine.forms import add_forms

add_forms(
    {
        "Item": {
            **dict.fromkeys(("id", "start", "end"), "@text"),
            "metadata": "Metadata",
            "thumbnails": "UriList",
            "posters": "UriList",
            "access": "ItemPermission*",
            "merged-access": "MergedAccess",
            "files": "UriList",
            "shape": "Shape*",
            "timespan": "Timespan*",
            "externalId": "ExternalId*",
        },
        "ItemPermission": {"type": "@text", "permission": "@text"},
        "ItemList": {
            "hits": "int",
            "library": "text",
            "nextCursor": "text",
            "item": "Item*",
            "facet": "FoundFacet*",
            "suggestion": "FoundSuggestion*",
            "autocomplete": "FoundCompletion*",
        },
    },
    {"ItemDocument": "Item", "ItemListDocument": "ItemList"},
)
