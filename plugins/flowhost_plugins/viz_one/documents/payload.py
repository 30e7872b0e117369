"""VDF payloads: the metadata of an asset, a file, a plugin's settings, as fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeAlias

from flowhost_plugins.viz_one.documents import fields, trees
from flowhost_plugins.viz_one.documents.choices import ORIGIN_WRITTEN
from flowhost_plugins.viz_one.documents.comparing import same_content, same_fields
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.field_texts import text_of_value
from flowhost_plugins.viz_one.documents.form_names import form_name
from flowhost_plugins.viz_one.documents.namespaces import ESCENIC_TYPES, TYPES, qualified
from flowhost_plugins.viz_one.documents.paths import value_at
from flowhost_plugins.viz_one.documents.term import DictionaryTerm
from flowhost_plugins.viz_one.documents.writing import generated, grafted, restyled

if TYPE_CHECKING:
    from lxml.etree import _Element

Style: TypeAlias = Literal["default", "prefixed"]
"""How VDF's namespace is written: as the default namespace, or with the prefix ``vdf``."""

PREFIX_OF_STYLE: dict[Style, str | None] = {"default": None, "prefixed": "vdf"}


class Payload(Document):
    """A payload: named fields with values, lists of rows, or further fields.

    Args:
        source: see `Document`; None makes an empty one.
        model: URL of its model, for an empty one or in place of the source's.
    """

    content_type: ClassVar[str] = "application/vnd.vizrt.payload+xml"
    root: ClassVar[str] = qualified(TYPES, "payload")
    other_roots: ClassVar[tuple[str, ...]] = (qualified(ESCENIC_TYPES, "payload"),)
    origin_attribute: ClassVar[str | None] = ORIGIN_WRITTEN
    """Attribute of a value that the address of its dictionary term is written to; None writes none."""

    def __init__(self, source: Any = None, *, model: str = "") -> None:
        super().__init__(source)
        if model:
            self.model = model

    @property
    def model(self) -> str:
        """URL of the model; rows and nested fields inherit it. Empty when there is none."""
        element: _Element | None = self._element
        while element is not None and element.tag in (*fields.PAYLOAD, *fields.FIELD, *fields.LIST):
            if model := element.get("model"):
                return model
            element = element.getparent()
        return ""

    @model.setter
    def model(self, url: str) -> None:
        trees.put_attribute(self._element, "model", url or None)

    @property
    def form(self) -> str:
        """Name of the form, taken from the URL of the model; empty when there is none."""
        return form_name(self.model)

    def names(self) -> list[str]:
        """The names of the fields, in their order, also of empty ones."""
        return list(dict.fromkeys(field.get("name") or "" for field in fields.fields_of(self._element)))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and fields.field_named(self._element, name) is not None

    def get(self, name: str, default: Any = None) -> Any:
        """What a field contains.

        Returns:
            Text for a value, the element for a value of XML, a list of payloads for a list, a payload for nested fields
            (changes of these go into this payload); `default` when the field is empty or missing.
        """
        field = fields.field_named(self._element, name)
        content = None if field is None else fields.content_of(field)
        if field is None or content is None:
            return default
        if content.tag in fields.LIST:
            return [type(self).of(row) for row in fields.rows_of(content)]
        if content.tag in fields.FIELD:
            return type(self).of(field)
        xml = fields.xml_of(content)
        return trees.text_of(content) if xml is None else xml

    def path(self, path: str, default: Any = None) -> Any:
        """What is at a path: names and row numbers (from 0), as in ``list/#0/column`` or ``field/nested``.

        Raises:
            DocumentError: the path is none.
        """
        return value_at(self, path, default)

    def set(self, name: str, value: Any) -> None:
        """Let a field contain this; it is added when missing. Annotations of the field stay.

        Args:
            name: the field.
            value: None empties the field. A string, number, boolean, date, time or dictionary term becomes a value,
                an lxml element a value of XML, a list of mappings or payloads a list, a mapping or a payload nested fields.

        Raises:
            DocumentError: a payload cannot hold such a value.
        """
        field = _filled(name, value, self._element, self.origin_attribute)
        old = fields.field_named(self._element, name)
        if old is None:
            old = fields.add_field(self._element, name)
        elif same_content(old, field):
            return  # so that the value keeps what it tells of its origin
        fields.empty(old)
        for index, content in enumerate(list(field)):
            old.insert(index, grafted(old, content))

    def remove(self, name: str) -> bool:
        """Take out the field of this name with all it has; return whether there was one."""
        found = [field for field in fields.fields_of(self._element) if field.get("name") == name]
        for field in found:
            self._element.remove(field)
        return bool(found)

    def term(self, name: str) -> DictionaryTerm | None:
        """The value of a field as a term of a dictionary, with its address if the payload tells; None when empty."""
        field, value = fields.field_named(self._element, name), self.get(name)
        if field is None or not isinstance(value, str):
            return None
        return DictionaryTerm(value, href=fields.origin_of(field))

    def generate(self, *, style: Style | None = None) -> bytes:
        """The payload in UTF-8.

        Args:
            style: how its namespace is written; None writes it as it was read.
        """
        element = self._standalone()
        if style is None:
            return generated(element)
        if style not in PREFIX_OF_STYLE:
            raise ValueError(f"style is {style!r}, expected one of {', '.join(PREFIX_OF_STYLE)}")
        return generated(restyled(element, PREFIX_OF_STYLE[style]))

    def copy(self) -> Self:
        """A payload of its own with the same model, content and ETag."""
        element = self._standalone()
        twin = type(self).of(trees.copied(element) if element is self._element else element)
        twin.response_etag = self.response_etag
        return twin

    def move_to(self, parent: _Element) -> None:
        """Become part of another document; a payload that is part of one already is copied, and stays where it is."""
        moved = grafted(parent, self._standalone())
        if self._element.getparent() is None:
            self._element = moved

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Payload):
            return NotImplemented
        return self.model == other.model and same_fields(self._element, other._element)

    __hash__ = None  # type: ignore[assignment] # a payload can be changed

    def __repr__(self) -> str:
        return f"<Payload of {self.form or 'no form'}: {', '.join(self.names()) or 'no fields'}>"

    @classmethod
    def _empty(cls) -> _Element:
        return trees.new(cls.root, {None: TYPES})

    def _standalone(self) -> _Element:
        """The element, or for one that is no payload with a model of its own, a payload with what it inherits."""
        own = self._element.tag in fields.PAYLOAD
        if own and (self._element.get("model") or not self.model):
            return self._element
        element = trees.new(fields.beside(self._element, "payload"), _vdf_prefixes(self._element))
        fields.take_over(element, self._element)
        trees.put_attribute(element, "model", self.model or None)
        return element


