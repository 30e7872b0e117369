"""Metadata as a tree: fields with values, and groups with fields and groups. Pure.

A document in the database is ``{"f": {name: [value...]}, "g": [{"n": name, "i": id, "f": ..., "g": ...}]}``; what
is empty is left out.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import flowhost
from flowhost_plugins.catalogue.records import Group

Fields: TypeAlias = Mapping[str, tuple[str, ...]]

DEEPEST = 50
"""Groups within groups; what is deeper is a mistake, and a danger to whoever walks it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The metadata of one item or collection."""

    fields: Fields = field(default_factory=dict)
    groups: tuple[Group, ...] = ()

    @property
    def title(self) -> str:
        """The first value of the field ``title``."""
        return next(iter(self.fields.get("title", ())), "")


def dumped(tree: Tree) -> str:
    """The document of a tree."""
    return json.dumps(_packed(tree.fields, tree.groups), separators=(",", ":"))


def loaded(document: str) -> Tree:
    """The tree of a document."""
    fields, groups = _unpacked(json.loads(document))
    return Tree(fields, groups)


def _packed(fields: Fields, groups: Iterable[Group]) -> dict[str, Any]:
    packed: dict[str, Any] = {"f": dict(fields)} if fields else {}
    if nested := [{"n": one.name, "i": one.id} | _packed(one.fields, one.groups) for one in groups]:
        packed["g"] = nested
    return packed


def _unpacked(packed: Mapping[str, Any]) -> tuple[Fields, tuple[Group, ...]]:
    fields = {name: tuple(values) for name, values in packed.get("f", {}).items()}
    return fields, tuple(Group(one["n"], *_unpacked(one), one["i"]) for one in packed.get("g", ()))


def checked_fields(fields: Mapping[str, Sequence[str]]) -> Fields:
    """Fields as the tree has them: names in order as given, without those that have no values.

    Raises:
        Permanent: a name is empty, or has a slash; values are no texts.
    """
    return {_checked_name(name): values for name, given in fields.items() if (values := _values(name, given))}


def checked_groups(groups: Iterable[Group], depth: int = 1) -> tuple[Group, ...]:
    """Groups as the tree has them: each with an id, none with fields without values.

    Raises:
        Permanent: as `checked_fields`, or they are nested too deeply.
    """
    _check_depth(depth - 1)
    return tuple(
        Group(
            _checked_name(one.name),
            checked_fields(one.fields),
            checked_groups(one.groups, depth + 1),
            one.id or secrets.token_hex(8),
        )
        for one in groups
    )


def _check_depth(groups: int) -> None:
    if groups > DEEPEST:
        raise flowhost.Permanent(f"metadata groups are nested more than {DEEPEST} deep")


def _checked_name(name: str) -> str:
    if not name or "/" in name:
        raise flowhost.Permanent(
            f"the name of a metadata field or group is {name!r}, expected a text without '/'"
        )
    return name


def _values(name: str, values: Sequence[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise flowhost.Permanent(
            f"the values of the metadata field {name!r} are one text, expected a list of texts"
        )
    if odd := [value for value in values if not isinstance(value, str)]:
        kind = type(odd[0]).__name__
        raise flowhost.Permanent(f"a value of the metadata field {name!r} is a {kind}, expected a text")
    return tuple(values)


def flat(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Fields as `flowhost.Item.fields` has them."""
    found: dict[str, tuple[str, ...]] = {}
    for name, values in _walk("", tree.fields, tree.groups):
        found[name] = found.get(name, ()) + values
    return found


def _walk(above: str, fields: Fields, groups: Iterable[Group]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, values in fields.items():
        yield above + name, values
    for group in groups:
        yield from _walk(f"{above}{group.name}/", group.fields, group.groups)


def changed_fields(before: Tree, after: Tree) -> tuple[str, ...]:
    """The names of the fields, as `flat` has them, whose values are not the same."""
    old, new = flat(before), flat(after)
    return tuple(name for name in {**old, **new} if old.get(name) != new.get(name))


def with_fields(tree: Tree, fields: Mapping[str, Sequence[str]]) -> Tree:
    """The tree in which these fields, named as `flat` does, have exactly these values; what has them stays as it is."""
    there = flat(tree)
    for path, given in fields.items():
        *above, name = path.split("/")
        for part in (*above, name):
            _checked_name(part)
        _check_depth(len(above))
        if (values := _values(path, given)) != there.get(path, ()):
            made = _with_field(Group("", tree.fields, tree.groups), above, name, values)
            tree = Tree(made.fields, made.groups)
    return tree


def _with_field(group: Group, above: list[str], name: str, values: tuple[str, ...]) -> Group:
    if not above:
        return replace(group, fields=_set(group.fields, name, values))
    kept: list[Group] = []
    for one in group.groups:
        if one.name == above[0]:
            one, values = _with_field(one, above[1:], name, values), ()  # the first takes them
            if not one.fields and not one.groups:
                continue
        kept.append(one)
    if values:
        kept.append(_with_field(Group(above[0], id=secrets.token_hex(8)), above[1:], name, values))
    return replace(group, groups=tuple(kept))


def _set(fields: Fields, name: str, values: tuple[str, ...]) -> Fields:
    if values:
        return {**fields, name: values}
    return {one: kept for one, kept in fields.items() if one != name}


def with_groups(tree: Tree, name: str, groups: Iterable[Group]) -> Tree:
    """The tree in which exactly these are the top instances of the group `name`."""
    made = checked_groups(groups)
    if odd := [one.name for one in made if one.name != _checked_name(name)]:
        raise flowhost.Permanent(f"a group is called {odd[0]!r}, expected {name!r} as all of them")
    return Tree(tree.fields, (*(one for one in tree.groups if one.name != name), *made))
