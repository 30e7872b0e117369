"""The client of a site: connections, logins, other tries, what is known; documents in and out."""

from flowhost_plugins.vidispine.client.addresses import Parameters, base_of
from flowhost_plugins.vidispine.client.client import Client
from flowhost_plugins.vidispine.client.errors import BadAnswer, Conflicting, Missing, Nameless, Refused
from flowhost_plugins.vidispine.client.known import DEFINITIONS, STORAGES
from flowhost_plugins.vidispine.client.settings import Settings

__all__ = [
    "DEFINITIONS",
    "STORAGES",
    "BadAnswer",
    "Client",
    "Conflicting",
    "Missing",
    "Nameless",
    "Parameters",
    "Refused",
    "Settings",
    "base_of",
]
