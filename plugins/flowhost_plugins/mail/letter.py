"""A letter as a message of RFC 5322."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage


def letter(
    *,
    sender: Address,
    recipients: Sequence[Address],
    subject: str,
    text: str,
    html: str | None,
    identity: str,
    written: datetime,
) -> EmailMessage:
    """The message, with everything a header may not hold taken out.

    Args:
        sender: whom it is from.
        recipients: whom it is to.
        subject: one line; line breaks and other control characters become blanks.
        text: what it says.
        html: the same for who can show it; None for nothing.
        identity: its Message-ID, without the brackets.
        written: when.
    """
    message = EmailMessage()
    message["From"] = sender
    message["To"] = list(recipients)
    message["Subject"] = _one_line(subject)
    message["Date"] = written
    message["Message-ID"] = f"<{identity}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    message.set_content(_text(text))
    if html is not None:
        message.add_alternative(_text(html), subtype="html")
    return message


def _one_line(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in _text(text))
    return " ".join(printable.split())


def _text(text: str) -> str:
    """Without halves of surrogate pairs, which no mail can hold."""
    return text.encode(errors="replace").decode()
