"""A plugin with one part of each kind: each file beside this one holds one, and this one hands them over.

A plugin imports only names that ``flowhost`` itself exports, and its own libraries. Import heavy libraries
inside the class that uses them, so that ``flowhost list-plugins`` stays fast.
"""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_hello.action import GreetItem
from flowhost_hello.parser import Introduction
from flowhost_hello.resource import Phrases
from flowhost_hello.source import Hello
from flowhost_hello.worker import Greet

__all__ = ["Greet", "GreetItem", "Hello", "Introduction", "Phrases"]


@flowhost.hookimpl
def flowhost_sources() -> Iterable[type[flowhost.Source]]:
    """Provide the source ``hello``."""
    return [Hello]


@flowhost.hookimpl
def flowhost_workers() -> Iterable[type[flowhost.Worker]]:
    """Provide the worker ``greet``."""
    return [Greet]


@flowhost.hookimpl
def flowhost_actions() -> Iterable[type[flowhost.Action]]:
    """Provide the action ``greet-item``."""
    return [GreetItem]


@flowhost.hookimpl
def flowhost_parsers() -> Iterable[type[flowhost.Parser]]:
    """Provide the parser ``introduction``."""
    return [Introduction]


@flowhost.hookimpl
def flowhost_resources() -> Iterable[type[flowhost.Resource]]:
    """Provide the resource ``phrases``."""
    return [Phrases]
