"""What makes parts that no section of a profile names, such as the actions of rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

from flowhost.parts import Kind, Resource
from flowhost.places import Place

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indexes that lead to a value within a document."""


class Workbench(Protocol):
    """Makes parts from what a document such as a YAML file says; asked for with an option of this type.

    The resources that these parts need are those of the daemon. A part made in the constructor of whoever has the
    workbench gets any of them, and they are opened before that; one made later gets those that are open.
    """

    def names(self, kind: Kind = "action") -> list[str]:
        """The names of the parts of this kind, sorted."""

    def make(
        self,
        kind: Kind,
        name: str,
        data: Mapping[str, Any],
        *,
        place: Place,
        places: Mapping[Path, Place],
        called: str = "",
    ) -> Any:
        """Make a part.

        Args:
            kind: what it is.
            name: its name.
            data: its options: texts, numbers, booleans, None, lists and mappings of these. A need may be named, too.
            place: where it stands as a whole.
            places: path of keys and indexes within `data` → where that stands; what has none stands where the
                value around it does.
            called: how messages name it; ``action 'NAME'`` by default.

        Raises:
            ConfigError: everything that is wrong, each with its place.
        """

    def needs_of(self, resource: Resource) -> tuple[Resource, ...]:
        """What a resource of the daemon was given, directly or through others, in the order to open them.

        For commands, which have a resource that is not open: these are not either.
        """

    def schema(self, kind: Kind, name: str) -> dict[str, Any]:
        """A JSON Schema (draft 2020-12) of the options of a part, as a YAML document has them.

        A need is in it when the daemon has several resources that can meet it.

        Raises:
            ConfigError: there is no such part.
        """

    def documentation(self, kind: Kind, name: str) -> str:
        """What a part is for: the first paragraph of its docstring.

        Raises:
            ConfigError: there is no such part.
        """
