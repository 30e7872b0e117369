"""Makes any option type readable from what a document such as a YAML file holds: real lists, mappings and numbers.

A text for anything else is read as in an INI file (``5 min``, ``yes``); a number for a text is its text; one value for a
list is a list of one. What reads places (`readers.reads_place`) is given the text as a `Value`, with its place.
"""

from __future__ import annotations

import types
from dataclasses import is_dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BeforeValidator, Field, WrapValidator

from flowhost.options.alternatives import MAPPINGS, TEXTS, chooser
from flowhost.options.placed import plain
from flowhost.options.quantities import Label, Section
from flowhost.options.readers import LISTS, choices_of, readable
from flowhost.options.readers import reads_place as takes_value
from flowhost.options.signature import words_of
from flowhost.options.structure_readers import (
    choice_reader,
    list_reader,
    mapping_reader,
    scalar_reader,
    text_reader,
    value_reader,
)
from flowhost.options.structure_schema import AlsoNumber, FlagWords, OneOrMore, Quantity, plain_choices
from flowhost.places import Value

_Annotated: Any = Annotated  # types put together at run time; a type checker cannot follow them
_Union: Any = Union
_Dict: Any = dict


def structured(annotation: Any, label: str = "") -> Any:
    """The same type, readable from the values of a document.

    Args:
        annotation: the type.
        label: what messages call it, when a type around it says so.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner, *said = arguments
        label = next((one.text for one in said if isinstance(one, Label)), label)
        kept = [one for one in said if not isinstance(one, str | Label | Section)]
        return _with(structured(inner, label), *kept, *([Quantity(label)] if label else []))
    if origin in (Union, types.UnionType):
        members = [(one, structured(one)) for one in arguments]
        return _with(
            _Union[tuple(member for _, member in members)],
            WrapValidator(chooser(members, words_of(annotation))),
        )
    if origin in LISTS or annotation in LISTS:
        of = tuple(one if one is Ellipsis else structured(one) for one in arguments) or (structured(str),)
        whole = (origin or annotation)[(*of, ...) if annotation is tuple else of]
        return _with(whole, BeforeValidator(list_reader(words_of(annotation))), OneOrMore())
    if origin in MAPPINGS or annotation in MAPPINGS:
        keys, values = arguments or (str, Any)
        mapping = _Dict[structured(keys), structured(values)]
        return _with(mapping, BeforeValidator(mapping_reader(words_of(annotation))))
    return _leaf(annotation, label or words_of(annotation))


def _leaf(annotation: Any, words: str) -> Any:
    if annotation is Any or annotation is object:
        return _with(Any, BeforeValidator(plain))
    if isinstance(annotation, type) and is_dataclass(annotation) and annotation is not Value:
        from flowhost.options.fields import record_type  # which is made of what is here

        return record_type(annotation)
    if choices := choices_of(annotation):
        return _with(readable(annotation), BeforeValidator(choice_reader(choices)), plain_choices(choices))
    if takes_value(annotation):
        return _with(readable(annotation), BeforeValidator(value_reader(words)), AlsoNumber())
    if annotation in TEXTS:
        return _with(readable(annotation), BeforeValidator(text_reader(words)), AlsoNumber())
    if annotation is bool:
        return _with(readable(bool), BeforeValidator(scalar_reader(words, str, bool)), FlagWords())
    if annotation in (int, float):
        finite = (Field(allow_inf_nan=False),) if annotation is float else ()
        return _with(annotation, *finite, BeforeValidator(scalar_reader(words, str, int, float)))
    return _with(annotation, BeforeValidator(plain))


def _with(annotation: Any, *said: object) -> Any:
    return _Annotated[(annotation, *said)] if said else annotation
