"""The documents of collections."""

from __future__ import annotations

from flowhost_devserver.vidispine.external_ids import documents as _documents  # noqa: F401  # external ids
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.items import forms as _forms  # noqa: F401  # an entry may be an item
from flowhost_devserver.vidispine.searching import forms as _search_forms  # noqa: F401  # facets

add_forms(
    {
        "Collection": {
            "loc": "text",
            "id": "text",
            "externalId": "ExternalId*",
            "name": "text",
            "metadata": "Metadata",
            "merged-access": "MergedAccess",
            "content": "CollectionContent*",
        },
        "CollectionContent": {
            "mode": "@text",
            "before": "@text",
            "after": "@text",
            "addItems": "@bool",
            "id": "text",
            "uri": "text",
            "type": "text",
            "metadata": "SimpleMetadata",
        },
        "CollectionReorder": dict.fromkeys(("item", "library", "collection"), "ReorderEntry*"),
        "ReorderEntry": {"before": "@text", "after": "@text", "id": "text"},
        "CollectionList": {
            "hits": "int",
            "nextCursor": "text",
            "collection": "Collection*",
            "facet": "FoundFacet*",
            "suggestion": "FoundSuggestion*",
            "autocomplete": "FoundCompletion*",
        },
        "SearchEntry": {
            **dict.fromkeys(("id", "type", "start", "end"), "@text"),
            "item": "Item",
            "collection": "Collection",
            "timespan": "Timespan*",
        },
        "SearchResult": {
            "hits": "int",
            "nextCursor": "text",
            "entry": "SearchEntry*",
            "facet": "FoundFacet*",
            "suggestion": "FoundSuggestion*",
            "autocomplete": "FoundCompletion*",
        },
    },
    {
        "CollectionDocument": "Collection",
        "CollectionReorderDocument": "CollectionReorder",
        "CollectionListDocument": "CollectionList",
        "SearchResultDocument": "SearchResult",
    },
)
