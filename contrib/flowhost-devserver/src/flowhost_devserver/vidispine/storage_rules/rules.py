"""Storage rules, and which of them holds for a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.jobs.records import PRIORITIES
from flowhost_devserver.vidispine.libraries.refreshing import libraries_holding
from flowhost_devserver.vidispine.refusals import invalid_input

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

KIND = "storage-rule"
TYPES = ("item", "collection", "library", "generic")
PRECEDENCES = PRIORITIES[:5]

_CRITERION = "storagecriteriatype"
"""Key of what is ``bandwidth`` or ``capacity``; some clients call it ``value``."""

add_forms(
    {
        "StoragePriority": {"level": "@int", _CRITERION: "="},
        "StorageNot": {"storage": "text*", "group": "text*", "any": "text"},  # an element without content
        "StoragePool": {"storage": "text*", "group": "text*"},
        "StorageRuleFor": {"id": "text", "type": "text"},
        "StorageRule": {
            "id": "@text",
            "storageCount": "int",
            "priority": "StoragePriority*",
            "storage": "text*",
            "group": "text*",
            "not": "StorageNot",
            "pool": "StoragePool",
            "appliesTo": "StorageRuleFor",
            "precedence": "text",
            "inherited": "bool",
        },
        "StorageRules": {"default": "StorageRule", "tag": "StorageRule*"},
    },
    {"StorageRuleDocument": "StorageRule", "StorageRulesDocument": "StorageRules"},
)

DEFAULT = "default"
"""Stands for the tag of a rule that holds for every shape."""


def key_of(kind: str, id_: str, tag: str) -> str:
    """What a rule is kept under: of an item, collection or library, or of a shape tag (``generic``)."""
    return f"{kind}/{id_}/{tag or DEFAULT}"


def rules_of(site: Site, kind: str, id_: str) -> dict[str, dict[str, Any]]:
    """Tag → rule, of one entity."""
    start = key_of(kind, id_, "x")[:-1]
    every = site.keeping.all(KIND)
    return {key.removeprefix(start): rule for key, rule in every.items() if key.startswith(start)}


def put_rule(site: Site, kind: str, id_: str, tag: str, given: dict[str, Any]) -> dict[str, Any]:
    """Keep a rule.

    Raises:
        Refusal: it is none.
    """
    precedence = str(given.get("precedence") or "MEDIUM").upper()
    if precedence not in PRECEDENCES:
        expected = f"expected one of {', '.join(PRECEDENCES)}"
        raise invalid_input("precedence", explanation=expected, value=given.get("precedence"))
    if given.get("storageCount", 0) < 0:
        raise invalid_input("storageCount", explanation="expected 0 or more", value=given["storageCount"])
    rule = {**_tidied(given), "id": tag or DEFAULT, "precedence": precedence}
    rule["appliesTo"] = {"id": id_ or tag, "type": kind.upper()}
    site.keeping.put(KIND, key_of(kind, id_, tag), rule)
    return rule


def _tidied(given: dict[str, Any]) -> dict[str, Any]:
    """The rule in the form it is given back: what XML says without content is an empty text, what is false not there."""
    rule = dict(given)
    if "priority" in rule:
        rule["priority"] = [
            {_CRITERION if key == "value" else key: one[key] for key in one} for one in rule["priority"]
        ]
    if "any" in rule.get("not", {}):
        rest = {key: value for key, value in rule["not"].items() if key != "any"}
        said_no = str(rule["not"]["any"]).lower() in ("false", "0")
        rule["not"] = rest if said_no else {**rest, "any": ""}
    return rule


def listed(rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A StorageRulesDocument."""
    tagged = [rule for tag, rule in rules.items() if tag != DEFAULT]
    found: dict[str, Any] = {DEFAULT: rules[DEFAULT]} if DEFAULT in rules else {}
    return found | {"tag": tagged}


def effective(site: Site, item: str, tags: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rules about a shape, that which holds first.

    The higher precedence wins; within one, what is closer: the item, its collections, its libraries, the shape tag; and a
    rule for the tag before one for all.
    """
    holders = [("item", item), *(("collection", one.id) for one in site.catalogue.collections_of(item))]
    holders += [("library", library) for library in libraries_holding(site, item)]
    found = []
    for distance, (kind, id_) in enumerate([*holders, ("generic", "")]):
        for tag, rule in rules_of(site, kind, id_).items():
            if tag in tags or tag == DEFAULT:
                rank = (-PRECEDENCES.index(rule["precedence"]), distance, tag == DEFAULT)
                inherited = {} if kind == "item" else {"inherited": True}
                found.append((rank, rule | inherited))
    return [rule for _, rule in sorted(found, key=lambda pair: pair[0])]
