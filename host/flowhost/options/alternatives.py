"""An option of several types: which of them a value of a document is read as."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import SecretBytes, SecretStr, TypeAdapter, ValidationError
from pydantic_core.core_schema import ValidationInfo

from flowhost.options.readers import LISTS
from flowhost.options.readers import reads_place as takes_value
from flowhost.options.structure_readers import shape_of, unfit
from flowhost.places import Value

MAPPINGS = (dict, Mapping)
TEXTS = (str, Path, SecretStr, SecretBytes)


def chooser(members: Sequence[tuple[Any, Any]], words: str) -> Callable[[Any, Any, ValidationInfo[Any]], Any]:
    """Reads a value as the first of the types that its form fits; pydantic would try them all, and tell of all."""
    adapters = [(bare, TypeAdapter(member)) for bare, member in members]

    def read(value: Any, _handler: object, info: ValidationInfo[Any]) -> Any:
        fitting = [adapter for bare, adapter in _by_preference(adapters, value)]
        if not fitting:
            raise unfit(value, words)
        nothing = isinstance(value, str) and not value.strip() and any(b is type(None) for b, _ in adapters)
        for adapter in fitting:
            try:
                return adapter.validate_python(value, context=info.context)
            except ValidationError:
                if len(fitting) == 1 and not nothing:
                    raise
        if nothing:
            return None
        raise unfit(value, words)

    return read


def _by_preference(adapters: Sequence[tuple[Any, Any]], value: object) -> list[tuple[Any, Any]]:
    form = shape_of(value)
    fitting = [one for one in adapters if _form_of(one[0]) in (form, "any")]
    if not fitting and form != "nothing":
        fitting = [one for one in adapters if _form_of(one[0]) == "list"]
    if isinstance(value, str):
        return fitting
    return sorted(fitting, key=lambda one: _is_text(one[0]))  # a number is a text only if it is nothing else


def _form_of(annotation: Any) -> str:
    bare = _bare(annotation)
    if bare is type(None):
        return "nothing"
    if bare is Any or bare is object or get_origin(bare) in (Union, types.UnionType):
        return "any"
    if (get_origin(bare) or bare) in LISTS:
        return "list"
    is_record = isinstance(bare, type) and is_dataclass(bare) and bare is not Value
    return "mapping" if is_record or (get_origin(bare) or bare) in MAPPINGS else "single"


def _is_text(annotation: Any) -> bool:
    bare = _bare(annotation)
    return bare in TEXTS or (_form_of(bare) == "single" and takes_value(bare))


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation
