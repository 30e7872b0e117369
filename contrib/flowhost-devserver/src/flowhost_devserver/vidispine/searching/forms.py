"""The documents of searches."""

from __future__ import annotations

from flowhost_devserver.vidispine.forms import add_forms

_CRITERIA = {
    "text": "SearchText*",
    "field": "SearchField*",
    "group": "SearchGroup*",
    "operator": "SearchOperator*",
    "item": "SearchOperator*",
    "shape": "SearchOperator*",
    "file": "SearchOperator*",
    "reference": "text*",
}
_SEARCH = {
    "version": "@text",
    "cursor": "text",
    "intervals": "text",
    **_CRITERIA,
    "filter": "SearchOperator*",
    "facet": "SearchFacet*",
    "facetFilter": "FacetFilter*",
    "sort": "SearchSort*",
    "highlight": "SearchHighlight",
    "suggestion": "SearchSuggestion",
    "autocomplete": "SearchAutocomplete*",
}
_FLAGS = {"noescape": "@bool", "minimum": "@bool", "maximum": "@bool", "boost": "@float"}

add_forms(
    {
        "ItemSearch": _SEARCH,
        "SearchText": {**_FLAGS, "value": "="},
        "SearchField": {
            "target": "@text",
            "name": "text",
            "value": "SearchText*",
            "range": "SearchRange*",
        },
        "SearchRange": {
            "exclusiveMinimum": "@bool",
            "exclusiveMaximum": "@bool",
            "value": "SearchText*",
        },
        "SearchGroup": {"name": "text", **_CRITERIA},
        "SearchOperator": {"operation": "@text", "name": "@text", **_CRITERIA},
        "SearchSort": {"field": "text", "order": "text"},
        "SearchFacet": {
            "name": "@text",
            "count": "@bool",
            "field": "text",
            "minCount": "int",
            "maxResults": "int",
            "exclude": "text*",
            "range": "FacetRange*",
        },
        "FacetFilter": {"field": "text", "range": "FacetRange", "value": "text"},
        "SearchHighlight": {"field": "text*", "matchingOnly": "bool", "prefix": "text", "suffix": "text"},
        "SearchSuggestion": {"maximumSuggestions": "int", "accuracy": "float"},
        "SearchAutocomplete": {"field": "text", "text": "text", "maximumSuggestions": "int"},
        # -- answers
        "FacetRange": {"start": "@text", "end": "@text", "value": "="},
        "FacetCount": {"fieldValue": "@text", "value": "="},
        "FoundFacet": {
            "name": "@text",
            "field": "text",
            "count": "FacetCount*",
            "range": "FacetRange*",
        },
        "FoundSuggestion": {"term": "text", "suggestion": "text*"},
        "FoundCompletion": {"field": "text", "suggestion": "text*"},
    },
    {
        "ItemSearchDocument": "ItemSearch",
        "AutocompleteRequestDocument": "SearchAutocomplete",
        "AutocompleteResponseDocument": "FoundCompletion",
        "ShapeSearchDocument": "ItemSearch",
        "FileSearchDocument": "ItemSearch",
    },
)
