"""A part's constructor signature is its schema: option types, and how texts are bound to them."""

from flowhost.options.binding import Binding, Need, bind
from flowhost.options.documents import bind_document, document_schema
from flowhost.options.fields import document_key
from flowhost.options.quantities import Seconds, Secret, Section, Size
from flowhost.options.schema import documentation, json_schema
from flowhost.options.signature import Option, options_of
from flowhost.options.wording import nearest, same_key

__all__ = [
    "Binding",
    "Need",
    "Option",
    "Seconds",
    "Secret",
    "Section",
    "Size",
    "bind",
    "bind_document",
    "document_key",
    "document_schema",
    "documentation",
    "json_schema",
    "nearest",
    "options_of",
    "same_key",
]
