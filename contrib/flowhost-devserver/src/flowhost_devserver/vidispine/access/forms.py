"""The documents of access."""

from __future__ import annotations

from flowhost_devserver.vidispine.forms import add_forms

add_forms(
    {
        "AccessControl": {
            "id": "@text",
            "loc": "text",
            "grantor": "text",
            "appliesTo": "AppliesTo*",
            "recursive": "bool",
            "permission": "text",
            "user": "text",
            "group": "text",
            "operation": "AccessOperation",
            "priority": "int",
        },
        "AppliesTo": {"recursive": "@bool", "value": "="},
        "AccessOperation": {"metadata": "AccessToMetadata", "shape": "AccessToShape", "uri": "AccessToUri"},
        "AccessToMetadata": {"field": "@text"},
        "AccessToShape": {"tag": "@text"},
        "AccessToUri": {"type": "@text"},
        "AccessControlList": {"access": "AccessControl*"},
        "MergedQuery": dict.fromkeys(("username", "item", "permission", "type", "extradata"), "text"),
        "MergedEntry": {
            **dict.fromkeys(("username", "group", "permission", "effectivePermission"), "@text"),
            "priority": "@int",
            **dict.fromkeys(("grantor", "type", "extradata"), "@text"),
            "matches": "@bool",
            "superUser": "@bool",
            **dict.fromkeys(("collection", "library", "id"), "@text"),
        },
        "MergedAccess": {"query": "MergedQuery", "access": "MergedEntry*"},
        "MergedGroupAccess": {"access": "MergedEntry*"},
    },
    {
        "AccessControlDocument": "AccessControl",
        "AccessControlListDocument": "AccessControlList",
        "AccessControlMergedDocument": "MergedAccess",
        "AccessControlMergedGroupDocument": "MergedGroupAccess",
    },
)
