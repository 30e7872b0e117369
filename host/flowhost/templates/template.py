"""One text with tags: read once, filled in many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

from pydantic_core import PydanticCustomError, core_schema

from flowhost.options.wording import quoted
from flowhost.places import Place, Value
from flowhost.templates.failure import TemplateError, UndefinedTag
from flowhost.templates.paths import check_path, file_name, names_of
from flowhost.templates.reading import Misread, Part, Tag, parts_of

BETWEEN = ", "
"""Stands between several values of one tag."""


class Template:
    """A text with tags, such as ``${title}``, which are filled in for one item.

    ``${name}`` is what the item has under that name; ``${name:-text}`` is `text` when it has nothing, which without
    a default is an error; ``$${`` is ``${`` itself. Use it as the type of an option, e.g.
    ``Annotated[flowhost.Template, "file name"]``: then `flowhost check` finds what is wrong with it.

    Args:
        text: the text.
        place: where it stands, for messages.

    Attributes:
        text: as given.
        place: as given.
        names: of its tags.

    Raises:
        TemplateError: a tag has no end or no name.
    """

    __slots__ = ("_parts", "names", "place", "text")

    reads_place: ClassVar[bool] = True
    option_type: ClassVar[str] = "text with tags"

    def __init__(self, text: str, place: Place | None = None) -> None:
        self.text = text
        self.place = place
        try:
            self._parts = parts_of(text)
            self._check(self._parts)
        except Misread as wrong:
            raise TemplateError(text, wrong.reason, place=_within(place, text, wrong.offset)) from None
        self.names = frozenset(part.name for part in self._parts if isinstance(part, Tag))

    def render(self, tags: Mapping[str, Any]) -> str:
        """The text, filled in. Several values of a tag stand side by side, with commas between them.

        Args:
            tags: name → a text, several texts, or None; see `Context.tags`.

        Raises:
            UndefinedTag: a tag without default has no value.
        """
        return "".join(part if isinstance(part, str) else self._joined(part, tags) for part in self._parts)

    def values(self, tags: Mapping[str, Any]) -> tuple[str, ...]:
        """All values, when the text is one tag and nothing else; otherwise one text, filled in.

        Raises:
            UndefinedTag: as `render`.
        """
        match self._parts:
            case (Tag() as only,):
                return self._values(only, tags)
            case _:
                return (self.render(tags),)

    def path(self, tags: Mapping[str, Any]) -> str:
        r"""The text, filled in, as a relative path: each ``/`` of the text divides it, and none of a value.

        What could lead elsewhere, or be no file name, is ``_`` in a value: ``/``, ``\``, control characters, a point
        at the beginning. A file name of more than 255 bytes is made shorter where its values are longest. A name
        that is empty is left out. Use `PathTemplate` as the type of an option, so that a text that is no such path
        is found when it is read.

        Raises:
            TemplateError: the text itself is an absolute path, or leads out with ``..``.
            UndefinedTag: as `render`.
        """
        try:
            check_path(self.text, self._parts)
        except Misread as wrong:
            raise TemplateError(
                self.text, wrong.reason, place=_within(self.place, self.text, wrong.offset)
            ) from None
        names = [file_name(name, lambda tag: self._joined(tag, tags)) for name in names_of(self._parts)]
        return "/".join(name for name in names if name) or ("_" if self.names else "")

    def _check(self, parts: tuple[Part, ...]) -> None:
        """For subclasses that take less than any text: raise Misread."""

    def _joined(self, tag: Tag, tags: Mapping[str, Any]) -> str:
        return BETWEEN.join(self._values(tag, tags))

    def _values(self, tag: Tag, tags: Mapping[str, Any]) -> tuple[str, ...]:
        if values := texts_of(tags.get(tag.name)):
            return values
        if tag.default is None:
            raise UndefinedTag(tag.name, tags, place=self.place)
        return (tag.default,) if tag.default else ()

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Template) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        return {"type": "string"}

    @classmethod
    def _read(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, Value | str):
            raise PydanticCustomError(
                "unreadable", "expected a text, not {what}", {"what": type(value).__name__}
            )
        text, place = (value, None) if isinstance(value, str) else (value.text, value.place)
        try:
            return cls(text, place if place and place.file else None)
        except TemplateError as error:
            sentence = f"{quoted(text)} {error.reason}"
            raise PydanticCustomError(
                "unreadable", "{sentence}", {"sentence": sentence, "place": error.place}
            ) from None


class PathTemplate(Template):
    """A `Template` that is a path within a folder; its text is checked for that when it is read.

    Raises:
        TemplateError: see `Template`; or the text is an absolute path, or leads out with ``..``.
    """

    __slots__ = ()

    option_type: ClassVar[str] = "path with tags"

    def _check(self, parts: tuple[Part, ...]) -> None:
        check_path(self.text, parts)


def texts_of(value: object) -> tuple[str, ...]:
    """The values of a tag as texts. An empty text is none, as for a shell's ``${name:-default}``."""
    if value is None:
        return ()
    several = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    return tuple(text for one in several if one is not None and (text := str(one)))


def _within(place: Place | None, text: str, offset: int) -> Place | None:
    """The place of a part of the text: exact on its first line, on later ones the line."""
    if place is None or not place.line:
        return place
    if below := text.count("\n", 0, offset):
        return replace(place, line=place.line + below, column=0)
    return replace(place, column=place.column + offset) if place.column else place
