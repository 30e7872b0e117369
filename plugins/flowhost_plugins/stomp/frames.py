"""What stomp.py leaves to be done about frames: headers that need escapes, and quick acknowledgements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import flowhost

ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", ":": "\\c"})
"""How STOMP 1.1 and 1.2 write what would end a header; 1.0 has no escapes."""

LINE_ENDS = {number: text for number, text in ESCAPES.items() if chr(number) in "\r\n"}
"""What would end a header in STOMP 1.0 too."""


def answer(command: Literal["ACK", "NACK"], version: str, headers: Mapping[str, str]) -> bytes:
    """The frame that says what became of the message with these headers.

    stomp.py makes the same one, with copies, a sort and calls of listeners that cost a fifth of a message.
    """
    if version == "1.2":
        names = f"id:{headers['ack'].translate(ESCAPES)}"
    elif version == "1.1":
        message, subscription = (headers[name].translate(ESCAPES) for name in ("message-id", "subscription"))
        names = f"message-id:{message}\nsubscription:{subscription}"
    else:
        names = f"message-id:{headers['message-id']}"
    return f"{command}\n{names}\n\n\0".encode()


def sendable(headers: Mapping[str, str], version: str) -> dict[str, str]:
    """The headers as stomp.py may write them: it escapes values, but not names, and nothing at all in 1.0.

    Raises:
        Permanent: one has a zero byte, which would end the frame.
    """
    for name, value in headers.items():
        if "\0" in name or "\0" in value:
            raise flowhost.Permanent(f"the header {name!r} has a zero byte, which STOMP cannot carry")
    values = LINE_ENDS if version == "1.0" else {}
    return {name.translate(ESCAPES): value.translate(values) for name, value in headers.items()}
