"""Files that are emitted only together with others."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowhost
from flowhost_plugins.watch_folder.companions import Companions

BOTH = ["{stem}.xml", "{name}.md5"]


def test_a_file_is_emitted_when_its_companions_are_there_too(hot: Any) -> None:
    hot.watch(companions=BOTH)
    hot.write("clip.mxf")
    hot.write("clip.xml")
    hot.clock.elapse(1000)
    assert hot.events == []
    hot.write("clip.mxf.md5")
    hot.clock.elapse(5)
    assert hot.names() == ["clip.mxf"]
    assert hot.events[0].data["companions"] == {
        "{stem}.xml": f"{hot.path}/clip.xml",
        "{name}.md5": f"{hot.path}/clip.mxf.md5",
    }
    hot.clock.elapse(100)
    assert hot.names() == ["clip.mxf"]


def test_companions_must_be_settled_too(hot: Any) -> None:
    hot.watch(companions=["{stem}.xml"], settle=3)
    hot.write("clip.mxf")
    hot.clock.elapse(10)
    for number in range(1, 8):
        hot.write("clip.xml", b"x" * number)
        hot.clock.elapse(2)
    assert hot.events == []
    hot.clock.elapse(20)
    assert hot.names() == ["clip.mxf"]


def test_a_companion_may_come_first_and_may_be_empty(hot: Any) -> None:
    hot.watch(companions=["{name}.done"])
    hot.write("clip.mxf.done", b"")
    hot.clock.elapse(100)
    hot.write("clip.mxf")
    hot.clock.elapse(5)
    assert hot.names() == ["clip.mxf"]


def test_a_companion_that_was_there_at_the_start_serves_a_file_that_comes_later(hot: Any) -> None:
    hot.write("clip.xml")
    hot.watch(companions=["{stem}.xml"], existing=False)
    hot.write("clip.mxf")
    hot.clock.elapse(5)
    assert hot.names() == ["clip.mxf"]


def test_a_companion_need_not_match_the_pattern_and_may_be_hidden(hot: Any) -> None:
    hot.watch(pattern=["*.mxf"], companions=[".{stem}.ready"])
    hot.write("clip.mxf")
    hot.clock.elapse(5)
    hot.write(".clip.ready", b"")
    hot.clock.elapse(5)
    assert hot.names() == ["clip.mxf"]


def test_a_companion_that_goes_away_is_missing_again(hot: Any) -> None:
    hot.watch(companions=BOTH)
    hot.write("clip.mxf")
    xml = hot.write("clip.xml")
    hot.clock.elapse(10)
    xml.unlink()
    hot.clock.elapse(2)
    hot.write("clip.mxf.md5")
    hot.clock.elapse(50)
    assert hot.events == []


def test_one_companion_may_serve_two_files(hot: Any) -> None:
    hot.watch(companions=["{stem}.xml"])
    hot.write("clip.mxf")
    hot.write("clip.wav")
    hot.clock.elapse(10)
    hot.write("clip.xml")
    hot.clock.elapse(5)
    assert sorted(hot.names()) == ["clip.mxf", "clip.wav"]


def test_companions_are_in_the_folder_of_their_file(hot: Any) -> None:
    hot.watch(companions=["{stem}.xml"], recursive=True)
    hot.write("sub/clip.mxf")
    hot.write("clip.xml")
    hot.clock.elapse(20)
    assert hot.events == []
    hot.write("sub/clip.xml")
    hot.clock.elapse(5)
    assert hot.names() == ["sub/clip.mxf"]


def test_a_file_that_waited_too_long_goes_to_the_dead_letters_once(hot: Any) -> None:
    hot.watch(companions=BOTH, companion_timeout=60)
    hot.write("clip.mxf")
    hot.write("clip.xml")
    hot.clock.elapse(60)
    assert hot.events == []
    hot.clock.elapse(5)
    [event] = hot.events
    assert event.type == "file.incomplete"
    assert event.headers == {
        flowhost.REJECT_HEADER: f"'{hot.path}/clip.mxf' waited 60 s for 'clip.mxf.md5'; put them beside it"
    }
    assert event.data["missing"] == ["clip.mxf.md5"]
    hot.clock.elapse(500)
    assert len(hot.events) == 1


def test_a_companion_that_comes_too_late_still_completes_its_file(hot: Any) -> None:
    hot.watch(companions=["{stem}.xml"], companion_timeout=60)
    hot.write("clip.mxf")
    hot.clock.elapse(100)
    hot.write("clip.xml")
    hot.clock.elapse(5)
    assert [event.type for event in hot.events] == ["file.incomplete", "file.settled"]
    assert hot.events[0].id != hot.events[1].id


def test_a_dead_letter_that_was_not_kept_is_offered_again(hot: Any) -> None:
    hot.answer = lambda future: future.set_exception(flowhost.StateUnavailable("disk full"))
    hot.watch(companions=["{stem}.xml"], companion_timeout=60)
    hot.write("clip.mxf")
    hot.clock.elapse(100)
    assert len(hot.events) == 1
    hot.answer = lambda future: future.set_result(flowhost.Receipt("parked"))
    hot.clock.elapse(500)
    assert [event.type for event in hot.events] == ["file.incomplete"] * 2


def test_a_file_written_again_while_it_waits_waits_anew(hot: Any) -> None:
    hot.watch(companions=["{stem}.xml"], companion_timeout=60)
    hot.write("clip.mxf", b"1")
    hot.clock.elapse(50)
    hot.write("clip.mxf", b"22")
    hot.clock.elapse(60)
    assert hot.events == []


def test_a_companion_without_a_file_is_told_once_and_never_emitted(
    hot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    hot.watch(companions=["{stem}.xml"], companion_timeout=60)
    hot.write("lonely.xml")
    hot.clock.elapse(50)
    assert caplog.records == []
    hot.clock.elapse(500)
    assert hot.events == []
    assert [record.getMessage() for record in caplog.records] == [
        f"'{hot.path}/lonely.xml' belongs to a file that has not come; it is left alone"
    ]


def test_a_companion_s_paths_are_headers_when_the_data_is_the_content(hot: Any) -> None:
    hot.watch(companions=["{stem}.xml"], payload="content")
    hot.write("clip.mxf", b"essence")
    hot.write("clip.xml")
    hot.clock.elapse(5)
    assert [(event.data, event.headers) for event in hot.events] == [
        (b"essence", {"{stem}.xml": f"{hot.path}/clip.xml"})
    ]


names = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda name: name not in {".", ".."})


unhurried = settings(deadline=None)  # other tests may keep the machine busy


@unhurried
@given(names, st.sampled_from(["{stem}.xml", "{name}.md5", "[{stem}]*.x", ".{name}", "{stem}{{}}.q"]))
def test_every_companion_of_a_file_is_recognised_as_one(name: str, pattern: str) -> None:
    companions = Companions([pattern])
    [(key, companion)] = companions.of(f"/in/{name}").items()
    assert key == pattern
    assert companion.startswith("/in/")
    assert companions.is_companion(companion)


@unhurried
@given(names)
def test_only_names_made_by_the_pattern_are_companions(name: str) -> None:
    expected = re.fullmatch(r".+\.xml", name, re.DOTALL) is not None
    assert Companions(["{stem}.xml"]).is_companion(name) == expected


@pytest.mark.parametrize(
    "pattern", ["", "x", "{}", "{0}.xml", "{stem!r}", "{stem:>3}", "{suffix}", "sub/{stem}", "}"]
)
def test_a_pattern_that_makes_no_name_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(pattern))):
        Companions([pattern])
