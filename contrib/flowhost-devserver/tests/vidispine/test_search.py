"""Searches: documents in both forms, paging, order, facets, what they find of which field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flowhost_devserver import VidispineServer
from lxml import etree

from flowhost_plugins.catalogue import Group

NS = "http://xml.vidispine.com/schema/vidispine"
ALWAYS = {"start": "-INF", "end": "+INF"}
XML = {"Accept": "application/xml"}


@pytest.fixture(scope="module")
def server() -> Iterator[VidispineServer]:
    """A server with five items and two collections."""
    with VidispineServer() as server:
        catalogue = server.catalogue
        film = Group("Film", {"portal_mf10002": ("Ann Lee",), "portal_mf10009": ("1999",)})
        actors = [
            Group("Actor", {"portal_mf10003": ("Kim",), "portal_mf10004": ("thief",)}),
            Group("Actor", {"portal_mf10003": ("Bo",), "portal_mf10004": ("king",)}),
        ]
        for title, fields, groups in (
            ("Harbour at night", {"portal_mf10006": ("In Review",), "portal_mf10013": ("60",)}, [film]),
            ("Night train", {"portal_mf10006": ("In",), "portal_mf10013": ("7.5",)}, actors),
            ("foo_bar-2.mxf", {"portal_mf10008": ("2024-05-01T10:00:00.000Z",)}, []),
            ("At the harbour", {"portal_mf10001": ("99",), "portal_mf10007": ("a", "b")}, []),
            ("Gone", {"portal_deleted": ("2024-01-01T00:00:00.000Z",), "portal_mf10001": ("100",)}, []),
        ):
            catalogue.create_item(fields, title=title, groups=groups, user="admin")
        catalogue.update_item("VX-4", external_ids=["tape 4711"])
        films = catalogue.create_collection("Films of the harbour")
        catalogue.create_collection("News", fields={"criteria_document": ("harbour",)})
        catalogue.add_member(films.id, "VX-2")
        yield server


@pytest.fixture
def api(server: VidispineServer, api_for: Callable[..., Any]) -> Any:
    return api_for(server)


def field(name: str, *values: str) -> dict[str, Any]:
    return {"field": [{"name": name, "value": [{"value": one} for one in values]}]}


def between(
    name: str, low: dict[str, Any] | str, high: dict[str, Any] | str, **flags: bool
) -> dict[str, Any]:
    bounds = [{"value": one} if isinstance(one, str) else one for one in (low, high)]
    return {"field": [{"name": name, "range": [{"value": bounds, **flags}]}]}


def operator(operation: str, *parts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for part in parts:
        for key, values in part.items():
            found.setdefault(key, []).extend(values)
    return {"operator": [{"operation": operation, **found}]}


def ids(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["item"]]


def found(api: Any, document: dict[str, Any]) -> list[int]:
    return [int(one[3:]) for one in ids(api.put("/item", json=document))]


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({}, [1, 2, 3, 4, 5]),
        (field("title", "harbour"), [1, 4]),
        (field("title", "HARBOUR night"), [1]),
        (field("title", "harbour", "train"), [1, 2, 4]),
        (field("title", '"at night"'), [1]),
        (field("title", '"night at"'), []),
        (field("title", "harb*"), [1, 4]),
        (field("title", "*bou?"), [1, 4]),
        (field("title", "har?our"), [1, 4]),
        (field("title", "foo"), [3]),
        (field("title", "foo_bar-2.mxf"), [3]),
        (field("title", "fo*_b?r"), [3]),
        (field("title", "*"), [1, 2, 3, 4, 5]),
        (field("portal_mf10006", "in review"), [1]),
        (field("portal_mf10006", "in"), [2]),
        (field("portal_mf10006", "in*"), [1, 2]),
        (field("portal_mf10006", "*"), [1, 2]),
        ({"field": [{"name": "portal_mf10006"}]}, [1, 2]),
        (field("portal_mf10013", "60.0"), [1]),
        (between("portal_mf10013", "7.5", "60"), [1, 2]),
        (between("portal_mf10013", "7.5", "60", exclusiveMinimum=True), [1]),
        (between("portal_mf10013", "7.5", "60", exclusiveMaximum=True), [2]),
        (between("portal_mf10013", "8", {"value": "x", "maximum": True}), [1]),
        (between("portal_mf10013", {"minimum": True}, "8"), [2]),
        (between("portal_mf10013", "x", "y"), []),
        (between("portal_mf10001", "100", "99"), [4, 5]),  # of texts, by their letters
        (between("portal_mf10008", "2024-05-01", "2024-05-01"), [3]),
        (field("portal_mf10008", "2024-05-01"), [3]),
        (between("portal_mf10008", "2024-05-01T10:00:00Z", "NOW", exclusiveMinimum=True), []),
        (between("portal_deleted", "1000-01-01T00:00:00Z", "3000-01-01T00:00:00Z"), [5]),
        (between("created", "NOW-1HOUR", "NOW+1DAY"), [1, 2, 3, 4, 5]),
        (between("created", "NOW/DAY+2DAYS", "*"), []),
        (operator("NOT", field("portal_deleted", "*")), [1, 2, 3, 4]),
        (operator("OR", field("title", "train"), field("title", "gone")), [2, 5]),
        (operator("NOT", field("title", "har*"), field("title", "night")), [2, 3, 4, 5]),
        (operator("AND", field("title", "harbour"), operator("NOT", field("title", "night"))), [4]),
        ({"text": [{"value": "harbour"}]}, [1, 4]),
        ({"text": "review"}, [1]),
        ({"text": [{"value": "4711"}]}, [4]),
        (field("portal_mf10002", "lee"), [1]),
        ({"group": [{"name": "Film", **field("portal_mf10009", "1999")}]}, [1]),
        (
            {
                "group": [
                    {
                        "name": "Actor",
                        "field": [
                            *field("portal_mf10003", "kim")["field"],
                            *field("portal_mf10004", "king")["field"],
                        ],
                    }
                ]
            },
            [],
        ),
        (
            {
                "group": [
                    {
                        "name": "Actor",
                        "field": [
                            *field("portal_mf10003", "kim")["field"],
                            *field("portal_mf10004", "thief")["field"],
                        ],
                    }
                ]
            },
            [2],
        ),
        ({"group": [{"name": "Actor", **operator("NOT", field("portal_mf10003", "bo"))}]}, [2]),
        (field("itemId", "VX-2", "VX-4", "VX-99"), [2, 4]),
        (field("mediaType", "none"), [1, 2, 3, 4, 5]),
        (field("mediaType", "video"), []),
        (field("shapeTag", "original"), [1, 2, 3, 4, 5]),
        (field("user", "admin"), [1, 2, 3, 4, 5]),
        (operator("NOT", field("user", "admin")), []),
        (field("__collection", "VX-1"), [2]),
        (between("__collection_size", "1", "*"), [2]),
        (field("portal_mf10007", "b"), [4]),
        (field("no_such", "b"), []),
        (field("storage", "x"), []),
        ({"item": [field("title", "train")]}, [2]),
        ({"shape": [field("mimeType", "video/mp4")]}, []),
        (
            {
                **field("title", "harbour"),
                "filter": [{"name": "f", "operation": "NOT", **field("title", "night")}],
            },
            [4],
        ),
        ({**field("title", "harbour"), "highlight": {}, "suggestion": {}, "intervals": "generic"}, [1, 4]),
    ],
    ids=str,
)
def test_a_document_finds_what_it_is_about(api: Any, document: dict[str, Any], wanted: list[int]) -> None:
    assert found(api, document) == wanted


@pytest.mark.parametrize(
    ("document", "context"),
    [
        (operator("XOR", field("title", "a")), "operation"),
        ({"field": [{"value": [{"value": "a"}]}]}, "field"),
        ({"field": [{"name": "title", "range": [{"value": [{"value": "a"}]}]}]}, "range"),
        ({"sort": [{"field": "title", "order": "upwards"}]}, "order"),
        ({"sort": [{}]}, "sort"),
        ({"facet": [{}]}, "facet"),
        ({"group": [{}]}, "group"),
        ({"field": "title"}, "ItemSearchDocument"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(api: Any, document: dict[str, Any], context: str) -> None:
    answer = api.put("/item", json=document)
    assert answer.status_code == 400
    assert answer.json()["invalidInput"]["context"] == context


@pytest.mark.parametrize("path", ["/item", "/search"])
def test_what_begins_so(api: Any, path: str) -> None:
    begun = [
        {"text": "HAR", "field": "title"},
        {"text": "", "field": "title", "maximumSuggestions": "1"},
        {"text": "zz"},
    ]
    answer = api.put(path, json={**field("title", "gone"), "autocomplete": begun}).json()
    assert answer["hits"] == 1
    assert answer["autocomplete"] == [
        {"field": "title", "suggestion": ["Harbour at night"]},
        {"field": "title", "suggestion": ["At the harbour"]},
        {"suggestion": []},
    ]


def test_words_that_are_nearly_those_of_the_search(api: Any) -> None:
    document = {
        "text": [{"value": "harbor night"}],
        **field("title", "trian"),
        "suggestion": {"accuracy": "0.6"},
    }
    nearly = [{"term": "harbor", "suggestion": ["harbour"]}, {"term": "trian", "suggestion": ["train"]}]
    assert api.put("/item", json=document).json() == {"hits": 0, "suggestion": nearly, "item": []}
    answer = api.put("/item", json=document, headers=XML)
    root = etree.fromstring(answer.content)
    assert [one.findtext(f"{{{NS}}}term") for one in root.iter(f"{{{NS}}}suggestion") if len(one)] == [
        "harbor",
        "trian",
    ]
    films = api.put("/collection", json={**field("title", "flims"), "suggestion": {}}).json()
    assert films["suggestion"] == [{"term": "flims", "suggestion": ["films"]}]


def test_an_answer_has_these_keys(api: Any) -> None:
    answer = api.put("/item", json=field("title", "train")).json()
    assert answer == {"hits": 1, "item": [{"id": "VX-2", **ALWAYS, "timespan": [ALWAYS]}]}
    assert api.put("/item?count=false", json=field("title", "train")).json().keys() == {"item"}


def test_content_is_that_of_items(api: Any) -> None:
    (item,) = api.put("/item?content=metadata&field=title", json=field("title", "train")).json()["item"]
    (span,) = item["metadata"]["timespan"]
    assert [(one["name"], one["value"][0]["value"]) for one in span["field"]] == [("title", "Night train")]


def test_xml_is_understood_and_answered(api: Any) -> None:
    body = f"""<ItemSearchDocument xmlns="{NS}"><operator operation="AND">
        <field><name>title</name><value>harbour</value></field>
        <operator operation="NOT"><field><name>title</name><value>night</value></field></operator></operator>
        <field><name>title</name><range><value minimum="true"/><value>b</value></range></field>
        <sort><field>title</field><order>descending</order></sort></ItemSearchDocument>"""
    answer = api.put("/item", data=body, headers={**XML, "Content-Type": "application/xml"})
    root = etree.fromstring(answer.content)
    assert root.tag == f"{{{NS}}}ItemListDocument"
    assert [etree.QName(one).localname for one in root] == ["hits", "item"]
    assert root.findall(f"{{{NS}}}item")[0].attrib == {"id": "VX-4", **ALWAYS}


def test_text_is_a_line_for_each(api: Any) -> None:
    answer = api.put("/item", json=field("title", "harbour"), headers={"Accept": "text/plain"})
    assert answer.text == "VX-1\r\nVX-4\r\n"


def test_a_document_may_be_a_parameter(api: Any) -> None:
    document = json.dumps(field("title", "harbour"))
    assert ids(api.get("/item", params={"q": document})) == ["VX-1", "VX-4"]
    xml = f'<ItemSearchDocument xmlns="{NS}"><text>train</text></ItemSearchDocument>'
    assert ids(api.get("/item", params={"q": xml})) == ["VX-2"]
    assert api.get("/item", params={"q": "harbour"}).json()["invalidInput"]["context"] == "q"


def test_pages_begin_with_one(api: Any) -> None:
    answer = api.put("/item;first=2;number=2", json={})
    assert ids(answer) == ["VX-2", "VX-3"]
    assert answer.json()["hits"] == 5
    assert ids(api.put("/item?number=0", json={})) == []
    assert api.put("/item?first=0", json={}).json()["invalidInput"]["context"] == "first"


@pytest.mark.parametrize(
    "document",
    [
        {},
        field("title", "*"),
        field("user", "admin"),
        {"sort": [{"field": "title", "order": "descending"}]},
        {"sort": [{"field": "user"}, {"field": "portal_mf10001"}]},
    ],
    ids=str,
)
def test_a_cursor_walks_through_everything(api: Any, document: dict[str, Any]) -> None:
    walked, cursor = list[str](), "*"
    while cursor:
        answer = api.put("/item", params={"cursor": cursor, "number": 2}, json=document)
        walked += ids(answer)
        cursor = answer.json().get("nextCursor", "")
    assert walked == ids(api.put("/item", json=document))
    assert len(walked) == 5


def test_a_cursor_that_is_none_is_refused(api: Any) -> None:
    for cursor in ("x", "e30=", "W251bGwsIC0xLCAiIl0="):
        assert api.put("/item", params={"cursor": cursor}).json()["invalidInput"]["context"] == "cursor"


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ([{"field": "title", "order": "ascending"}], [4, 3, 5, 1, 2]),
        ([{"field": "title", "order": "descending"}], [2, 1, 5, 3, 4]),
        ([{"field": "portal_mf10013", "order": "ascending"}, {"field": "title"}], [2, 1, 4, 3, 5]),
        ([{"field": "__collection_size", "order": "descending"}], [2, 1, 3, 4, 5]),
        ([{"field": "_relevance", "order": "descending"}], [1, 2, 3, 4, 5]),
    ],
    ids=str,
)
def test_sorting(api: Any, sort: list[dict[str, str]], wanted: list[int]) -> None:
    assert found(api, {"sort": sort}) == wanted


def test_what_begins_so_by_itself(api: Any) -> None:
    answer = api.put("/search/autocomplete", json={"text": "har", "field": "title"})
    assert answer.json() == {"field": "title", "suggestion": ["Harbour at night"]}
    assert api.put("/search/autocomplete", json={"text": "film"}).json() == {
        "suggestion": ["Films of the harbour"]
    }


def test_facets_count(api: Any) -> None:
    ranges = [{"start": "0", "end": "60"}, {"start": "60", "end": "*"}]
    document = {
        "facet": [
            {"field": "portal_mf10006"},
            {
                "name": "length",
                "field": "portal_mf10013",
                "range": ranges,
            },
        ]
    }
    answer = api.put("/item?number=0", json=document).json()
    assert answer["facet"] == [
        {
            "field": "portal_mf10006",
            "count": [{"fieldValue": "In", "value": 1}, {"fieldValue": "In Review", "value": 1}],
        },
        {
            "name": "length",
            "field": "portal_mf10013",
            "range": [{**one, "value": 1, "integerorempty": "1"} for one in ranges],
        },
    ]
    root = etree.fromstring(api.put("/item", json=document, headers=XML).content)
    assert root.findtext(f"{{{NS}}}facet/{{{NS}}}count[@fieldValue='In']") == "1"


def test_a_facet_may_tell_less_or_more(api: Any) -> None:
    most = {"field": "title", "maxResults": 2}
    often = {"field": "portal_mf10006", "minCount": "2"}
    both = {"field": "portal_mf10013", "count": True, "range": [{"start": "0", "end": "60"}]}
    facets = api.put("/item", json={"facet": [most, often, both]}).json()["facet"]
    assert [len(one["count"]) for one in facets] == [2, 0, 2]
    assert facets[2]["range"][0]["value"] == 1


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"field": "portal_mf10006", "value": "In Review"}, 1),
        ({"field": "portal_mf10013", "range": {"start": "60", "end": "*"}}, 1),
        ({"field": "portal_mf10013"}, 2),
    ],
)
def test_a_facet_can_be_a_filter(api: Any, wanted: dict[str, Any], found: int) -> None:
    assert api.put("/item", json={"facetFilter": [wanted]}).json()["hits"] == found


def test_nothing_refers_to_metadata_elsewhere(api: Any) -> None:
    assert api.put("/item", json={"reference": ["d9d3f9c6-0000-4000-8000-000000000000"]}).json()["hits"] == 0


def test_a_facet_may_leave_out_a_filter(api: Any) -> None:
    document = {
        "filter": [{"name": "only", **field("portal_mf10006", "in")}],
        "facet": [{"field": "portal_mf10006", "exclude": ["only"]}],
    }
    answer = api.put("/item", json=document)
    assert ids(answer) == ["VX-2"]
    assert len(answer.json()["facet"][0]["count"]) == 2


def test_collections_are_found_the_newest_first(api: Any, server: VidispineServer) -> None:
    loc = f"{server.url}/API/collection/VX-"
    news = {"loc": f"{loc}2", "id": "VX-2", "name": "News"}
    films = {"loc": f"{loc}1", "id": "VX-1", "name": "Films of the harbour"}
    assert api.get("/collection").json() == {"hits": 2, "collection": [news, films]}
    assert api.put("/collection", json=field("title", "harbour")).json() == {"hits": 1, "collection": [films]}
    assert api.put("/collection", json={"text": "harbour"}).json()["hits"] == 1  # not what cannot be found
    by_name = {"sort": [{"field": "title", "order": "ascending"}]}
    assert [one["id"] for one in api.put("/collection", json=by_name).json()["collection"]] == [
        "VX-1",
        "VX-2",
    ]


def test_items_and_collections_are_found_together(api: Any) -> None:
    answer = api.put("/search", json=field("title", "harbour")).json()
    assert answer.keys() == {"hits", "entry"}
    assert [(one["type"], one["id"]) for one in answer["entry"]] == [
        ("Item", "VX-1"),
        ("Item", "VX-4"),
        ("Collection", "VX-1"),
    ]
    assert answer["entry"][0].keys() == {"type", "id", "start", "end", "item", "timespan"}
    assert answer["entry"][2].keys() == {"type", "id", "start", "end", "collection", "timespan"}
    root = etree.fromstring(api.get("/search?number=1", headers=XML).content)
    assert root.tag == f"{{{NS}}}SearchResultDocument"
    assert root.find(f"{{{NS}}}entry/{{{NS}}}item").get("id") == "VX-1"  # type: ignore[union-attr]


def test_items_of_a_collection(api: Any) -> None:
    assert ids(api.get("/collection/VX-1/item")) == ["VX-2"]
    assert ids(api.put("/collection/VX-1/item", json=field("title", "harbour"))) == []
    assert ids(api.put("/collection/VX-1/item", json=field("user", "admin"))) == ["VX-2"]
    assert api.get("/collection/VX-9/item").json()["notFound"]["type"] == "Collection"


def test_a_search_can_be_kept(api: Any, server: VidispineServer) -> None:
    answer = api.put("/item?save=true&number=1", json=field("title", "harbour"), allow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{server.url}/API/item;")
    followed = api.session.get(answer.headers["Location"], headers={"Accept": "application/json"}, timeout=60)
    assert ids(followed) == ["VX-1"]
    assert followed.json()["hits"] == 2
    assert api.get("/item;search=99").json()["notFound"]["type"] == "Search"


def test_shapes_and_files_are_found_by_what_they_are_of(api: Any, server: VidispineServer) -> None:
    folder = server.root / "more"
    folder.mkdir()
    (folder / "still.bin").write_bytes(b"media")
    storage = server.catalogue.add_storage("more", str(folder))
    server.catalogue.scan(storage.id)
    file = server.catalogue.file_at(storage, "still.bin")
    assert file is not None
    job = server.catalogue.import_file("VX-5", file.id, mode="place", tag="web")
    assert server.catalogue.wait_for_job(job.id, timeout=60).ended
    shapes = api.put("/search/shape", json=field("shapeTag", "web")).json()
    assert shapes["hits"] == 1
    assert shapes["shape"][0]["tag"] == ["web"]
    assert api.put("/search/shape", json=field("title", "gone")).json()["hits"] == 1
    assert api.put("/search/shape", json={"item": [field("title", "train")]}).json()["hits"] == 0
    files = api.put("/search/file", json=field("filename", "still.bin")).json()
    assert [one["id"] for one in files["file"]] == [file.id]
    assert found(api, {"shape": [field("shapeTag", "web")]}) == [5]
    assert found(api, {"file": [field("storage", storage.id)]}) == [5]
    assert found(api, field("shapeTag", "web")) == [5]


def test_fields_of_media_are_found(api: Any, server: VidispineServer) -> None:
    tape = server.root / "tape 9.bin"
    tape.write_bytes(b"media")
    job = server.catalogue.import_file("VX-3", tape)
    assert server.catalogue.wait_for_job(job.id, timeout=60).ended
    assert found(api, field("originalFilename", "tape")) == [3]
    assert found(api, operator("NOT", field("originalFilename", "tape"))) == [1, 2, 4, 5]
    assert found(api, field("originalUri", "*tape*")) == [3]
    assert found(api, operator("NOT", field("__collection", "VX-1"))) == [1, 3, 4, 5]
