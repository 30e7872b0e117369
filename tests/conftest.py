"""What every test shares."""

from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

# The machine that runs the tests also runs brokers and databases; a slow example is no failure.
settings.register_profile("flowhost", deadline=None)
settings.load_profile("flowhost")

SERVICES = ("rabbitmq", "activemq", "postgresql", "ftp")
"""Markers of servers that a session starts once."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes (``pytest -n 3 --dist loadgroup``) the tests of a file stay together in one of them.

    So do the tests of a server, in whatever file: each process would start one of its own.
    """
    for item in items:
        service = next((name for name in SERVICES if item.get_closest_marker(name)), None)
        item.add_marker(pytest.mark.xdist_group(service or item.nodeid.partition("::")[0]))


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Let a report reach the other process though something logged half a character (a lone surrogate)."""
    return _sendable((yield))


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_sendable(key): _sendable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_sendable(one) for one in value)
    return value