def _filled(name: str, value: Any, container: _Element, origin_attribute: str | None) -> _Element:
    """A field that contains this, in no tree."""
    field = trees.new(fields.beside(container, "field"), _vdf_prefixes(container))
    _fill(field, value, origin_attribute, name)
    return field


def _vdf_prefixes(container: _Element) -> dict[str | None, str]:
    return (
        {container.prefix: container.nsmap[container.prefix]} if container.prefix in container.nsmap else {}
    )


def _fill(field: _Element, value: Any, origin_attribute: str | None, name: str) -> None:
    if value is None:
        return
    text = text_of_value(value)
    if text is not None:
        element = trees.add(field, fields.beside(field, "value"), text)
        if origin_attribute and isinstance(value, DictionaryTerm) and value.href:
            trees.put_attribute(element, origin_attribute, value.href)
    elif isinstance(value, (Payload, Mapping)):
        _fill_fields(field, value, origin_attribute)
    elif isinstance(value, (list, tuple)):
        listing = trees.add(field, fields.beside(field, "list"))
        for row in value:
            _fill_fields(_row(listing, row, name), row, origin_attribute)
    elif trees.is_element(value):
        grafted(trees.add(field, fields.beside(field, "value")), value)
    else:
        raise DocumentError(
            f"field {name!r} cannot hold a {type(value).__name__}; expected text, a number, a boolean, a date, "
            "a time, a dictionary term, an XML element, a payload, a mapping, or a list of payloads or mappings"
        )


def _row(listing: _Element, row: Any, name: str) -> _Element:
    if not isinstance(row, (Payload, Mapping)):
        raise DocumentError(
            f"a row of field {name!r} is a {type(row).__name__}; expected a payload or a mapping of names to values"
        )
    return trees.add(listing, fields.beside(listing, "payload"))


def _fill_fields(
    container: _Element, value: Payload | Mapping[str, Any], origin_attribute: str | None
) -> None:
    if isinstance(value, Payload):
        fields.take_over(container, value.element)
        return
    for name, each in value.items():
        _fill(fields.add_field(container, name), each, origin_attribute, name)
