"""The action `sync-to-iconik`: assets, metadata, proxies; crashes at every request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost.testing.workbench import workbench
from flowhost_plugins.iconik import Iconik, SyncToIconik

Connect = Callable[..., Iconik]
TAGS = {"title": "Night train", "itemId": "VX-7", "cast": ("Ann", "Bo")}
NAME = "VX-7_lowres_0123456789abcdef.mp4"


def context(tags: Any = TAGS, **more: Any) -> flowhost.Context:
    return flowhost.Context(flowhost.Event("rule.start"), item="VX-7", tags=tags, run="1", **more)


def action(iconik: Iconik, library: Any = None, *, fields: bool = True, **more: Any) -> SyncToIconik:
    given: dict[str, Any] = {"iconik": iconik, "assets": library}
    if fields:
        texts = {"headline": (flowhost.Template("${title}"),), "people": (flowhost.Template("${cast:-}"),)}
        given |= {"view": "view-1", "fields": texts}
    return SyncToIconik(**given | ({"proxy": "lowres"} if library else {}) | more)


def test_an_item_comes_to_iconik(connect: Connect, cloud: Any, library: Any) -> None:
    outcome = action(connect(), library).act(context())
    assert outcome.state == "done"
    assert outcome.reason == f"made the asset asset-1; set headline, people; uploaded the proxy {NAME}"
    asset = cloud.assets["asset-1"]
    assert (asset["title"], asset["type"], asset["status"], asset["is_online"], asset["external_id"]) == (
        "Night train",
        "ASSET",
        "ACTIVE",
        True,
        "VX-7",
    )
    assert cloud.metadata == {("asset-1", "view-1"): {"headline": ["Night train"], "people": ["Ann", "Bo"]}}
    [proxy] = cloud.proxies["asset-1"].values()
    assert (proxy["name"], proxy["status"], proxy["version_id"]) == (NAME, "CLOSED", "asset-1-v1")
    assert cloud.stored == {proxy["id"]: library.content}
    assert cloud.keyframes == [proxy["id"]]
    assert cloud.leaked == []


def test_the_second_time_only_what_changed(connect: Connect, cloud: Any, library: Any) -> None:
    sync = action(connect(), library)
    sync.act(context())
    cloud.requests.clear()
    outcome = sync.act(context(TAGS | {"title": "Day train", "cast": ()}))
    assert outcome.reason == f"found the asset asset-1; set headline, people; has the proxy {NAME}"
    assert cloud.assets["asset-1"]["title"] == "Day train"
    assert cloud.metadata["asset-1", "view-1"] == {"headline": ["Day train"], "people": []}
    assert not [one for one in cloud.requests if "upload" in one or "session" in one or "keyframes" in one]
    library.hash = "fedcba9876543210"
    assert "uploaded the proxy VX-7_lowres_fedcba9876543210.mp4" in sync.act(context()).reason
    assert len(cloud.proxies["asset-1"]) == 2


def test_the_right_one_of_many(connect: Connect, cloud: Any) -> None:
    """Over several pages, beside others that resemble it, and one that was deleted."""
    for number in range(5):
        cloud.add(f"VX-7{number}")
    cloud.add("VX-7", status="DELETED")
    wanted = cloud.add("VX-7", title="Night train")
    cloud.add("VX-7")
    outcome = action(connect(), fields=False).act(context())
    assert outcome.reason == f"found the asset {wanted}"
    assert cloud.requests == ["POST /API/search/v1/search/"] * 4


class Crash(BaseException):
    """The process dies; nothing may catch it."""


class Mortal(Iconik):
    """Dies just after a request."""

    left: int = 1000

    def send(self, method: str, url: str, **more: Any) -> Any:
        answer = super().send(method, url, **more)
        self.left -= 1
        if self.left == 0:
            raise Crash
        return answer


@pytest.mark.parametrize("at", range(1, 11))
def test_a_crash_after_any_request(connect: Connect, cloud: Any, library: Any, at: int) -> None:
    mortal = connect(Mortal)
    mortal.left = at  # type: ignore[attr-defined]  # as above
    with pytest.raises(Crash):
        action(mortal, library).act(context())
    assert action(connect(), library).act(context(attempt=2)).state == "done"
    assert list(cloud.assets) == ["asset-1"]
    assert cloud.metadata["asset-1", "view-1"]["headline"] == ["Night train"]
    [proxy] = cloud.proxies["asset-1"].values()
    assert proxy["status"] == "CLOSED"
    assert cloud.stored == {proxy["id"]: library.content}
    assert set(cloud.keyframes) == {proxy["id"]}


def test_there_is_no_eleventh_request(connect: Connect, cloud: Any, library: Any) -> None:
    action(connect(), library).act(context())
    assert len(cloud.requests) == 10


def test_an_upload_that_cannot_go_on_is_begun_anew(connect: Connect, cloud: Any, library: Any) -> None:
    sync = action(connect(), library, fields=False)
    cloud.faults["PUT /session"] = [(503, {}, b"")]
    with pytest.raises(
        flowhost.Retry, match="the upload of a proxy to iconik's storage was answered with 503"
    ):
        sync.act(context())
    cloud.faults["POST /upload"] = [(410, {}, b"")]
    assert sync.act(context(attempt=2)).state == "done"
    states = sorted(one["status"] for one in cloud.proxies["asset-1"].values())
    assert states == ["CLOSED", "OPEN"]


def test_an_upload_that_nobody_wants_any_more(connect: Connect, cloud: Any, library: Any) -> None:
    cancelled = threading.Event()
    sync = action(connect(), library, fields=False)
    cancelled.set()
    with pytest.raises(flowhost.Retry, match="not wanted any more"):
        sync.act(context(cancelled=cancelled))
    assert cloud.stored == {}


def test_files_that_cannot_be_read(connect: Connect, cloud: Any, library: Any) -> None:
    sync = action(connect(), library)
    (library.folder / "a" / "low.mp4").write_bytes(b"cut")
    with pytest.raises(
        flowhost.Unavailable, match="no copy of the shape 'lowres' of VX-7 can be read from this"
    ):
        sync.act(context())
    library.state = "OPEN"
    with pytest.raises(flowhost.Permanent, match="the shape 'lowres' of VX-7 has no whole copy online"):
        sync.act(context())
    with pytest.raises(flowhost.Permanent, match="VX-7 has no shape 'hires'; transcode it before"):
        action(connect(), library, proxy="hires").act(context())
    assert cloud.requests == []


def test_a_view_that_does_not_fit(connect: Connect, cloud: Any) -> None:
    fields = {
        "headlines": (flowhost.Template("x"),),
        "ingested": (flowhost.Template("x"),),
        "headline": (flowhost.Template("${none:-}"),),
    }
    with pytest.raises(flowhost.Permanent) as caught:
        SyncToIconik(view="view-1", fields=fields, iconik=connect()).act(context())
    assert str(caught.value) == (
        "the metadata view 'view-1' of iconik does not fit: there is no field 'headlines'; did you mean 'headline'?; "
        "the field 'ingested' can only be read; the field 'headline' needs a value"
    )
    assert cloud.assets == {}


def test_a_view_that_is_not_there(connect: Connect, cloud: Any) -> None:
    with pytest.raises(
        flowhost.Permanent, match=r"GET API/metadata/v1/views/view-2/: it answered 404: not found"
    ):
        action(connect(), view="view-2").act(context())
    assert cloud.assets == {}


def test_another_external_id(connect: Connect, cloud: Any) -> None:
    sync = action(connect(), fields=False, external_id=flowhost.Template("oslo-${itemId}"))
    sync.act(context())
    assert cloud.assets["asset-1"]["external_id"] == "oslo-VX-7"
    with pytest.raises(flowhost.Permanent, match="the external id of the asset is empty"):
        action(connect(), fields=False, external_id=flowhost.Template("${x:-}")).act(context())


def test_the_plan(connect: Connect, cloud: Any, library: Any) -> None:
    assert action(connect(), library).plan(context()) == (
        "bring VX-7 to iconik as 'Night train'; headline = Night train; people = Ann, Bo; proxy 'lowres'"
    )
    assert cloud.requests == []


def test_mistakes(connect: Connect, library: Any) -> None:
    with pytest.raises(ValueError, match="'view' and 'fields' belong together"):
        action(connect(), fields=False, view="x")
    with pytest.raises(ValueError, match="'proxy' needs a media library"):
        action(connect(), None, proxy="lowres")
    with pytest.raises(flowhost.Permanent, match="the run is about no item"):
        action(connect(), fields=False).act(flowhost.Context(flowhost.Event("x"), tags=TAGS))


def test_in_a_rule(connect: Connect, cloud: Any) -> None:
    bench = workbench(resources=[connect()])
    data = {"view": "view-1", "fields": {"headline": "${title}", "people": ["${cast}", "Cy"]}}
    made = bench.make("action", "sync-to-iconik", data, place=flowhost.Place("rule.yaml"), places={})
    assert made.act(context()).state == "done"
    assert cloud.metadata["asset-1", "view-1"]["people"] == ["Ann", "Bo", "Cy"]
