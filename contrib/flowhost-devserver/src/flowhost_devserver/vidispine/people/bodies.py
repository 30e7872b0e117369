"""Bodies that are a text: names, passwords, values."""

from __future__ import annotations

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import invalid_input


def text_of(call: Call) -> str:
    """The text in the body, without spaces around it.

    Raises:
        Refusal: it is none.
    """
    try:
        text = call.in_utf8(call.body()).decode()
    except UnicodeDecodeError:
        raise invalid_input("body", explanation="expected text in UTF-8") from None
    if "\0" in text:
        raise invalid_input("body", explanation="a text cannot have NUL characters")
    return text.strip()
