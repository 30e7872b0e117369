"""Searching: what it sees, its pages and orders, what it tells of one item, its index."""

from __future__ import annotations

import base64
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

import flowhost
from flowhost_plugins.catalogue import (
    All,
    Catalogue,
    Exact,
    Exists,
    Field,
    Group,
    InCollection,
    NotFound,
    Query,
    QueryError,
    Range,
    Sort,
    Text,
)
from flowhost_plugins.catalogue import Any as AnyOf


def found(catalogue: Catalogue, query: Query | str, **options: Any) -> list[str]:
    return [item.id for item in catalogue.search(query, **options).items]


def test_fields_are_found_on_all_levels_and_in_any_instance(catalogue: Catalogue) -> None:
    inner = [Group("person", {"name": ("Ann",)}), Group("person", {"name": ("Bob", "Élodie Straße")})]
    catalogue.create_item({"name": ["Carl"]}, groups=[Group("scene", groups=tuple(inner))])
    for query in ("name:ann", "name:BOB", "person/name:bob", "scene/person/name:elodie", "name:carl"):
        assert found(catalogue, query) == ["VX-1"], query
    for query in ("person/name:carl", "scene/name:ann", "ame:carl", "person:ann"):
        assert found(catalogue, query) == [], query
    assert catalogue.field_names() == ["name", "scene/person/name"]


def test_words_and_whole_values(catalogue: Catalogue) -> None:
    catalogue.create_item({"title": ["The Harbour at Night.mov"], "status": ["in review"]})
    for query in (
        'title:"harbour at"',
        "title:harb*",
        'title:"at ni"*',
        "harbour night",
        'status="In Review"',
    ):
        assert found(catalogue, query) == ["VX-1"], query
    for query in ('title:"harbour night"', "title:harb", "arbour*", "status=review", '"mov in"'):
        assert found(catalogue, query) == [], query


def test_numbers_moments_and_texts_are_compared_with_their_own_kind(catalogue: Catalogue) -> None:
    for value in ("9", "10.0", "2024-05-01", "2024-05-01T23:30:00Z", "b", "12345678901234567890"):
        catalogue.create_item({"v": [value]})
    assert found(catalogue, "v>9") == ["VX-2"]
    assert found(catalogue, "v=10") == ["VX-2"]
    assert found(catalogue, "v:[2024-05-01 TO 2024-05-01]") == ["VX-3", "VX-4"]
    assert found(catalogue, "v>2024-05-01T00:00:00Z") == ["VX-4"]
    assert found(catalogue, 'v>="a"') == ["VX-5"]
    assert found(catalogue, "v=12345678901234567891") == []
    order = found(catalogue, "*", sort=[Sort("v")])
    assert order == ["VX-1", "VX-2", "VX-3", "VX-4", "VX-6", "VX-5"]


def test_shapes_storages_and_media_types(library: Any, finished: Any) -> None:
    catalogue = library.open()
    folder = library.storage(catalogue, "media one")
    (library.folder / "a.wav").write_bytes(b"sound")
    item, other = catalogue.create_item({}), catalogue.create_item({})
    catalogue.update_item(item.id, media_type="audio")
    finished(catalogue, catalogue.import_file(item.id, library.folder / "a.wav", tag="lowres"))
    assert folder.is_dir()
    storage = catalogue.storages()[0].id
    for query in (
        "shapeTag:lowres",
        "shapeTag:low*",
        "shapeTag:*",
        'storage:"media one"',
        f"storage={storage}",
        "storage:media*",
        "storage:*",
        "mediaType:audio",
        "mediaType:*",
    ):
        assert found(catalogue, query) == [item.id], query
        assert catalogue.matches(query, item.id) and not catalogue.matches(query, other.id), query
    assert found(catalogue, "NOT shapeTag:lowres OR storage:elsewhere") == [other.id]


def test_members_of_collections(catalogue: Catalogue) -> None:
    top = catalogue.create_collection("top")
    below = catalogue.create_collection("below", parent=top.id)
    one, two = catalogue.create_item({}).id, catalogue.create_item({}).id
    catalogue.create_item({})
    catalogue.add_member(top.id, one)
    catalogue.add_member(below.id, two)
    assert found(catalogue, InCollection(top.id)) == [one]
    assert found(catalogue, InCollection(top.id, deep=True)) == [one, two]
    assert found(catalogue, "collection:*") == [one, two]
    assert found(catalogue, InCollection("VX-99")) == found(catalogue, InCollection("nonsense")) == []


