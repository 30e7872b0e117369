"""The client of Viz One: resources `viz-one` and `client-config`."""

from flowhost_plugins.viz_one.client.client_config import ClientConfig
from flowhost_plugins.viz_one.client.errors import (
    BadAnswer,
    HTTPClientError,
    HTTPConflict,
    HTTPServerError,
    NotFound,
)
from flowhost_plugins.viz_one.client.resource import VizOne

__all__ = [
    "BadAnswer",
    "ClientConfig",
    "HTTPClientError",
    "HTTPConflict",
    "HTTPServerError",
    "NotFound",
    "VizOne",
]
