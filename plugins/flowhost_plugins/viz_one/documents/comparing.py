"""When two payloads mean the same.

The order of fields does not count, nor do prefixes, the namespace of VDF, comments, and the attributes of a value, which
tell where a dictionary term came from. A field without a value is as good as none: a server leaves such fields out or puts
them in as it likes. The order of rows counts, and so does everything unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from flowhost_plugins.viz_one.documents import fields, trees
from flowhost_plugins.viz_one.documents.choices import ORIGIN_ATTRIBUTES
from flowhost_plugins.viz_one.documents.namespaces import VDF, local, namespace_of

if TYPE_CHECKING:
    from lxml.etree import _Element


def same_fields(one: _Element, other: _Element) -> bool:
    """Whether two payloads, or two fields with fields, mean the same; their models do not count."""
    numbers: dict[Hashable, int] = {}
    first, second = _Meanings(one, numbers), _Meanings(other, numbers)
    return first.of_container(one) == second.of_container(other)


def same_content(one: _Element, other: _Element) -> bool:
    """Whether two fields contain the same, and anything at all."""
    numbers: dict[Hashable, int] = {}
    content = _Meanings(one, numbers).of_content(one)
    return content is not None and content == _Meanings(other, numbers).of_content(other)


class _Meanings:
    """What each element of a tree means, as a number that stands for equal meanings.

    Made from the leaves to the root, so that no depth of a document is too much for Python's stack.
    """

    def __init__(self, root: _Element, numbers: dict[Hashable, int]) -> None:
        self._numbers = numbers
        self._of: dict[_Element, int | None] = {}
        for element in reversed(list(root.iter("*"))):
            meaning = self._meaning(element)
            self._of[element] = None if meaning is None else numbers.setdefault(meaning, len(numbers))

    def of_container(self, container: _Element) -> Hashable:
        """What the fields in this payload or field mean, and what else is in a payload."""
        is_field = container.tag in fields.FIELD
        children = fields.fields_of(container) if is_field else container.iterchildren("*")
        attributes = () if is_field else container.attrib.items()
        parts = (self._of[child] for child in children)
        known = frozenset(item for item in attributes if item[0] != "model")
        return _counted(part for part in parts if part is not None), known

    def of_content(self, field: _Element) -> Hashable:
        """What a field contains; None when that is nothing."""
        content = fields.content_of(field)
        if content is None:
            return None
        if content.tag in fields.VALUE:
            return self._of_value(content)
        if content.tag in fields.LIST:
            return tuple(self._of[row] for row in fields.rows_of(content)) or None
        nested = self.of_container(field)
        return None if nested == NOTHING else nested

    def _meaning(self, element: _Element) -> Hashable:
        if element.tag in fields.FIELD:
            return self._of_field(element)
        if element.tag in fields.PAYLOAD:
            return "payload", self.of_container(element)
        parent = element.getparent()
        if element.tag in fields.CONTENTS and parent is not None and parent.tag in fields.FIELD:
            return None  # it is looked at with its field
        return self._of_anything(element)

    def _of_field(self, field: _Element) -> Hashable:
        content = self.of_content(field)
        extra = self._beside_content(field)
        attributes = frozenset(
            item for item in field.attrib.items() if local(item[0]) not in (*ORIGIN_ATTRIBUTES, "name")
        )
        if content is None and not extra and not attributes:
            return None
        return "field", field.get("name"), content, extra, attributes

    def _beside_content(self, field: _Element) -> Hashable:
        others = [each for each in field.iterchildren("*") if each.tag not in fields.CONTENTS]
        if not others:  # as in nearly every field
            return None
        origins = fields.origin_links(field)
        return _counted(self._of[each] for each in others if each not in origins) or None

    def _of_value(self, value: _Element) -> Hashable:
        if fields.xml_of(value) is None:
            return trees.text_of(value) or None
        texts = (value.text, *(child.tail for child in value.iterchildren()))
        words = tuple(text.strip() for text in texts if text and text.strip())
        return "xml", words, tuple(self._of[child] for child in value.iterchildren("*"))

    def _of_anything(self, element: _Element) -> Hashable:
        texts = [element.text or ""]
        for child in element.iterchildren():
            if local(child.tag):
                texts.append(child.tail or "")
            else:
                texts[-1] += child.tail or ""
        name = local(element.tag) if namespace_of(element.tag) in VDF else element.tag
        children = tuple(self._of[child] for child in element.iterchildren("*"))
        return name, frozenset(element.attrib.items()), tuple(texts), children


NOTHING: Hashable = (frozenset(), frozenset())
"""What a payload without anything means."""


def _counted(parts: Iterable[Hashable]) -> frozenset[tuple[Hashable, int]]:
    return frozenset(Counter(parts).items())