def test_pages_go_on_where_the_last_ended_whatever_happens_meanwhile(catalogue: Catalogue) -> None:
    titles = ["e", "b", "d", "a", "c", "f", "b"]
    ids = {title: catalogue.create_item({}, title=title).id for title in titles}
    untitled = catalogue.create_item({}).id
    page = catalogue.search("*", sort=[Sort("title")], number=3, hits=True)
    assert ([item.title for item in page.items], page.hits) == (["a", "b", "b"], 8)
    catalogue.create_item({}, title="aa")  # before the cursor: it is too late for this one
    catalogue.create_item({}, title="cc")
    catalogue.delete_item(ids["b"])  # the last one seen
    catalogue.set_metadata(ids["f"], {"title": ["zz"]})
    seen: list[str] = []
    while page.cursor:
        page = catalogue.search("*", sort=[Sort("title")], number=2, cursor=page.cursor)
        seen += [item.title or item.id for item in page.items]
    assert seen == ["c", "cc", "d", "e", "zz", untitled]
    assert page.hits is None


def test_a_cursor_belongs_to_an_order(catalogue: Catalogue) -> None:
    for _ in range(3):
        catalogue.create_item({"n": ["1"]})
    cursor = catalogue.search("*", sort=[Sort("n")], number=1).cursor
    for sort in ([], [Sort("n", "descending")], [Sort("created")]):
        with pytest.raises(flowhost.Permanent, match="the cursor is"):
            catalogue.search("*", sort=sort, cursor=cursor)
    forged = [
        base64.b64encode(text).decode() for text in (b'["n","a\\u0000",1]', b'["n","a",1e99]', b"[]", b"7")
    ]
    forged.append(base64.b64encode(b'["n","a",99999999999999999999]').decode())
    for nonsense in ("", "x", "1", "bnVsbA==", "Ww==", "é", *forged):
        with pytest.raises(flowhost.Permanent, match="the cursor is"):
            catalogue.search("*", sort=[Sort("n")], cursor=nonsense)


def test_explaining_tells_the_values_each_condition_saw(catalogue: Catalogue) -> None:
    item = catalogue.create_item({"title": ["Harbour"], "G/n": ["5", "70"]}, external_id="House-7")
    told = catalogue.explain("title:harbour AND (n>60 OR house) AND NOT nothing:*", item.id)
    assert told.held and told.parts[0].actual == ("Harbour",)
    number, text = told.parts[1].parts
    assert (number.held, number.actual) == (True, ("5", "70"))
    assert (text.held, text.actual) == (True, ("House-7",))
    nothing = told.parts[2]
    assert (nothing.held, nothing.parts[0].held, nothing.parts[0].actual) == (True, False, ())
    assert told.parts[0].query == Field("title", "harbour")
    assert catalogue.explain("mediaType:audio", "House-7").actual == ()
    with pytest.raises(NotFound):
        catalogue.explain("*", "VX-99")
    assert not catalogue.matches("*", "VX-99")


def test_a_query_too_big_for_a_database_is_refused(catalogue: Catalogue) -> None:
    catalogue.create_item({})
    many = AnyOf(*(Exact("itemId", f"VX-{number}") for number in range(500)))
    assert found(catalogue, many) == ["VX-1"]
    with pytest.raises(QueryError, match="501 conditions, nested 3 deep; expected at most 500"):
        catalogue.search(All(many, Text("x")))


def test_a_query_as_text_may_name_fields_nobody_has_unless_they_are_to_be_checked(
    catalogue: Catalogue,
) -> None:
    catalogue.create_item({"title": ["a"]})
    assert found(catalogue, "titel:a") == []
    assert catalogue.parse_query("title:a") == Field("title", "a")
    with pytest.raises(QueryError, match="1:7: no item has a field 'titel'; did you mean 'title'"):
        catalogue.parse_query("a AND titel:a")


def test_words_of_the_role_may_be_anywhere_and_the_last_may_go_on(catalogue: Catalogue) -> None:
    catalogue.create_item({"G/place": ["Old Town"]}, title="Harbour", external_id="House-7")
    for text in ("harb", "town harbour", "old house-7", " TOWN ", "old - harbour"):
        assert [item.id for item in catalogue.items(text=text).items] == ["VX-1"], text
        assert catalogue.count_items(text) == 1
    for text in ("harb town", "arbour", "%"):
        assert catalogue.items(text=text).items == (), text


