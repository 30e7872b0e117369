from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.stomp import Stomp, StompSource

URL = flowhost.Secret("stomp://u:hush@host/?destination=/queue/x")
TOPIC = flowhost.Secret("stomp://u:hush@host/?destination=/topic/x")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give one of 'stomp url' and 'url'"),
        ({"url": URL, "stomp_url": URL}, "give one of 'stomp url' and 'url'"),
        ({"url": flowhost.Secret("stomp://u:hush@host")}, "names no destination"),
        ({"url": flowhost.Secret("")}, "is empty"),
        ({"url": URL, "prefetch": 0}, "'prefetch' is 0"),
        ({"url": URL, "connections": 0}, "'connections' is 0"),
        ({"url": URL, "max_size": 0}, "'max size' is 0"),
        ({"url": URL, "durable": "me"}, "'durable' is for topics"),
        ({"url": TOPIC, "durable": "me", "connections": 2}, "expected 'connections' 1, not 2"),
    ],
)
def test_a_source_refuses(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        StompSource(**options, broker=Stomp(), clock=flowhost.SystemClock())
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("option", ["url", "stomp_url"])
def test_either_name_of_the_url_will_do(option: str) -> None:
    options: dict[str, Any] = {option: URL}
    StompSource(**options, broker=Stomp(), clock=flowhost.SystemClock())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"heartbeat_interval": 0}, "'heartbeat interval' is 0 s"),
        ({"heartbeat_timeout": -1}, "'heartbeat timeout' is -1 s"),
        ({"connect_timeout": 0}, "'connect timeout' is 0 s"),
        ({"client_key": "key.pem"}, "'client key' needs"),
    ],
)
def test_a_resource_refuses(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Stomp(**options)


def test_a_url_is_checked_when_it_is_used() -> None:
    with pytest.raises(flowhost.ConfigError, match="names no destination"):
        Stomp().send("stomp://host", b"", {})
