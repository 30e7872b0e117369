"""Files in an import storage, by messages and by sweeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost.testing.conformance import conforms
from flowhost_plugins.viz_one import UnmanagedFile
from flowhost_plugins.viz_one.sources import UnmanagedFiles

Make = Callable[..., Any]


def test_a_message_of_several_files(
    files: Make, run: Make, work: Any, broker: Any, atom: Any, site: Any, until: Make
) -> None:
    run(files())
    clips = [atom.file(number, f"clip{number}.mxf", number * 100, spaces="") for number in (1, 2, 3)]
    broker.tell(atom.feed(*clips))
    work.wait_for(3)
    event = work.handled[1]
    assert (event.type, event.key, event.subject) == ("file.changed", "clip2.mxf", "clip2.mxf")
    assert event.source == f"{site.here}/files/xmlimport"
    assert UnmanagedFile(event.data).media.filesize == 200
    assert broker.urls == ["stomp://op:user@one.test:61613/?destination=/topic/unmanaged.xmlimport"]
    until(lambda: len(broker.acked) == 1, "the acknowledgement")


@pytest.mark.parametrize(("skip", "expected"), [("no", 4), ("yes", 3)])
def test_one_empty_file_does_not_drop_the_rest(
    files: Make, run: Make, work: Any, broker: Any, atom: Any, until: Make, skip: str, expected: int
) -> None:
    run(files(skip_empty_files=skip))
    sizes = [5, 0, 7, None]
    entries = [atom.file(n, f"{size}.mxf", size, spaces="") for n, size in enumerate(sizes)]
    broker.tell(atom.feed(*entries))
    broker.tell(atom.file(9, "0.mxf", 0))
    until(lambda: len(broker.acked) == 2, "acknowledgements")
    assert len([event for event in work.handled if event.subject != "0.mxf"]) == 3
    assert len(work.handled) == (expected if skip == "yes" else expected + 1)


def test_a_file_that_grows(files: Make, run: Make, work: Any, broker: Any, atom: Any) -> None:
    run(files(skip_empty_files="yes"))
    for size in (0, 10, 20, 20):
        broker.tell(atom.file(1, "clip.mxf", size))
    work.wait_for(3)
    assert [UnmanagedFile(event.data).size for event in work.handled] == [10, 20, 20]


def test_a_message_of_more_than_one_page(
    files: Make, run: Make, work: Any, broker: Any, atom: Any, site: Any, swept: Make
) -> None:
    run(files(sweep=0))
    swept()
    site.files = {number: (f"{number}.mxf", 5, 0) for number in range(2, 6)}
    site.page = 2
    broker.tell(atom.feed('<link rel="next" href="/files/xmlimport"/>', atom.file(1, "1.mxf", 5, spaces="")))
    work.wait_for(5)
    assert work.subjects == [f"{number}.mxf" for number in range(1, 6)]


def test_files_that_go_are_no_event(
    files: Make, run: Make, work: Any, broker: Any, atom: Any, site: Any, until: Make
) -> None:
    run(files())
    broker.tell(atom.feed('<at:deleted-entry ref="urn:vme:default:unmanagedfile:1"/>'))
    broker.tell("", location=f"{site.here}/files/nowhere")
    until(lambda: len(broker.acked) == 2, "acknowledgements")
    assert not work.handled
    assert not work.dead


def test_initial(files: Make, run: Make, work: Any, site: Any) -> None:
    site.files = {number: (f"{number}.mxf", 5, 0) for number in range(250)}
    first = run(files(initial=True))
    work.wait_for(250)
    first.end()
    site.files[250] = ("250.mxf", 5, 0)
    second = run(files(initial=True))
    work.wait_for(251)
    second.end()
    assert work.subjects[250:] == ["250.mxf"]
    assert not work.duplicates, "nothing is gone through again"


def test_what_came_while_the_daemon_was_down(
    files: Make, run: Make, work: Any, site: Any, swept: Make, broker: Any, atom: Any, until: Make
) -> None:
    site.files = {1: ("old.mxf", 5, 0), 2: ("grows.mxf", 5, 0), 3: ("goes.mxf", 5, 0)}
    first = run(files())
    swept()
    site.files[4] = ("told.mxf", 5, 0)
    broker.tell(atom.file(4, "told.mxf", 5))
    work.wait_for(1)
    first.end()
    del site.files[3]
    site.files |= {2: ("grows.mxf", 6, 0), 5: ("new.mxf", 5, 0)}
    second = run(files(sweep=0.02))
    work.wait_for(3)
    asked = len(site.asked)
    until(lambda: len(site.asked) > asked + 3, "some more sweeps")
    second.end()
    assert sorted(work.subjects) == ["grows.mxf", "new.mxf", "told.mxf"]


def test_work_that_failed_is_found_again(
    files: Make, run: Make, work: Any, site: Any, swept: Make, until: Make
) -> None:
    first = run(files(sweep=0.02))
    swept()
    work.hold = True
    site.files = {1: ("clip.mxf", 5, 0)}
    until(lambda: work.open, "the sweep")
    first.stop.set()
    work.fail()
    first.wait()
    run(files())
    work.wait_for(1)
    assert work.subjects == ["clip.mxf"]


def test_a_lost_message_is_found_once(
    files: Make, run: Make, work: Any, site: Any, swept: Make, broker: Any, atom: Any, until: Make
) -> None:
    run(files(sweep=0.02))
    swept()
    site.files = {1: ("lost.mxf", 5, 0)}
    work.wait_for(1)
    broker.tell(atom.file(1, "lost.mxf", 5))
    until(lambda: len(broker.acked) == 1, "the late message")
    assert (work.subjects, len(work.duplicates)) == (["lost.mxf"], 1)


def test_an_unknown_location(files: Make, run: Make, until: Make) -> None:
    running = run(files(location="xmlimports"))
    until(lambda: running.errors, "an error")
    assert isinstance(running.errors[0], flowhost.ConfigError)
    for part in ("'xmlimports'", "did you mean 'xmlimport'?", "'archive'"):
        assert part in str(running.errors[0])


def test_no_monitor_link(files: Make, run: Make, site: Any, until: Make) -> None:
    site.monitored = False
    running = run(files())
    until(lambda: running.errors, "an error")
    assert "has no monitor link for user 'op'" in str(running.errors[0])


def test_it_conforms(viz_one: Any, broker: Any, store: Any, site: Any) -> None:
    site.files = {1: ("clip.mxf", 5, 0)}
    conforms(UnmanagedFiles, location="xmlimport", viz_one=viz_one, broker=broker, store=store, initial=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"location": " "}, "'location' is empty"), ({"prefetch": 0}, "'prefetch' is 0")],
)
def test_wrong_options(files: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        files(**options)
