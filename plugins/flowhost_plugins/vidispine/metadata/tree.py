"""Metadata as a tree: fields with their values, and groups with fields and groups. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import flowhost

Fields: TypeAlias = Mapping[str, tuple[str, ...]]

DEEPEST = 50
"""Groups within groups; what is deeper is a mistake, and a danger to whoever walks it."""


@dataclass(frozen=True, slots=True)
class Group:
    """One instance of a metadata group; the whole metadata is one without a name.

    Args:
        name: of the group; instances of one group share it.
        uuid: Vidispine's name of this instance; empty: it is not there yet.
        fields: field name → values; none without values.
        groups: within it, in their order.
    """

    name: str = ""
    uuid: str = ""
    fields: Fields = field(default_factory=dict)
    groups: tuple[Group, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.fields and not self.groups


def flat(tree: Group) -> dict[str, tuple[str, ...]]:
    """Fields as `flowhost.Item.fields` has them."""
    found: dict[str, tuple[str, ...]] = {}
    for name, values in _walk("", tree):
        found[name] = found.get(name, ()) + values
    return found


def _walk(above: str, group: Group) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, values in group.fields.items():
        yield above + name, values
    for one in group.groups:
        yield from _walk(f"{above}{one.name}/", one)


def with_fields(tree: Group, fields: Mapping[str, Sequence[str]]) -> Group:
    """The tree in which these fields, named as `flat` does, have exactly these values.

    As many values of ``group/field`` as there are already: each instance of the group keeps its number of them.
    Otherwise the first instance, which is made when there is none, takes them all, and the others lose the field.
    An instance that becomes empty is gone.

    Raises:
        Permanent: a name cannot be, or values are no texts.
    """
    for path, given in fields.items():
        *above, name = _parts(path)
        tree = _with_field(tree, above, name, _checked(path, given))
    return tree


def _parts(path: str) -> list[str]:
    parts = path.split("/")
    if not all(parts):
        raise flowhost.Permanent(f"the name of a metadata field is {path!r}, expected FIELD or GROUP/FIELD")
    if len(parts) > DEEPEST:
        raise flowhost.Permanent(f"metadata groups are nested more than {DEEPEST} deep")
    return parts


def _checked(path: str, values: Sequence[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise flowhost.Permanent(
            f"the values of the metadata field {path!r} are one text, expected a list of texts"
        )
    if odd := [value for value in values if not isinstance(value, str)]:
        kind = type(odd[0]).__name__
        raise flowhost.Permanent(f"a value of the metadata field {path!r} is a {kind}, expected a text")
    return tuple(values)


def _with_field(tree: Group, above: Sequence[str], name: str, values: tuple[str, ...]) -> Group:
    counts = [len(one.fields.get(name, ())) for one in _instances(tree, above)]
    if not counts:
        return _made(tree, above, name, values) if values else tree
    if sum(counts) != len(values):
        counts = [len(values)] + [0] * (len(counts) - 1)
    left = list(values)
    shares = [tuple(left.pop(0) for _ in range(count)) for count in counts]
    return _shared(tree, above, name, iter(shares))


def _instances(group: Group, above: Sequence[str]) -> Iterator[Group]:
    if not above:
        yield group
        return
    for one in group.groups:
        if one.name == above[0]:
            yield from _instances(one, above[1:])


def _shared(group: Group, above: Sequence[str], name: str, shares: Iterator[tuple[str, ...]]) -> Group:
    """The group in which each instance has its share of the values."""
    if not above:
        return replace(group, fields=_set(group.fields, name, next(shares)))
    kept: list[Group] = []
    for one in group.groups:
        if one.name != above[0]:
            kept.append(one)
            continue
        changed = _shared(one, above[1:], name, shares)
        if one.empty or not changed.empty:
            kept.append(changed)
    return replace(group, groups=tuple(kept))


def _made(group: Group, above: Sequence[str], name: str, values: tuple[str, ...]) -> Group:
    """The group with the values in the first instance, and those that lead there made where they are missing."""
    if not above:
        return replace(group, fields=_set(group.fields, name, values))
    groups = list(group.groups)
    place = next((at for at, one in enumerate(groups) if one.name == above[0]), len(groups))
    inner = groups[place] if place < len(groups) else Group(above[0])
    groups[place : place + 1] = [_made(inner, above[1:], name, values)]
    return replace(group, groups=tuple(groups))


def _set(fields: Fields, name: str, values: tuple[str, ...]) -> Fields:
    if values:
        return {**fields, name: values}
    return {one: kept for one, kept in fields.items() if one != name}
