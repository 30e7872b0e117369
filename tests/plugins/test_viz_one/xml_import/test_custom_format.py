"""XML of partners, read by the rules of a profile."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost

PROFILE = """
    [Xml]
    format = custom

    [Namespaces]
    n = http://partner.test/news

    [Field:ident]
    xpath = /n:story/@id

    [Field:headline]
    xpath = /n:story/n:head

    [Field:genre]
    xpath = /n:story/n:genre/text()
    type = dictionary
    source = /api/metadata/dictionary/~genre

    [Field:aired]
    xpath = /n:story/n:aired
    type = datetime
    format = %d.%m.%Y %H:%M
    default timezone = Europe/Stockholm

    [Field:produced]
    xpath = n:produced
    type = date
    format = %Y/%d/%m

    [Field:scenes]
    xpath = count(//n:scene)
    type = integer

    [Field:cleared]
    xpath = boolean(/n:story/n:cleared)

    [Field:first]
    xpath = string(//n:scene[2])

    [Field:missing]
    xpath = /n:story/n:nothing

    [Transforms]
    asset_id = 'STORY-' + ident
    media_filename = xml_filename[:-4] + '.mxf'
    line = headline.upper() + ' (' + str(scenes) + ')'

    [Vdf]
    form = hubitem
    asset.title = headline
    asset.synopsis = line + ' ' + first
    asset.genre = genre
    asset.recordedAt = aired
    asset.productionDate = produced
    asset.cleared = cleared
    asset.episode = scenes
    asset.owner = missing
    asset.category = genre.label if genre else 'none'
"""
STORY = """<?xml version="1.0" encoding="ISO-8859-1"?>
<story xmlns="http://partner.test/news" id="7">
  <head>Sm\xf6rg\xe5s</head><genre>drama</genre><aired>01.07.2024 20:15</aired><produced>2024/30/06</produced>
  <cleared/><scene>one</scene><scene>two</scene>
</story>"""


def test_every_kind_of_field(site: Any) -> None:
    worker = site.worker(PROFILE)
    worker.work(site.drop("story.mxf"))
    worker.work(site.drop("story.xml", STORY.encode("latin-1")))
    asset = site.wait_for_media()
    assert asset.identifier == "STORY-7"
    found = site.metadata()
    values = {name: found.get(name) for name in found.names()}
    assert values["asset.title"] == "Smörgås"
    assert values["asset.synopsis"] == "SMÖRGÅS (2) two"
    assert values["asset.genre"] == "drama"
    assert values["asset.recordedAt"] == "2024-07-01T18:15:00Z"
    assert values["asset.productionDate"] == "2024-06-30"
    assert values["asset.cleared"] == "true"
    assert values["asset.episode"] == "2"
    assert values["asset.owner"] is None
    assert values["asset.category"] == "Drama"
    assert found.form == "hubitem"


def test_none_empties_a_field_of_an_asset_that_has_it(site: Any) -> None:
    profile = "[Xml]\nformat = custom\n[Field:t]\nxpath = /a/@t\n[Field:o]\nxpath = /a/@o\n[Transform]\n" + (
        "asset_id = 'X'\n[Vdf]\nform = 'hubitem'\nasset.title = t\nasset.owner = o\n"
    )
    worker = site.worker(profile)
    worker.work(site.drop("one.xml", "<a t='One' o='Ada'/>"))
    assert site.metadata().get("asset.owner") == "Ada"
    worker.work(site.drop("two.xml", "<a t='Two'/>"))
    assert (site.metadata().get("asset.title"), site.metadata().get("asset.owner")) == ("Two", None)


PACKAGE = """
    [Xml]
    format = custom
    package = /package/item

    [Field:asset_id]
    xpath = @id
    [Field:title]
    xpath = title
    [Field:media_filename]
    xpath = file
    [Field:programme]
    xpath = /package/@name
    [Field:position]
    xpath = count(preceding-sibling::item) + 1

    [Vdf]
    form = hubitem
    asset.title = title
    asset.synopsis = '%s, part %s' % (programme, position)
"""


def test_a_package_of_several_assets_and_files(site: Any) -> None:
    worker = site.worker(PACKAGE)
    items = "".join(f"<item id='P{n}'><title>T{n}</title><file>f{n}.mxf</file></item>" for n in (1, 2, 3))
    worker.work(site.drop("f2.mxf", b"two"))
    xml = site.drop("all.xml", f"<package name='Tour'>{items}</package>")
    worker.work(xml)
    worker.work(xml)
    for name, data in (("f3.mxf", b"three"), ("f1.mxf", b"one")):
        worker.work(site.drop(name, data))
    assets = {asset.identifier: asset for asset in site.assets()}
    assert sorted(assets) == ["P1", "P2", "P3"]
    for identity, data in (("P1", b"one"), ("P2", b"two"), ("P3", b"three")):
        assert site.media_of(site.wait_for_media(assets[identity])) == data
    assert site.metadata(assets["P2"]).get("asset.synopsis") == "Tour, part 2"
    assert site.store.values == {}
    assert not (site.inbox / "all.xml").exists()


def test_a_package_without_ids_makes_each_asset_once(site: Any) -> None:
    worker = site.worker(PACKAGE)
    xml = site.drop(
        "all.xml", "<package><item><title>A</title></item><item><title>A</title></item></package>"
    )
    site.server.faults.add("500:method=POST,path=/thirdparty/asset/item,after=1,count=1")
    with pytest.raises(flowhost.Unavailable):
        worker.work(xml)
    assert (site.inbox / "all.xml").exists()
    worker.work(xml)
    assert [asset.title for asset in site.assets()] == ["A", "A"]


def test_one_refused_part_of_a_package_does_not_stop_the_others(site: Any) -> None:
    worker = site.worker(PACKAGE)
    site.server.faults.add("403:method=POST,path=/thirdparty/asset/item,count=1")
    xml = site.drop(
        "all.xml", "<package><item><title>A</title></item><item><title>B</title></item></package>"
    )
    with pytest.raises(flowhost.Permanent, match="403"):
        worker.work(xml)
    assert [asset.title for asset in site.assets()] == ["B"]
    assert (site.inbox / "all.xml").exists()
    worker.work(xml)
    assert sorted(asset.title for asset in site.assets()) == ["A", "B"]


def test_every_refused_part_of_a_package_is_told(site: Any) -> None:
    worker = site.worker(PACKAGE)
    site.server.faults.add("403:method=POST,path=/thirdparty/asset/item,count=1")
    site.server.faults.add("422:method=POST,path=/thirdparty/asset/item,after=1")
    xml = site.drop(
        "all.xml", "<package><item><title>A</title></item><item><title>B</title></item></package>"
    )
    with pytest.raises(flowhost.Permanent, match=r"2 assets of 'all\.xml' failed: .*403.*; .*422"):
        worker.work(xml)


def test_a_package_without_its_elements_is_rejected(site: Any) -> None:
    with pytest.raises(flowhost.Rejected, match=r"'all\.xml' has no element '/package/item'"):
        site.worker(PACKAGE).work(site.drop("all.xml", "<package/>"))


def test_a_value_that_is_not_of_its_type_is_rejected_and_the_file_stays(site: Any) -> None:
    with pytest.raises(flowhost.Rejected, match=r"field 'aired', found at '/n:story/n:aired': .*'yesterday'"):
        site.worker(PROFILE).work(
            site.drop("story.xml", STORY.replace("01.07.2024 20:15", "yesterday").encode("latin-1"))
        )
    assert (site.inbox / "story.xml").exists()
    assert site.assets() == []


def test_a_transform_that_fails_tells_everything(site: Any) -> None:
    story = STORY.replace("<head>Sm\xf6rg\xe5s</head>", "").encode("latin-1")
    with pytest.raises(flowhost.ExpressionError) as caught:
        site.worker(PROFILE).work(site.drop("story.xml", story))
    said = str(caught.value)
    assert said.startswith("app.ini:46:8: the expression \"headline.upper() + ' (' + str(scenes) + ')'\"")
    assert "in scope: headline = None, scenes = 2, xml_filename = 'story.xml', ident = '7'" in said


def test_trusted_code(site: Any) -> None:
    profile = "[Worker]\ntrusted code = yes\n[Xml]\nformat = custom\n[Transforms]\n" + (
        "t = (lambda name: __import__('os').path.splitext(name)[0])(xml_filename)\n[Vdf]\nform = hubitem\nasset.title = t\n"
    )
    site.worker(profile).work(site.drop("story.xml", "<a/>"))
    assert site.metadata().get("asset.title") == "story"


def problems(site: Any, text: str) -> list[str]:
    with pytest.raises(flowhost.ConfigError) as caught:
        site.worker(text)
    return [str(problem) for problem in caught.value.problems]


def test_everything_wrong_is_told_with_its_place(site: Any) -> None:
    found = problems(
        site,
        """\
        [Xml]
        format = custom
        package = //q:item
        [Namespaces]
        news = http://partner.test/news
        [Field:a]
        xpath = /new:story
        [Field:b]
        xpath = /story[
        [Field:c]
        xpath = /story
        type = date
        [Field:d]
        type = string
        xpth = /story
        [Field:e]
        xpath = foo(/story)
        [Field:f]
        xpath = /story
        type = datum
        [Transforms]
        x = y + 1
        y = a
        [Vdf]
        form = my-form
        asset.title = titel + xml_filenam
        """,
    )
    assert [problem.partition(": ")[0] for problem in found] == [
        "app.ini:7:9", "app.ini:9:9", "app.ini:12:8", "app.ini:15:8", "app.ini:14:8", "app.ini:17:9", "app.ini:20:8",
        "app.ini:3:11", "app.ini:22:5", "app.ini:25:8", "app.ini:25:8", "app.ini:26:15", "app.ini:26:15",
    ]  # fmt: skip
    told = "\n".join(found)
    assert "the XPath '/new:story' uses the prefix 'new', which there is not; did you mean 'news'?" in told
    assert "the XPath '/story[' cannot be used" in told
    assert "unknown key 'xpth' in [Field:d]; did you mean 'xpath'?" in told
    assert "[Field:d] has no 'xpath'" in told
    assert "[Transforms] x uses the name 'y', which no field or transform before it has" in told
    assert (
        "[Vdf] form uses the name 'my', which no field or transform before it has; the name of a form is written form = 'my-form'"
        in told
    )
    assert "[Vdf] asset.title uses the name 'xml_filenam'" in told


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[Xml]\nformat = costum\n", "app.ini:2:10: [Xml] format is 'costum', expected one of default, custom; did "
         "you mean 'custom'?"),
        ("[Xml]\npackage = /a\n", "app.ini:2:11: [Xml] has no 'format'; expected default or custom"),
        ("[Xml]\nformat = default\nfromat = x\n", "app.ini:3:10: unknown key 'fromat' in [Xml]; did you mean 'format'?"),
        ("[Xml]\nformat = default\npackage = /a\n", "app.ini:3:11: [Xml] package needs 'format = custom'"),
        ("[Xml]\nformat = custom\n[Vdf]\na.b = 'x'\n", "app.ini:4:7: [Vdf] has no 'form'; expected e.g. form = 'hubitem'"),
        ("[Xml]\nformat = custom\n[Vdf]\nform = open('x')\n", "app.ini:4:8: 'form' in [Vdf], read by worker 'xml-import': "
         "\"open('x')\" calls open(), which is not offered"),
        ("[Worker]\nx = y\n", "app.ini:1:1: worker 'xml-import' needs a section [Xml]"),
    ],
)  # fmt: skip
def test_settings_that_are_wrong(site: Any, text: str, complaint: str) -> None:
    assert any(problem.startswith(complaint) for problem in problems(site, text)), problems(site, text)
