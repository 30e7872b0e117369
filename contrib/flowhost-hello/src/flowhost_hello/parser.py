"""A parser: from a payload to a value."""

from __future__ import annotations

import re
from typing import ClassVar

import flowhost


class Introduction:
    """Reads ``I am NAME`` (or ``my name is NAME``) and gives ``{"name": "NAME"}``."""

    name: ClassVar[str] = "introduction"

    def parse(self, data: bytes | str) -> dict[str, str]:
        """The name of who introduces themselves.

        Raises:
            Rejected: it is no introduction; the event goes to the dead letters, with its payload.
        """
        try:
            text = data if isinstance(data, str) else data.decode()
        except UnicodeDecodeError as error:
            raise flowhost.Rejected(f"an introduction is UTF-8 text, this is not ({error})") from error
        match = re.fullmatch(r"\s*(?:I am|my name is)\s+(\S.*?)[\s.!]*", text, re.IGNORECASE | re.DOTALL)
        if not match:
            raise flowhost.Rejected(f"{text[:50]!r} is no introduction, expected e.g. 'I am Ada'")
        return {"name": match[1]}
