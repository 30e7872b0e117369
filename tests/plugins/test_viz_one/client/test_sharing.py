"""One client, many threads; and what is derived from its settings."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import Link, VizOne


def test_one_session_serves_many_threads(web: Any, client: Any, reply: Any) -> None:
    for number in range(40):
        web.tell(f"/{number}", reply(str(number).encode(), kind="text/plain"))
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: client.get(f"/{number}").text, range(40)))
    assert answers == [str(number) for number in range(40)]


def test_a_connection_is_used_again_also_after_errors(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"fine"), reply(b"", 204, None), reply(b"no" * 50_000, 404), reply(b"fine"))
    for _ in range(6):
        with contextlib.suppress(flowhost.Permanent):
            client.get("/x")
    assert len({asked.port for asked in web.asked}) == 1


def broker_url(link: str, **options: Any) -> str:
    client = VizOne(hostname="one.test:8080", username="DOMAIN+us/er", password=flowhost.Secret("p@ss:w%rd"))
    return client.broker_url(link)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (
            "stomp://mq.test:61613/?destination=/topic/asset",
            "stomp://DOMAIN%2Bus%2Fer:p%40ss%3Aw%25rd@mq.test:61613/?destination=/topic/asset",
        ),
        (
            "stomp+ssl://mq.test?x=1&destination=%2Fqueue%2Fa%20b",
            "stomp+ssl://DOMAIN%2Bus%2Fer:p%40ss%3Aw%25rd@mq.test/?destination=/queue/a%20b",
        ),
        ("stomp://own:one@mq.test/?destination=/topic/a", "stomp://own:one@mq.test/?destination=/topic/a"),
        (
            "stomp://:61614/?destination=/topic/a",
            "stomp://DOMAIN%2Bus%2Fer:p%40ss%3Aw%25rd@one.test:61614/?destination=/topic/a",
        ),
    ],
)
def test_a_broker_is_told_our_name(link: str, url: str) -> None:
    assert broker_url(link) == url


def test_a_monitor_link_must_lead_to_a_broker() -> None:
    client = VizOne()
    with pytest.raises(
        flowhost.ConfigError, match=r"the monitor link is 'http://one.test/x', expected stomp://"
    ):
        client.broker_url(Link("http://u:p@one.test/x", rel="monitor"))


@pytest.mark.parametrize("host", ["[one.test", "one\u2100.test"])
def test_a_monitor_link_that_is_no_url_is_told_without_its_password(host: str) -> None:
    with pytest.raises(
        flowhost.ConfigError, match=r"the monitor link is .a URL that cannot be read"
    ) as caught:
        VizOne().broker_url(f"stomp://ada:lovelace@{host}/?destination=/topic/asset")
    assert "lovelace" not in str(caught.value)


def test_a_client_needs_no_daemon_and_shows_no_password() -> None:
    client = VizOne(hostname="one.test", password=flowhost.Secret("lovelace"))
    assert client.settings.start == "https://one.test/thirdparty"
    assert "lovelace" not in repr(client.settings)
