"""One line that says whether a part keeps what flowhost asks of its kind.

Example::

    def test_conformance():
        conforms(Hello, count=3)

It checks the class (name, docstring, documented options), makes the part with the options given, and drives
it the way a daemon does. What it finds is an AssertionError with one sentence.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from flowhost.actions import Context, Outcome
from flowhost.clock import SystemClock
from flowhost.errors import FlowhostError, Permanent, Rejected, Retry
from flowhost.hookspecs import REQUIRED_METHODS
from flowhost.options import document_schema, json_schema, options_of
from flowhost.parts import Clock, DaemonInfo, Event, Receipt, Resource
from flowhost.records import to_record
from flowhost.roles import Store
from flowhost.testing.inline import InlinePool
from flowhost.testing.workbench import workbench
from flowhost.workbench import Workbench

STOPS_WITHIN = 10.0  # seconds a source may take to return after `stop`
SETTLED_EVENTS = 3  # so many events are taken from an endless source before it is stopped

HOSTILE_PAYLOADS: tuple[bytes | str, ...] = (
    b"",
    "",
    b"\x00",
    b"\xff\xfe\x00",
    "\ud7ff",
    "{",
    "<a",
    "9" * 5000,
)
"""What any parser must turn into a value or `Rejected`, never into another error."""

EXAMPLE_TAGS = {
    "title": "Example",
    "itemId": "example",
    "mediaType": "video",
    "originalFilename": "example.mov",
    "user": "example",
}
"""The tags with which an action is tried."""


def conforms(
    part: type,
    *,
    events: Sequence[Event] = (Event("conformance.example", data={"n": 1}, subject="example"),),
    payloads: Sequence[bytes | str] = HOSTILE_PAYLOADS,
    **options: Any,
) -> None:
    """Check one part.

    Args:
        part: the class.
        events: what a worker or action is tried with.
        payloads: what a parser is tried with.
        options: arguments of its constructor, needs included; a clock and the daemon's info are given.

    Raises:
        AssertionError: it does not conform; the message says how.
    """
    kind = kind_of(part)
    _check_class(part, kind)
    made = part(**_given_by_host(part) | options)
    if callable(probe := getattr(made, "probe", None)):
        _check_probe(made, probe)
    if kind == "source":
        _check_source(made)
    elif kind == "worker":
        _check_worker(made, events)
    elif kind == "action":
        _check_action(made, events)
    elif kind == "parser":
        _check_parser(made, payloads)
    else:
        _check_resource(made)


def kind_of(part: type) -> str:
    """The kind of part a class is, told by its methods; a role is one of a resource, whatever else it can do."""
    if Resource in part.__mro__:
        return "resource"
    kinds = [
        kind for kind, methods in REQUIRED_METHODS.items() if all(hasattr(part, method) for method in methods)
    ]
    assert len(kinds) == 1, (
        f"{part.__name__} has the methods of {kinds or 'no kind'}, expected exactly one kind of part"
    )
    return kinds[0]


def _check_class(part: type, kind: str) -> None:
    name = getattr(part, "name", None)
    assert isinstance(name, str), f"{part.__name__}.name is {name!r}, expected a text"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), (
        f"the name {name!r} is not lower-case words with hyphens"
    )
    assert inspect.getdoc(part), (
        f"{part.__name__} has no docstring; it is what `flowhost describe {kind} {name}` shows"
    )
    bare = [option.name for option in options_of(part) if not option.help and option.role is None]
    assert not bare, f"these options of {name!r} have no help text: {', '.join(bare)}"
    json.dumps(document_schema(part) if kind == "action" else json_schema(part))


def _given_by_host(part: type) -> dict[str, Any]:
    given: dict[type, Callable[[], object]] = {
        Clock: SystemClock,
        DaemonInfo: lambda: DaemonInfo("conformance", str(Path.cwd())),
        Workbench: workbench,
    }
    return {option.name: given[option.role]() for option in options_of(part) if option.role in given}


def _check_probe(part: Any, probe: Callable[[], None]) -> None:
    try:
        probe()
    except FlowhostError as error:  # what it depends on need not be there
        assert str(error).strip(), f"probe() of {part.name!r} fails without a reason"
    except Exception as error:  # whatever else comes is what this check is for
        raise AssertionError(
            f"probe() of {part.name!r} raised {error!r}, expected flowhost.Unavailable"
        ) from error


def _check_source(source: Any) -> None:
    pool, stop = InlinePool(limit=1000), threading.Event()

    def emit(event: Event) -> Future[Receipt]:
        assert isinstance(event, Event), f"{source.name!r} emitted {event!r}, expected a flowhost.Event"
        json.dumps(to_record(event))
        if len(pool.events) + 1 >= SETTLED_EVENTS:
            stop.set()
        return pool.emit(event)

    outcome: list[BaseException] = []

    def run() -> None:
        try:
            source.run(emit, stop)
        except BaseException as error:  # noqa: BLE001  # whatever the source under test raises is shown by the assert
            outcome.append(error)

    thread = threading.Thread(target=run, name=f"conformance:{source.name}", daemon=True)
    thread.start()
    thread.join(1.0)
    stop.set()
    thread.join(STOPS_WITHIN)
    assert not thread.is_alive(), (
        f"run() of {source.name!r} did not return within {STOPS_WITHIN:.0f} s of stop"
    )
    unexpected = [error for error in outcome if not isinstance(error, FlowhostError | RuntimeError)]
    assert not unexpected, f"run() of {source.name!r} raised {unexpected[0]!r}"


def _check_worker(worker: Any, events: Sequence[Event]) -> None:
    def work(event: Event) -> None:
        with contextlib.suppress(Retry, Permanent):  # both are a worker's way to say how an event went
            worker.work(event)

    with ThreadPoolExecutor(4) as pool:  # a daemon calls work() from several threads at once
        for done in [pool.submit(work, event) for event in events for _ in range(8)]:
            done.result()


def _check_action(action: Any, events: Sequence[Event]) -> None:
    destructive = getattr(action, "destructive", False)
    assert isinstance(destructive, bool), (
        f"{action.name!r}.destructive is {destructive!r}, expected True or False"
    )
    contexts = [
        Context(event, item=item, tags=EXAMPLE_TAGS, rule="conformance", run="1", attempt=attempt)
        for event in events
        for item in (event.subject, None)
        for attempt in (1, 2)  # after a crash a step is taken again
    ]
    for context in contexts if hasattr(action, "plan") else ():
        planned = _of_action(action, "plan", context)
        assert isinstance(planned, str | None), (
            f"plan() of {action.name!r} returned {planned!r}, expected a text"
        )
    with ThreadPoolExecutor(4) as pool:  # rules take the steps of several items at once
        for outcome in pool.map(lambda context: _of_action(action, "act", context), contexts):
            if outcome is not None:
                _check_outcome(action, outcome)


def _of_action(action: Any, method: str, context: Context) -> Any:
    """What a method of an action returns; None when it raised what it may: the step failed, or is tried again."""
    try:
        result = getattr(action, method)(context)
    except FlowhostError as error:
        assert str(error).strip(), f"{method}() of {action.name!r} fails without a reason"
        return None
    except Exception as error:  # whatever else comes is what this check is for
        raise AssertionError(
            f"{method}() of {action.name!r} raised {error!r}, expected a flowhost.FlowhostError such as Permanent"
        ) from error
    assert result is not None, f"{method}() of {action.name!r} returned nothing"
    return result


def _check_outcome(action: Any, outcome: object) -> None:
    assert isinstance(outcome, Outcome), f"act() of {action.name!r} returned {outcome!r}, expected an Outcome"
    try:
        json.dumps(dict(outcome.memo))
    except (TypeError, ValueError) as error:
        raise AssertionError(f"the memo of {action.name!r} is no JSON: {error}") from error
    if outcome.state == "waiting":
        assert outcome.jobs or outcome.until, f"act() of {action.name!r} waits for nothing"
    elif outcome.state != "done":
        assert outcome.reason.strip(), f"act() of {action.name!r} is {outcome.state} without a reason"


def _check_parser(parser: Any, payloads: Sequence[bytes | str]) -> None:
    for payload in payloads:
        try:
            parser.parse(payload)
        except Rejected as error:
            assert str(error).strip(), f"{parser.name!r} rejects {payload!r:.40} without a reason"
        except Exception as error:  # whatever else comes is what this check is for
            raise AssertionError(
                f"{parser.name!r} raised {error!r} for {payload!r:.40}, expected Rejected"
            ) from error


def _check_resource(resource: Any) -> None:
    before = set(threading.enumerate())
    for _ in range(2):  # a reload closes a resource and opens another; nothing may be left behind
        resource.open()
        if Store in type(resource).__mro__:
            _check_store(resource)
        resource.close()
    left = [thread.name for thread in set(threading.enumerate()) - before if not thread.daemon]
    assert not left, f"{resource.name!r} left threads running after close: {', '.join(left)}"


def _check_store(store: Store) -> None:
    key, value = "conformance/key", {"list": [1, 2.5, None, True, "ä"]}
    assert store.put(key, value) == value, "put() returns the value"
    assert store.get(key) == value, "get() returns what was put"
    store.put(key, "again")
    assert store.get(key) == "again", "put() replaces"
    try:
        assert key in store.keys("conformance/"), "keys() lists a key under its prefix"
        assert store.keys("no such prefix") == [], "keys() filters by prefix"
    except Permanent:
        pass  # a store may be unable to list its keys, and say so
    assert store.delete(key) is True, "delete() says that the key was there"
    assert store.get(key) is None, "get() of nothing is None"
    assert store.delete(key) is False, "delete() says that there was nothing"
