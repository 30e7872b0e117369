"""Pairing by two processes, and by one that crashes: in the end there is one asset with its media, once."""

from __future__ import annotations

import functools
import uuid
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one.xml_import import pairing

FIRST_MEDIA = ["media", "xml"]
FIRST_XML = ["xml", "media"]


@pytest.mark.parametrize("first", ["xml", "mxf"])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_two_processes_pair_once(site: Any, method: str, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes share the store but no locks: one does all its work within the nth call of the other's store."""
    monkeypatch.setattr(pairing, "_lock", lambda media: str(uuid.uuid4()))
    imports = site.count_imports()
    names = [f"{method}{number}" for number in range(4)]
    for number, name in enumerate(names):
        site.store.values.clear()
        events = {
            "mxf": site.drop(f"{name}.mxf", name.encode()),
            "xml": site.drop(f"{name}.xml", site.default_xml(name, media=f"{name}.mxf", id=name)),
        }
        begun = events.pop(first)
        [other] = events.values()
        meddling = Meddling(site.store, method, number, functools.partial(site.worker().work, other))
        site.worker(store=meddling).work(begun)
        if not meddling.done:
            site.worker().work(other)
        asset = site.wait_for_media(site.client.asset(name))
        assert site.media_of(asset) == name.encode()
        assert site.store.values == {}, number
    assert imports == names


@pytest.mark.parametrize("known", [None, "xml", "mxf"])
@pytest.mark.parametrize("first", ["xml", "mxf"])
@pytest.mark.parametrize(("method", "number"), [("read", 0), ("post", 0), ("post", 1)])
def test_two_processes_that_both_see_each_other(
    site: Any, method: str, number: int, first: str, known: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, but the other one comes in while the first one asks the server, where one of them is known already."""
    monkeypatch.setattr(pairing, "_lock", lambda media: str(uuid.uuid4()))
    imports = site.count_imports()
    events = {
        "mxf": site.drop("clip.mxf", b"the media"),
        "xml": site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf", id="S1")),
    }
    if known:
        site.worker().work(events[known])
        if known == "xml":  # it is delivered again before it is gone
            events["xml"] = site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf", id="S1"))
    begun = events.pop(first)
    [other] = events.values()
    worker = site.worker()
    meddling = Meddling(site.client, method, number, functools.partial(site.worker().work, other))
    worker._client = worker._pairing._client = meddling
    worker.work(begun)
    site.worker().work(other)
    assert site.media_of(site.wait_for_media()) == b"the media"
    assert imports == ["Emma"]
    assert set(site.store.values) <= {"clip.mxf"}  # of media that was delivered once more after all was done


def test_an_asset_that_got_its_media_since_it_was_read_does_not_wait(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The document is delivered again, and the media arrives after its asset was read."""
    xml = site.default_xml("Emma", media="clip.mxf", id="S1")
    site.worker().work(site.drop("clip.xml", xml))
    again, media = site.drop("clip.xml", xml), site.drop("clip.mxf", b"the media")
    worker = site.worker()
    ready = worker._pairing.asset_ready

    def ready_late(asset_link: str, name: str) -> None:
        site.worker().work(media)
        ready(asset_link, name)

    monkeypatch.setattr(worker._pairing, "asset_ready", ready_late)
    worker.work(again)
    assert site.media_of(site.wait_for_media()) == b"the media"
    assert site.store.values == {}


class Meddling:
    """A store or client in which something happens before the nth call of a method, as by another process."""

    def __init__(self, store: Any, method: str, number: int, happen: Any) -> None:
        self._store, self._method, self._number, self._happen = store, method, number, happen
        self.done = False

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._store, name)
        return functools.partial(self._call, name) if callable(attribute) else attribute

    def _call(self, name: str, *arguments: Any, **named: Any) -> Any:
        if name == self._method and not self.done:
            if self._number == 0:
                self.done = True
                self._happen()
            self._number -= 1
        return getattr(self._store, name)(*arguments, **named)


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("order", [FIRST_MEDIA, FIRST_XML])
@pytest.mark.parametrize("what", ["store", "client"])
@pytest.mark.parametrize("identity", ["SITE-1", None], ids=["id", "no-id"])
def test_a_crash_at_any_step_and_a_redelivery(
    site: Any, order: list[str], after: bool, what: str, identity: str | None
) -> None:
    """Whatever was done before the crash: in the end there is one asset with its media, once."""
    imports = site.count_imports()
    for number in range(1, 30):
        name = f"clip{number}"
        events = {
            "xml": site.drop(
                f"{name}.xml", site.default_xml(name, media=f"{name}.mxf", id=identity and name)
            ),
            "media": site.drop(f"{name}.mxf", name.encode()),
        }
        crashed = run_and_crash(site, [events[kind] for kind in order], what, number, after=after)
        worker = site.worker()
        for kind in order:  # everything is delivered once more
            worker.work(events[kind])
        [asset] = [asset for asset in site.assets() if asset.title == name]
        assert site.media_of(site.wait_for_media(asset)) == name.encode()
        assert imports.count(name) <= 1
        assert set(site.store.keys()) <= {
            f"{name}.mxf"
        }  # of media that was delivered once more after all was done
        site.store.values.clear()
        if not crashed:
            assert number > 3
            return
    pytest.fail("it never came to its end")


def run_and_crash(site: Any, events: list[flowhost.Event], what: str, number: int, *, after: bool) -> bool:
    worker = site.worker()
    crashing = site.crashing(site.store if what == "store" else site.client, number, after=after)
    if what == "store":
        worker._pairing._store = crashing
    else:
        worker._client = worker._pairing._client = crashing
    try:
        for event in events:
            worker.work(event)
    except site.crash:
        return True
    return False
