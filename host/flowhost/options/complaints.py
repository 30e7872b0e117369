"""What pydantic says of a value → what an operator is told."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from flowhost.options.signature import Option
from flowhost.options.wording import quoted
from flowhost.places import Place

_WORDS = {
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "int_parsing_size": "has too many digits",
    "float_parsing": "is not a number",
    "finite_number": "is not a finite number",
    "decimal_parsing": "is not a number",
}


def complaint(details: ErrorDetails, option: Option) -> str:
    """Why a value is not accepted, as the end of a sentence. A secret is never in it."""
    if option.secret:
        return "the value is not accepted (it is secret and not shown)"
    if details["type"] == "unreadable":
        return details["msg"]
    given = quoted(details["input"])
    if details["type"] in _WORDS:
        return f"{given} {_WORDS[details['type']]}"
    reason = str(details.get("ctx", {}).get("error", "")) or details["msg"][0].lower() + details["msg"][1:]
    return f"{given} is not accepted: {reason}"


def exact_place(details: ErrorDetails) -> Place | None:
    """The place within the value that a reader found fault with; None when it told none."""
    place = details.get("ctx", {}).get("place")
    return place if isinstance(place, Place) and place.file else None


def purpose(option: Option) -> str:
    """What an option is for, in brackets, when it says so."""
    return f" ({option.help})" if option.help else ""
