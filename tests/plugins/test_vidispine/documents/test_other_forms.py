"""Documents in the forms of the vendor's schema and in those that other releases have: one reader takes them all."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine.access.entries import shown
from flowhost_plugins.vidispine.documents import (
    AccessList,
    Collection,
    Definition,
    ExportLocation,
    HttpAction,
    Item,
    Job,
    KeyValues,
    MergedAccessList,
    Metadata,
    Notification,
    Shape,
    ShapeTag,
    SimpleMetadata,
    read_xml,
    write_xml,
)
from flowhost_plugins.vidispine.jobs.reading import asset_job
from flowhost_plugins.vidispine.media.shapes import shape_of
from flowhost_plugins.vidispine.search.kinds import Kinds

NAMESPACE = b'xmlns="http://xml.vidispine.com/schema/vidispine"'


@pytest.mark.parametrize("kind", [Item, Collection])
@pytest.mark.parametrize(
    "given",
    [
        ["SITE-1"],
        "SITE-1",
        {"externalId": "SITE-1"},
        [{"externalId": "SITE-1", "namespace": "site", "entityType": "item", "entityId": "VX-1"}],
    ],
)
def test_external_ids(kind: Any, given: Any) -> None:
    read = kind.from_json({"id": "VX-1", "externalId": given})
    assert [one.external_id for one in read.external_id] == ["SITE-1"]


@pytest.mark.parametrize(
    "inner",
    [
        b"SITE-1",
        b"\n <externalId>SITE-1</externalId>\n <namespace>site</namespace>\n",
    ],
)
def test_external_ids_in_xml(inner: bytes) -> None:
    item = read_xml(Item, b"<ItemDocument %s><externalId>%s</externalId></ItemDocument>" % (NAMESPACE, inner))
    assert item.external_ids == ["SITE-1"]
    assert read_xml(Item, write_xml(item)).external_ids == ["SITE-1"]


def test_the_namespace_of_an_external_id_is_kept() -> None:
    document = {"id": "VX-1", "externalId": [{"externalId": "SITE-1", "namespace": "site"}]}
    assert Item.from_json(document).to_json() == document


@pytest.mark.parametrize("listed", [["b:/", "c:/"], {"uri": ["b:/", "c:/"]}, [{"uri": "b:/"}, "c:/"]])
def test_lists_of_uris(listed: Any) -> None:
    read = ExportLocation.from_json({"name": "out", "uri": "a:/", "uriList": listed})
    assert read.uris == ["a:/", "b:/", "c:/"]
    assert read.to_json()["uriList"] == listed


def test_one_uri_and_none() -> None:
    assert ExportLocation.from_json({"name": "out", "uriList": "b:/"}).uris == ["b:/"]
    assert ExportLocation.from_json({"name": "out", "uri": "a:/", "uriList": {}}).uris == ["a:/"]


@pytest.mark.parametrize(
    "inner",
    [b"<uriList><uri>a:/</uri><uri>b:/</uri></uriList>", b"<uriList>a:/</uriList><uriList>b:/</uriList>"],
)
def test_lists_of_uris_in_xml(inner: bytes) -> None:
    body = b"<ExportLocationDocument %s><name>out</name>%s</ExportLocationDocument>" % (NAMESPACE, inner)
    assert read_xml(ExportLocation, body).uris == ["a:/", "b:/"]


class TestJobs:
    @pytest.mark.parametrize(
        ("given", "read"), [("a", "a"), (["a", "b"], "a,b"), (["a"], "a"), ([], ""), (7, "7"), (None, "")]
    )
    def test_values(self, given: Any, read: str) -> None:
        job = Job.from_json({"jobId": "VX-1", "data": [{"key": "tags", "value": given}]})
        assert job.values == {"tags": read}

    @pytest.mark.parametrize("id_", [100, "100"])
    def test_ids_of_tasks(self, id_: Any) -> None:
        task = {"id": id_, "step": "100", "progress": {"value": "12.5", "total": "100", "unit": "percent"}}
        job = Job.from_json({"jobId": "VX-1", "log": {"task": task}})
        assert job.log is not None
        [read] = job.log.task
        assert (read.id, read.step) == ("100", 100)
        assert read.progress is not None
        assert (read.progress.value, read.progress.total) == (12.5, 100)

    def test_words_that_are_not_known(self) -> None:
        document = {"jobId": "VX-1", "status": "PONDERING", "type": "DREAM", "priority": "MINUTE"}
        job = Job.from_json(document)
        assert job.to_json() == document
        assert not asset_job(job).ended


class TestAccess:
    def test_a_permission_that_is_not_known_is_kept_and_left_out(self) -> None:
        document = {
            "access": [
                {"id": "VX-1", "permission": "PUBLISH", "user": "nora"},
                {"id": "VX-2", "permission": "OWNER", "user": "olaf"},
                {"id": "VX-3", "permission": "READ", "group": "readers", "priority": "2"},
            ]
        }
        listed = AccessList.from_json(document)
        assert listed.access[0].permission == "PUBLISH"
        assert shown(listed) == {"VX-3": flowhost.AccessEntry("readers", "group", "READ", 2)}

    def test_what_all_entries_make(self) -> None:
        merged = {"access": [{"username": "nora", "effectivePermission": "PUBLISH", "priority": 3}]}
        [one] = MergedAccessList.from_json(merged).access
        assert (one.effective_permission, one.priority) == ("PUBLISH", "3")

    @pytest.mark.parametrize("key", ["merged-access", "mergedAccess"])
    def test_within_an_item(self, key: str) -> None:
        item = Item.from_json({"id": "VX-1", key: {"access": [{"username": "nora"}]}})
        assert item.merged_access is not None
        assert item.merged_access.access[0].username == "nora"
        assert list(item.to_json()) == ["id", "merged-access"]


def test_files_of_all_components_are_of_the_shape() -> None:
    """A subtitle lies in a file of its own, which must be moved and deleted with the others."""
    files = [{"id": f"VX-{number}", "state": "CLOSED", "storage": "VX-1"} for number in range(1, 5)]
    shape = Shape.from_json(
        {
            "id": "VX-9",
            "containerComponent": {"file": files[0]},
            "videoComponent": {"file": [files[0], files[1]]},
            "subtitleComponent": [{"id": "VX-3", "file": [files[2]], "codec": "srt"}],
            "descriptorComponent": {"file": [files[3]], "description": [{"key": "a"}]},
        }
    )
    assert [file.id for file in shape.files] == ["VX-1", "VX-2", "VX-3", "VX-4"]
    assert [file.id for file in shape_of(shape, "VX-1").files] == ["VX-1", "VX-2", "VX-3", "VX-4"]
    assert len(shape.components) == 4


@pytest.mark.parametrize("profile", ["high", ["high", "4.1"]])
def test_profiles_of_a_preset(profile: Any) -> None:
    tag = ShapeTag.from_json({"format": "mp4", "video": {"codec": "h264", "profile": profile}})
    assert tag.video is not None
    assert tag.video.profile[0] == "high"


class TestNotifications:
    @pytest.mark.parametrize(("given", "read"), [(30, "30"), ("30", "30"), ("PT30S", "PT30S"), (0, "0")])
    def test_time_outs(self, given: Any, read: str) -> None:
        http = {"url": "http://elsewhere/", "timeout": given, "retry": "3", "synchronous": "false"}
        document = Notification.from_json({"action": {"http": http}, "trigger": {"moon": {"rise": {}}}})
        assert document.action is not None
        assert document.action.http is not None
        assert (document.action.http.timeout, document.action.http.retry) == (read, 3)
        assert document.trigger == {"moon": {"rise": {}}}

    def test_the_time_out_is_written_as_a_text(self) -> None:
        assert HttpAction(url="http://elsewhere/", timeout="30").to_json()["timeout"] == "30"


def test_keys_with_one_value_and_with_several() -> None:
    document = SimpleMetadata.of({"one": ["a"], "two": ["a", "b"]})
    assert document.to_json() == {
        "field": [{"key": "one", "value": "a"}, {"key": "two", "value": ["a", "b"]}]
    }
    assert SimpleMetadata.from_json(document.to_json()).values == {"one": ["a"], "two": ["a", "b"]}
    assert KeyValues.from_json({"key": "none"}).value == []


def test_metadata_of_another_release() -> None:
    value = {"value": "x", "mode": "clear"}
    field = {"name": "title", "inheritance": True, "track": 1, "mode": "set", "value": value}
    metadata = Metadata.from_json({"timespan": {"field": field}})
    assert metadata.values("title") == ["x"]
    assert metadata.timespan[0].field[0].inheritance == "true"


@pytest.mark.parametrize("key", ["item", "collection"])
def test_metadata_of_one_thing_may_come_as_a_list(key: str) -> None:
    inner = {"timespan": [{"field": [{"name": "title", "value": [{"value": "x"}]}]}]}
    assert Metadata.from_json({key: [{"id": "VX-1", "metadata": inner}]}).values("title") == ["x"]


def test_types_of_fields() -> None:
    types = [
        "string-sortable",
        "string-exact-sortable",
        "timeCode",
        "long",
        "boolean-noindex",
        "long-noindex",
        "colour",
    ]
    read = Kinds({f"a_{one}": Definition.from_json({"name": one, "type": one}).type for one in types})
    kinds = [read.of(f"a_{one}") for one in types if not one.endswith("-noindex")]
    assert kinds == ["words", "whole", "whole", "number", "words"]
    for one in ("boolean-noindex", "long-noindex"):
        with pytest.raises(flowhost.Permanent, match="no index"):
            read.of(f"a_{one}")
