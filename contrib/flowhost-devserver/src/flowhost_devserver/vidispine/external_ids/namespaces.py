"""Namespaces of external ids: each has a pattern, and what it fits is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.site import Site

KIND = "external id namespace"
"""Of what is kept: name → pattern and priority."""

DEFAULT = "default"
"""The namespace of what fits no other."""

PRIORITY = 10
"""Of a namespace when nobody says; of several that fit, the highest counts."""

add_forms(
    {
        "ExternalIdNamespace": {"name": "text", "pattern": "text", "priority": "int"},
        "ExternalIdNamespaces": {"namespace": "ExternalIdNamespace*"},
    },
    {
        "ExternalIdentifierNamespaceDocument": "ExternalIdNamespace",
        "ExternalIdentifierNamespaceListDocument": "ExternalIdNamespaces",
    },
)


def namespaces(site: Site) -> list[dict[str, Any]]:
    """Every namespace, that which counts most first, and the default one."""
    kept = [{"name": name, **one} for name, one in site.keeping.all(KIND).items()]
    return [
        *sorted(kept, key=lambda one: -one["priority"]),
        {"name": DEFAULT, "pattern": ".+", "priority": 0},
    ]


def namespace(site: Site, name: str) -> dict[str, Any]:
    """The namespace.

    Raises:
        Refusal: there is none of this name.
    """
    for one in namespaces(site):
        if one["name"] == name:
            return one
    raise not_found("external-id-namespace", name)


def namespace_of(site: Site, external_id: str) -> str:
    """The name of the namespace that an external id is in."""
    fitting = (
        one["name"] for one in namespaces(site) if re.fullmatch(one["pattern"], external_id, re.DOTALL)
    )
    return str(next(fitting, DEFAULT))


def put_namespace(site: Site, name: str, given: Mapping[str, Any]) -> None:
    """Make or change a namespace; what the document leaves out is as before.

    Raises:
        Refusal: it makes no sense.
    """
    if name == DEFAULT:
        raise invalid_input("namespace", id_=name, explanation="the default namespace is as it is")
    with site.lock:
        known = {"priority": PRIORITY, **(site.keeping.get(KIND, name) or {})}
        made = known | {key: given[key] for key in ("pattern", "priority") if key in given}
        try:
            re.compile(made["pattern"])
        except (KeyError, re.error) as error:
            told = "expected a pattern" if isinstance(error, KeyError) else str(error)
            raise invalid_input("pattern", id_=name, explanation=told, value=made.get("pattern")) from None
        site.keeping.put(KIND, name, made)
