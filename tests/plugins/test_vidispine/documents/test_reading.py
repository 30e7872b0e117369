"""Documents as sites really write them: strings for numbers, one for many, mistakes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.vidispine import documents
from flowhost_plugins.vidispine.documents import (
    Access,
    ExportLocation,
    HttpAction,
    Item,
    ItemList,
    ItemSearch,
    Job,
    Metadata,
    MetadataFieldValues,
    MetadataValue,
    Notification,
    NotificationAction,
    ReadError,
    SearchField,
    SearchOperator,
    Shape,
    SimpleMetadata,
    Storage,
    Timespan,
    Version,
    found_time,
    id_number,
    is_id,
    is_library,
    last_segment,
    read_time,
    read_told,
    read_xml,
    write_time,
    write_told,
    write_xml,
)

NAMESPACE = b'xmlns="http://xml.vidispine.com/schema/vidispine"'


def test_texts_for_numbers_and_flags() -> None:
    storage = Storage.from_json(
        {"id": "VX-1", "capacity": "1500000", "autoDetect": "true", "lowWatermarkPercentage": "90", "new": 1}
    )
    assert (storage.capacity, storage.auto_detect, storage.low_watermark_percentage) == (
        1_500_000,
        True,
        90.0,
    )
    assert storage.to_json() == {
        "id": "VX-1",
        "capacity": 1_500_000,
        "autoDetect": True,
        "lowWatermarkPercentage": 90.0,
        "new": 1,
    }
    assert storage.model_extra == {"new": 1}


def test_numbers_and_flags_for_texts() -> None:
    values = [{"value": 123}, {"value": 1.5}, {"value": True}, {"value": None}]
    field = MetadataFieldValues.from_json({"name": "n", "value": values})
    assert [one.value for one in field.value] == ["123", "1.5", "true", ""]


def test_one_for_many() -> None:
    metadata = Metadata.from_json({"timespan": {"field": {"name": "title", "value": {"value": "Foo"}}}})
    assert metadata.values("title") == ["Foo"]
    assert metadata.values("other") == []


def test_values_are_found_in_groups_and_time_spans() -> None:
    def field(value: str) -> dict[str, Any]:
        return {"name": "f", "value": [{"value": value}]}

    group = {"name": "G", "field": [field("b")], "group": [{"name": "H", "field": [field("c")]}]}
    spans = [
        {"field": [field("a")], "group": [group]},
        {"start": "0@PAL", "end": "1@PAL", "field": [field("d")]},
    ]
    assert Metadata.from_json({"timespan": spans}).values("f") == ["a", "b", "c", "d"]


def test_what_is_made_here() -> None:
    value = MetadataFieldValues(name="portal_deleted", value=[])
    metadata = Metadata(group=["Film"], timespan=[Timespan(field=[value])])
    assert metadata.to_json() == {
        "group": ["Film"],
        "timespan": [{"start": "-INF", "end": "+INF", "field": [{"name": "portal_deleted", "value": []}]}],
    }
    assert MetadataValue(value="x", mode="remove").to_json() == {"value": "x", "mode": "remove"}
    entry = Access(group="g", permission="READ", priority=1)
    assert entry.to_json() == {"group": "g", "permission": "READ", "priority": 1}
    metadata.timespan.append(Timespan())
    assert len(metadata.to_json()["timespan"]) == 2


def test_one_operator_is_written_alone() -> None:
    title = SearchField(name="title")
    one = SearchOperator(operation="OR", field=[title])
    assert ItemSearch(operator=[one]).to_json() == {
        "operator": {"operation": "OR", "field": [{"name": "title"}]}
    }
    assert len(ItemSearch(operator=[one, one]).to_json()["operator"]) == 2
    assert ItemSearch().to_json() == {}


def test_a_terse_item() -> None:
    found = ItemList.from_json(
        {
            "hits": 1,
            "item": [{"id": "VX-1", "terse": {"title": [{"value": "a", "uuid": "u"}]}}],
            "nextCursor": "z",
        }
    )
    assert found.item[0].terse is not None
    assert found.item[0].terse["title"][0].value == "a"
    assert found.next_cursor == "z"


def test_files_of_a_shape_are_told_once() -> None:
    file = {"id": "VX-5", "size": "-1"}
    shape = Shape.from_json(
        {
            "id": "VX-1",
            "containerComponent": {"file": [file]},
            "videoComponent": {"file": [file]},
            "audioComponent": [{"file": [{"id": "VX-6"}]}],
        }
    )
    assert [one.id for one in shape.files] == ["VX-5", "VX-6"]
    assert shape.files[0].size == -1
    assert len(shape.components) == 3


def test_small_things_that_are_looked_up() -> None:
    job = Job.from_json({"jobId": "VX-1", "data": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]})
    assert job.values == {"a": "2"}
    named = Storage.from_json({"id": "VX-1", "metadata": {"field": [{"key": "name", "value": "online"}]}})
    assert named.name == "online"
    assert Storage(id="VX-2").name == ""
    place = ExportLocation.from_json(
        {"name": "n", "uri": "file:/a/", "uriList": {"uri": ["file:/a/", "file:/b/"]}}
    )
    assert place.uris == ["file:/a/", "file:/b/"]
    components = [{"name": "Core", "version": "1"}, {"name": "API", "version": "5.7"}]
    assert Version.from_json({"component": components}).text == "5.7"
    assert Version.from_json({"component": components[:1]}).text == "1"
    assert Version.from_json({"component": []}).text == ""


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (Item, [], r"expected an object, not \[\]"),
        (Shape, {}, "id is {}: field required"),
        (Storage, {"capacity": "much"}, "capacity is 'much'"),
        (Access, {"permission": "READ", "priority": "high"}, "priority is 'high'"),
        (Metadata, {"timespan": [{"field": [{"name": "a"}, {}]}]}, r"timespan\.0\.field\.1\.name is {}"),
        (Item, {"id": ["x" * 500]}, r"id is \['x+…: "),
    ],
)
def test_mistakes_are_told_with_their_place(kind: Any, data: Any, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        kind.from_json(data)


# -- XML


def test_metadata_in_xml() -> None:
    body = b"""<MetadataDocument %s><group>Film</group><timespan start="-INF" end="+INF">
      <field uuid="u" change="VX-1"><name>title</name><value lang="en" x="y">A &amp; B</value><value/></field>
      <group uuid="g"><name>G</name><field><name>f</name><value>1</value></field></group>
    </timespan></MetadataDocument>"""
    metadata = read_xml(Metadata, body % NAMESPACE)
    first, second = metadata.timespan[0].field[0].value
    assert (first.value, first.lang, first.model_extra, second.value) == ("A & B", "en", {"@x": "y"}, "")
    assert metadata.values("f") == ["1"]
    assert read_xml(Metadata, body % b"") == metadata
    assert read_xml(Metadata, write_xml(metadata)) == metadata


def test_xml_has_attributes_and_the_order_of_the_schema() -> None:
    http = HttpAction(url="http://h/", timeout=5, retry=2, synchronous=False, content_type="application/json")
    document = Notification(action=NotificationAction(http=http), trigger={"job": {"stop": ""}})
    text = write_xml(document).decode()
    order = [
        "<action><http",
        'synchronous="false"',
        "<url>",
        "<method>POST",
        "<timeout>5",
        "<retry>2",
        "<contentType>",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert re.search(r"<trigger><job><stop(/>|></stop>)</job></trigger>", text)
    assert read_xml(Notification, text.encode()) == document


def test_a_comment_does_not_end_a_text() -> None:
    field = b"<field><key>path</key><value>one<!-- c --> <?x y?>two<![CDATA[ <b>]]></value></field>"
    found = read_xml(SimpleMetadata, b"<SimpleMetadataDocument>%s</SimpleMetadataDocument>" % field)
    assert found.values == {"path": ["one two <b>"]}


def test_characters_that_xml_cannot_have_are_left_out() -> None:
    document = SimpleMetadata.of({"k": ["a\0b\x1fc\ud800d\ufffee\tf"]})
    assert read_xml(SimpleMetadata, write_xml(document)).values == {"k": ["abcde\tf"]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no well-formed XML"),
        (b"<MetadataDocument>", "no well-formed XML"),
        (b"<JobDocument/>", "the root element is 'JobDocument', expected 'MetadataDocument'"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><MetadataDocument/>', "a document type is not read"),
        (b"<MetadataDocument><timespan><field/></timespan></MetadataDocument>", "name is {}: field required"),
        (b"<a>" * 5000, "no well-formed XML"),
    ],
)
def test_xml_that_is_not_read(body: bytes, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read_xml(Metadata, body)


def test_a_part_is_no_document() -> None:
    with pytest.raises(ValueError, match="Timespan is no document of its own in XML"):
        write_xml(Timespan())


# -- times and ids


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-03-09T15:04:43.603+0000", datetime(2021, 3, 9, 15, 4, 43, 603_000, UTC)),
        ("2018-07-20T14:13:53.691+01:00", datetime(2018, 7, 20, 13, 13, 53, 691_000, UTC)),
        ("2015-10-08T10:22:41.540Z", datetime(2015, 10, 8, 10, 22, 41, 540_000, UTC)),
        ("2015-10-08T10:22:41z", datetime(2015, 10, 8, 10, 22, 41, 0, UTC)),
        ("2015-10-08T10:22:41.123456789-0330", datetime(2015, 10, 8, 13, 52, 41, 123_456, UTC)),
        (" 2015-10-08 10:22+02 ", datetime(2015, 10, 8, 8, 22, 0, 0, UTC)),
        ("2015-10-08T10:22:41,5", datetime(2015, 10, 8, 10, 22, 41, 500_000, UTC)),
        ("1000-01-01", datetime(1000, 1, 1, tzinfo=UTC)),
    ],
)
def test_stamps(text: str, moment: datetime) -> None:
    assert read_time(text) == moment
    assert read_time(text).tzinfo is not None
    assert found_time(text) == moment


@pytest.mark.parametrize(
    "text", ["", "now", "2015-13-01", "2015-10-08T25:00", "10:22", "2015-10-08T10", "1.5", "\uff12015-10-08"]
)
def test_what_is_no_stamp(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        read_time(text)
    assert found_time(text) is None


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])))
def test_a_moment_that_is_written_is_read_again(moment: datetime) -> None:
    if moment.year in (1, 9999):  # another time zone may be beyond the calendar
        return
    text = write_time(moment)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert read_time(text) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_a_moment_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        write_time(datetime(2026, 1, 1))


def test_ids() -> None:
    assert [is_id(one) for one in ("VX-1", "KP*12", "vx-1", "VX-", "VX-1a", "urn:x", "VXX-1")] == [
        True,
        True,
        *[False] * 5,
    ]
    assert [is_library(one) for one in ("VX*1", "VX-1", "x*1")] == [True, False, False]
    assert (id_number("VX-12"), id_number("SD*7")) == (12, 7)
    with pytest.raises(ValueError, match="expected one such as VX-12"):
        id_number("twelve")
    assert [
        last_segment(one) for one in ("VX-1", "http://h/API/item/VX-1", "http://h/API/collection/VX-2/")
    ] == [
        "VX-1",
        "VX-1",
        "VX-2",
    ]


# -- what notifications tell


@pytest.mark.parametrize(
    ("body", "kind", "values"),
    [
        (
            b'{"field":[{"key":"jobId","value":"VX-20"},{"key":"t","value":["a","b"]},{"key":"n","value":7}]}',
            "application/json",
            {"jobId": ["VX-20"], "t": ["a", "b"], "n": ["7"]},
        ),
        (b'{"field":[{"key":"a","value":"1"},{"key":"a","value":"2"}]}', "", {"a": ["1", "2"]}),
        (b"{}", "", {}),
        (
            b"<SimpleMetadataDocument %s><field><key>a</key><value>&lt;b/&gt;</value><value>2</value></field>"
            b"<field><key>c</key></field></SimpleMetadataDocument>" % NAMESPACE,
            "application/xml;charset=UTF-8",
            {"a": ["<b/>", "2"], "c": []},
        ),
        (b"<SimpleMetadataDocument/>", "", {}),
        (
            b"itemId=VX-9\r\nuserName = admin\r\nfoo=a=b\n",
            "text/plain",
            {"itemId": ["VX-9"], "userName": ["admin"], "foo": ["a=b"]},
        ),
        (b"a=1\na=2\nempty=", "", {"a": ["1", "2"], "empty": [""]}),
        (b"doc=<x>\n <y z='1'/>\n</x>\nb=2", "text/plain", {"doc": ["<x>\n <y z='1'/>\n</x>"], "b": ["2"]}),
        (
            b"changeSetId=[VX-460] userName=[admin] portal_mf201890=[3]",
            "",
            {"changeSetId": ["VX-460"], "userName": ["admin"], "portal_mf201890": ["3"]},
        ),
        (
            b"{itemId=[VX-1], paths=[a, b], none=[]}",
            "text/plain",
            {"itemId": ["VX-1"], "paths": ["a, b"], "none": []},
        ),
        ("name=[ü [1]] b=[2]".encode(), "text/plain", {"name": ["ü [1]"], "b": ["2"]}),
        (b"", "text/plain", {}),
    ],
)
def test_what_a_notification_tells(body: bytes, kind: str, values: dict[str, list[str]]) -> None:
    assert read_told(body, kind) == values


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b'{"field": 7}', "application/json"),
        (b"[]", "application/json"),
        (b"<a/>", "application/xml"),
        (b"<a", ""),
        (b"hello", "text/plain"),
        (b"\xff=1", "text/plain"),
        (b'{"field":[{"value":"1"}]}', ""),
    ],
)
def test_what_no_site_tells(body: bytes, kind: str) -> None:
    with pytest.raises(ReadError):
        read_told(body, kind)


KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True)
VALUES = st.lists(
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2000), max_size=9), min_size=1, max_size=3
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_three_forms_of_the_same(values: dict[str, list[str]]) -> None:
    document = SimpleMetadata.of(values)
    assert read_told(documents.write_xml(document), "application/xml") == values
    assert read_told(document.model_dump_json(by_alias=True).encode(), "application/json") == values


@given(
    st.dictionaries(
        KEYS, st.lists(st.from_regex(r"[A-Za-z0-9/:@.,-]{1,9}", fullmatch=True), min_size=1, max_size=3)
    )
)
def test_the_text_form(values: dict[str, list[str]]) -> None:
    assert read_told(write_told(values).encode(), "text/plain") == values
