"""XML of any form, read by the rules of a profile: fields, transforms, and the fields of the form they go to."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.xml_import.fields import Field
from flowhost_plugins.viz_one.xml_import.order import Order
from flowhost_plugins.viz_one.xml_import.partner_xml import root_of
from flowhost_plugins.viz_one.xml_import.xpaths import XPath

if TYPE_CHECKING:
    from lxml.etree import _Element

FILENAME, ASSET_ID, MEDIA, FORM = "xml_filename", "asset_id", "media_filename", "form"
BUILTINS = frozenset(dir(builtins))
NO_VDF = (
    "format = custom without [Vdf] would make assets without metadata; add [Vdf] with 'form' and the fields of the form, "
    f"or, for media of assets that are there already, a transform or field {ASSET_ID!r}"
)


@dataclass(frozen=True, slots=True)
class Transform:
    """A value worked out of others.

    Args:
        title: of the section it is written in.
        name: of the value.
        expression: gives the value.
    """

    title: str
    name: str
    expression: flowhost.Expression


@dataclass(frozen=True, slots=True)
class Rules:
    """The sections of a profile for its own XML.

    Args:
        namespaces: prefix → URI.
        fields: name → keys of its section.
        transforms: in the order they are carried out.
        vdf: field of the form → expression, and ``form``.
        place: where it is said that they count, for what is missing.
        package: XPath of the element that stands for one asset; None when the file stands for one.
    """

    namespaces: Mapping[str, str]
    fields: Mapping[str, Mapping[str, flowhost.Value]]
    transforms: Sequence[Transform]
    vdf: Mapping[str, flowhost.Expression]
    place: flowhost.Place
    package: flowhost.Value | None = None


class CustomFormat:
    """Reads XML by rules.

    Args:
        rules: the sections of the profile.

    Raises:
        ConfigError: everything that is wrong with them.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._problems: list[flowhost.Problem] = []
        self._fields: list[Field] = []
        self._package: XPath | None = None
        self._form: str | None = None
        self._read_xpaths()
        self._read_names()
        if self._problems:
            raise flowhost.ConfigError(self._problems)

    def orders(self, content: bytes, file_name: str, client: VizOne) -> list[Order]:
        """What a file orders.

        Args:
            content: its bytes.
            file_name: its name.
            client: looks up terms of dictionaries.

        Raises:
            Rejected: it is not XML, has none of the elements of a package, or a field cannot be read.
            ExpressionError: a transform or mapping failed.
        """
        root = root_of(content, file_name)
        if self._package is None:
            return [self._order(root, file_name, client)]
        elements = self._package.elements(root)
        if not elements:
            raise flowhost.Rejected(
                f"{file_name!r} has no element {self._package.text!r}, each of which stands for an asset"
            )
        return [self._order(element, file_name, client) for element in elements]

    def _order(self, context: _Element, file_name: str, client: VizOne) -> Order:
        scope: dict[str, Any] = {FILENAME: file_name}
        for field in self._fields:
            scope[field.name] = field.value(context, client)
        for transform in self._rules.transforms:
            scope[transform.name] = transform.expression.value(scope)
        metadata = {
            name: self._form if name == FORM and self._form else expression.value(scope)
            for name, expression in self._rules.vdf.items()
        }
        return Order(
            _text(scope.get(ASSET_ID)), _text(scope.get(MEDIA)), metadata or None, must_exist=not metadata
        )

    # -- at check time

    def _read_xpaths(self) -> None:
        for name, values in self._rules.fields.items():
            try:
                self._fields.append(Field(name, values, self._rules.namespaces))
            except flowhost.ConfigError as error:
                self._problems += error.problems
        if self._rules.package is not None:
            try:
                self._package = XPath(self._rules.package, self._rules.namespaces)
            except flowhost.ConfigError as error:
                self._problems += error.problems

    def _read_names(self) -> None:
        """Look for names that will not be there, in the order of the work."""
        known = {FILENAME, *self._rules.fields}
        for transform in self._rules.transforms:
            self._check_names(transform.expression, known, f"[{transform.title}] {transform.name}")
            known.add(transform.name)
        vdf = self._rules.vdf
        if not vdf and ASSET_ID not in known:
            self._problems.append(flowhost.Problem(NO_VDF, self._rules.place))
        form = vdf.get(FORM)
        if vdf and form is None:
            place = next(iter(vdf.values())).place
            self._problems.append(
                flowhost.Problem("[Vdf] has no 'form'; expected e.g. form = 'hubitem'", place)
            )
        for name, expression in vdf.items():
            if expression is form and _is_bare(form, known):
                self._form = form.text.strip()
            else:
                self._check_names(expression, known, f"[Vdf] {name}")

    def _check_names(self, expression: flowhost.Expression, known: set[str], where: str) -> None:
        there = known | BUILTINS if expression.trusted else known
        for name in sorted(expression.names - there):
            hint = flowhost.nearest(name, known) or f"; a text is written '{name}'"
            if where == f"[Vdf] {FORM}":
                hint = f"; the name of a form is written {FORM} = '{expression.text.strip()}'"
            message = f"{where} uses the name {name!r}, which no field or transform before it has{hint}"
            self._problems.append(flowhost.Problem(message, expression.place))


def _is_bare(form: flowhost.Expression, known: set[str]) -> bool:
    """Whether a form is written as in ``form = hubitem``: a word that is no field and so names itself."""
    word = form.text.strip()
    return word.isidentifier() and not keyword.iskeyword(word) and word not in known


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip() or None
