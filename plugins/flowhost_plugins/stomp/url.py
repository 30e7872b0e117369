"""STOMP URLs: where a broker is, who we are there, and which destination is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

FORM = "stomp://user:password@host:61613/?destination=/queue/NAME"
DEFAULT_PORT = 61613
SCHEMES = {"stomp": False, "stomp+ssl": True}

_PARAMETERS = ("destination", "vhost")
_PARTS = re.compile(r"(?P<scheme>[^:/?#]+)://(?P<authority>[^/?#]*)(?P<path>/?)(?:\?(?P<query>[^#]*))?")
_HOST_AND_PORT = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[\w.-]+))(?::(?P<port>[0-9]{1,5}))?")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Address:
    """One destination at one broker, for one user.

    Args:
        host: name or IP address.
        port: TCP port.
        destination: ``/queue/NAME``, ``/topic/NAME`` or whatever the broker calls its destinations.
        user: login; empty for none.
        password: never shown, neither by `repr` nor by `str`.
        vhost: virtual host; empty for the default one.
        tls: whether to speak TLS.
    """

    host: str
    port: int
    destination: str
    user: str = ""
    password: str = field(default="", repr=False)
    vhost: str = ""
    tls: bool = False

    @property
    def broker(self) -> str:
        """``host:port``, to name the broker in a message."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def scheme(self) -> str:
        """``stomp`` or ``stomp+ssl``."""
        return "stomp+ssl" if self.tls else "stomp"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.broker}/{self.destination.removeprefix('/')}"

    def url(self) -> str:
        """The URL with its password; `parse_url` reads it back."""
        login = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        query = f"destination={quote(self.destination, safe='/')}"
        query += f"&vhost={quote(self.vhost, safe='/')}" if self.vhost else ""
        return f"{self.scheme}://{login}{'@' if login else ''}{self.broker}/?{query}"


def parse_urls(text: str) -> list[Address]:
    """The addresses of a fail-over list: URLs separated by commas, spaces or new lines.

    Raises:
        ValueError: one of them cannot be read, or there is none.
    """
    urls = re.split(r"[,\s]+(?=stomp(?:\+ssl)?://)", text.strip().rstrip(","))
    return [parse_url(url) for url in urls]


def parse_url(text: str) -> Address:
    """Read one URL; what stands in it is percent-decoded, and a ``+`` is a plus sign.

    Raises:
        ValueError: it cannot be read. The text quotes no part that might hold the password.
    """
    text = text.strip()
    if not text:
        raise ValueError(f"the STOMP URL is empty, expected {FORM}")
    if "#" in text:
        raise ValueError("the STOMP URL has a '#', which ends a URL; write it as %23")
    parts = _PARTS.fullmatch(text)
    if parts is None or parts["scheme"] not in SCHEMES:
        raise ValueError(f"this is no STOMP URL, expected {FORM} or stomp+ssl://…")
    user, password, host, port = _authority(parts["authority"])
    parameters = _parameters(parts["query"] or "")
    return Address(
        host=host,
        port=port,
        user=user,
        password=password,
        destination=parameters["destination"],
        vhost=parameters.get("vhost", ""),
        tls=SCHEMES[parts["scheme"]],
    )


def _authority(text: str) -> tuple[str, str, str, int]:
    login, _, place = text.rpartition("@")
    user, _, password = login.partition(":")
    found = _HOST_AND_PORT.fullmatch(place)
    if found is None or "@" in login:
        raise ValueError(
            f"the STOMP URL has no host and port that can be read, expected {FORM}; "
            "the characters / ? # @ % in a user or password must be percent-encoded (@ is %40)"
        )
    port = int(found["port"] or DEFAULT_PORT)
    if not 0 < port < 65536:
        raise ValueError(f"the STOMP URL names port {port}, expected 1 to 65535")
    return _decoded(user, "user"), _decoded(password, "password"), found["v6"] or found["host"], port


def _parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if name not in _PARAMETERS:
            # not quoted: what follows a '?' forgotten in a password is a piece of it
            raise ValueError(
                f"the STOMP URL has a parameter that is not destination or vhost, expected {FORM}"
            )
        if name in parameters:
            raise ValueError(f"the STOMP URL names its {name} twice; give each broker its own URL")
        parameters[name] = _decoded(value, name)
    if not parameters.get("destination"):
        raise ValueError(f"the STOMP URL names no destination, expected {FORM}")
    return parameters


def _decoded(text: str, what: str) -> str:
    if _BROKEN_ESCAPE.search(text):
        raise ValueError(
            f"the {what} in the STOMP URL has a '%' without two hexadecimal digits; write %25 for it"
        )
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError(f"the {what} in the STOMP URL is no UTF-8 after percent-decoding") from None
    if any(ord(character) < 32 or ord(character) == 127 for character in decoded):
        raise ValueError(f"the {what} in the STOMP URL has a control character, which STOMP cannot carry")
    return decoded
