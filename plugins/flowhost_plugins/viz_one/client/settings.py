"""How to talk to a Viz One server, as the section ``[Viz One]`` says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin


@dataclass(frozen=True, slots=True)
class Settings:
    """How to talk to one server.

    Args:
        host: its name, with its port where that is not the usual one.
        user: who we are there.
        password: never shown.
        https: whether to speak TLS.
        verify: whether to check its certificate, or the PEM file to check it with.
        time_out: seconds the whole answer may take.
        connect_time_out: seconds the connection may take.
        retries: how often a request is tried again.
        service_document: path of the service document.
        trusted_hosts: hosts besides `host` that may be told the password.
        connections: how many are kept open.
        enabled: whether the server may be used at all.
        lifetime: seconds that dictionaries, forms and the service document are kept.
        form: form of items that are made by parts that know no forms.
        location_keyword: keyword of the collection of import storages.
    """

    host: str
    user: str
    password: str = field(repr=False)
    https: bool = True
    verify: bool | str = True
    time_out: float = 60.0
    connect_time_out: float = 10.0
    retries: int = 3
    service_document: str = "/thirdparty"
    trusted_hosts: tuple[str, ...] = ()
    connections: int = 10
    enabled: bool = True
    lifetime: float = 300.0
    form: str = ""
    location_keyword: str = "location"

    @property
    def start(self) -> str:
        """The URL of the service document, from which everything else is found."""
        return urljoin(f"{'https' if self.https else 'http'}://{self.host}/", self.service_document)