def test_items_in_the_recycle_bin_are_found_only_when_asked_for(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}, title="harbour").id
    catalogue.trash_item(item)
    assert found(catalogue, "harbour") == [] and catalogue.count("harbour") == 0
    assert not catalogue.matches("harbour", item) and catalogue.explain("harbour", item).held
    assert found(catalogue, "harbour", trashed=True) == [item]
    assert catalogue.count("harbour", trashed=True) == 1


def test_many_values_and_huge_ones_are_indexed(catalogue: Catalogue) -> None:
    huge = " ".join(f"word{number}" for number in range(60_000))
    catalogue.create_item({"text": [huge, "x" * 100_000], "n": [str(number) for number in range(2000)]})
    for query in (
        "text:word7",
        "word30000",
        "n=1999",
        'text:"word59998 word59999"',
        Field("text", "x" * 1000),
    ):
        assert catalogue.matches(query, "VX-1"), query
    catalogue.create_item({"text": ["nothing"]})
    for query in ("text:word7 AND n=1999 AND word100*", "text:word59998", "xxxxx*", '"word59998 word59999"'):
        assert found(catalogue, query) == ["VX-1"], query
    catalogue.set_metadata("VX-1", {"text": ["short"], "n": ["3"]})
    assert found(catalogue, "word7") == found(catalogue, "n=1999") == []
    assert found(catalogue, "short n=3") == ["VX-1"]


def test_an_index_that_was_lost_is_made_anew(library: Any) -> None:
    catalogue = library.open()
    for number in range(3):
        catalogue.create_item({"n": [str(number)]}, title="harbour", external_id=f"e{number}")
    library.execute("DELETE FROM catalogue_search_values")
    library.execute("DELETE FROM catalogue_search_texts")
    assert found(catalogue, "harbour") == []
    assert catalogue.reindex() == 3
    assert catalogue.reindex() == 3
    assert found(catalogue, "harbour n>0 e2") == ["VX-3"]


def test_items_of_an_older_database_are_found_once_it_is_opened(library: Any) -> None:
    catalogue = library.open()
    catalogue.create_item({"G/n": ["5"]}, title="harbour", external_id="House-7")
    catalogue.close()
    _downgrade(library.url, "0002")
    catalogue = library.open()
    for query in ("harbour", "n>4", "house"):
        assert found(catalogue, query) == ["VX-1"], query
    catalogue.create_item({}, title="harbour")
    assert catalogue.count("harbour") == 2


def _downgrade(url: str, version: str) -> None:
    from alembic import command
    from alembic.config import Config

    import flowhost_plugins.catalogue

    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection, "version_table": "catalogue_version"})
        folder = Path(flowhost_plugins.catalogue.__file__).with_name("migrations")
        config.set_main_option("script_location", str(folder))
        command.downgrade(config, version)
    engine.dispose()


def test_many_may_bring_the_same_new_fields_at_once(catalogue: Catalogue) -> None:
    def create(number: int) -> None:
        for turn in range(5):
            catalogue.create_item({f"f{turn}": [str(number)], f"g{turn}": ["x"]})

    threads = [threading.Thread(target=create, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert catalogue.count(Exists("f4")) == 4
    assert len(catalogue.field_names()) == 10
    assert catalogue.count(Range("f0", 1)) == 3


def test_odd_and_long_names_and_texts_are_no_harm(catalogue: Catalogue) -> None:
    long = "/".join(["group" * 60] * 3 + ["name"])
    catalogue.create_item({"odd \0 \ud800": ["\ud800 a\0b"], long: ["x"]})
    held: list[Query] = [Exists("odd \0 \ud800"), Text("\ud800 a\0b"), Field("name", "x"), Exact(long, "X")]
    for query in held:
        assert found(catalogue, query) == ["VX-1"], query
        assert catalogue.matches(query, "VX-1")
    not_held: list[Query] = [
        Field("mediaType", "\ud800"),
        Exact("storage", "\0"),
        InCollection("\ud800"),
        Text("\ue000"),
    ]
    for query in not_held:
        assert found(catalogue, query) == []
