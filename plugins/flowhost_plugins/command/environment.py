"""The environment of a program: that of the daemon, the operator's own variables, and the event."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping

import flowhost

VARIABLE_BYTES = 131_071  # what Linux takes for NAME=value (MAX_ARG_STRLEN, less the byte that ends it)
EVENT, HEADER = "FLOWHOST_EVENT_", "FLOWHOST_HEADER_"

log = logging.getLogger(__name__)


def checked(secrets: Mapping[str, flowhost.Secret]) -> dict[str, str]:
    """The operator's variables; any of them may be a secret.

    Raises:
        ValueError: a name or value cannot be in an environment.
    """
    variables = {name: secret.get_secret_value() for name, secret in secrets.items()}
    for name, text in variables.items():
        if not name or "=" in name or "\0" in name + text:
            raise ValueError(f"{name!r} in [Environment] cannot be a variable (no '=', no NUL character)")
    return variables


def environment_of(event: flowhost.Event, variables: Mapping[str, str]) -> dict[str, str]:
    """All variables for this event. What cannot be in an environment is left out, and the log says so."""
    # a daemon that was itself started by this worker must not hand on the other event
    environment = {name: text for name, text in os.environ.items() if not name.startswith((EVENT, HEADER))}
    environment |= variables
    for name, text in _told(event):
        if _fits(name, text):
            environment[name] = text
        else:
            log.warning("%s is left out: it has a NUL character or more than %d bytes", name, VARIABLE_BYTES)
    return environment


def _told(event: flowhost.Event) -> Iterator[tuple[str, str]]:
    for attribute in ("type", "id", "subject", "source", "key"):
        text = getattr(event, attribute)
        if text is not None:
            yield EVENT + attribute.upper(), text
    yield EVENT + "TIME", event.time.isoformat()
    for name, text in event.headers.items():
        yield HEADER + re.sub("[^A-Z0-9]", "_", name.upper()), text


def _fits(name: str, text: str) -> bool:
    try:
        return "\0" not in text and len(os.fsencode(f"{name}={text}")) <= VARIABLE_BYTES
    except UnicodeEncodeError:
        return False
