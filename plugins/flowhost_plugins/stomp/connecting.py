"""Making a connection in the highest STOMP version that both sides speak."""

from __future__ import annotations

import logging
from collections.abc import Callable

import flowhost
from flowhost_plugins.stomp.connection import Connection
from flowhost_plugins.stomp.refusals import LogInRefusedError, VersionRefusedError
from flowhost_plugins.stomp.settings import Settings
from flowhost_plugins.stomp.url import Address

log = logging.getLogger(__name__)


def connect(
    address: Address,
    settings: Settings,
    *,
    receive: Callable[[flowhost.Message], None],
    client_id: str = "",
) -> Connection:
    """Connect and log in.

    Every version is offered at once. A broker that chooses another than the best one gets a second connection
    that speaks it from the start, because the framing differs.

    Args:
        address: the broker and the user.
        settings: how to connect.
        receive: called for each message, in the connection's own thread.
        client_id: name of this client; a durable subscription on ActiveMQ needs one.

    Raises:
        Unavailable: no connection, or the broker refused the user.
    """
    offered, escaped = settings.versions, False
    while True:
        connection = Connection(address, settings, offered, receive)
        spoken = ""
        try:
            spoken = connection.log_in(client_id, escaped=escaped)
        except VersionRefusedError:  # a broker that does not understand a list
            if len(offered) == 1:
                raise
            offered = offered[1:]
            continue
        except LogInRefusedError:
            if escaped or "\\" not in address.user + address.password:
                raise
            escaped = True  # RabbitMQ takes a backslash for the start of an escape, even here
            continue
        finally:
            if spoken != offered[0]:
                connection.close()
        if spoken == offered[0]:
            log.debug(
                "connected to %s (%s, STOMP %s)", address, connection.server or "unnamed server", spoken
            )
            return connection
        if spoken not in offered:
            raise flowhost.Unavailable(
                f"the STOMP broker at {address.broker} speaks STOMP {spoken}, "
                f"but 'version' in [Stomp] allows only {', '.join(offered)}"
            )
        offered = (spoken,)
