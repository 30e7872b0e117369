"""Mail addresses: read, and refused when they are none or more than one."""

from __future__ import annotations

from email.errors import NonASCIILocalPartDefect
from email.headerregistry import Address


def address_of(text: str) -> Address:
    """The one address in a text such as ``ann@example.com`` or ``Ann <ann@example.com>``.

    A domain with other letters than ASCII's is written as DNS has it.

    Raises:
        ValueError: it is no address, or there are several: nobody becomes a recipient by a comma in a title.
    """
    from email import policy

    header = policy.SMTP.header_factory("to", text)
    known = (NonASCIILocalPartDefect,)  # RFC 6531 allows it; the server is asked
    if any(not isinstance(defect, known) for defect in header.defects) or len(header.addresses) != 1:
        raise ValueError(f"{text!r} is no mail address, expected one such as ann@example.com")
    found = header.addresses[0]
    try:
        domain = found.domain if found.domain.isascii() else found.domain.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(f"{text!r} is no mail address: its domain cannot be in DNS") from error
    if not domain or not found.username or not f"{found.username}{domain}".isprintable():
        raise ValueError(f"{text!r} is no mail address, expected one such as ann@example.com")
    return Address(found.display_name, found.username, domain)
