"""Which sections go with which format."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost

ONLY_MEDIA = """
    [Xml]
    format = custom
    [Field:asset_id]
    xpath = /clip/@asset
    [Transform]
    media_filename = xml_filename[:-4] + '.mxf' if asset_id != 'nothing' else None
"""


def problems(site: Any, text: str) -> list[str]:
    with pytest.raises(flowhost.ConfigError) as caught:
        site.worker(text)
    return [str(problem) for problem in caught.value.problems]


def test_rules_have_no_effect_with_the_default_format(site: Any) -> None:
    found = problems(
        site,
        """\
        [Xml]
        format = default
        [Namespaces]
        n = http://partner.test/news
        [Field:title]
        xpath = /n:story
        [Transform]
        a = title
        [Transforms]
        b = title
        [Vdf]
        form = hubitem
        asset.title = title
        """,
    )
    no_effect = "has no effect with format = default; set format = custom"
    assert sorted(found) == sorted(
        [
            f"app.ini:4:5: [Namespaces] {no_effect}",
            f"app.ini:6:9: [Field:title] {no_effect}",
            f"app.ini:8:5: [Transform] {no_effect}",
            f"app.ini:10:5: [Transforms] {no_effect}",
            f"app.ini:12:8: [Vdf] {no_effect}",
        ]
    )


def test_an_empty_section_has_no_effect_either(site: Any) -> None:
    [found] = problems(site, "[Xml]\nformat = default\n[Vdf]\n")
    assert found.startswith("app.ini:2:10: [Vdf] has no effect with format = default")


@pytest.mark.parametrize("vdf", ["", "[Vdf]\n"])
def test_the_custom_format_needs_fields_of_a_form(site: Any, vdf: str) -> None:
    [found] = problems(site, f"[Xml]\nformat = custom\n[Field:title]\nxpath = /a\n{vdf}")
    assert found.startswith(
        "app.ini:2:10: format = custom without [Vdf] would make assets without metadata; add [Vdf]"
    )


def test_xml_may_only_bring_media_to_assets_that_are_there(site: Any) -> None:
    asset = site.client.create_item({}, title="Emma")
    before = site.metadata()
    worker = site.worker(ONLY_MEDIA)
    worker.work(site.drop("clip.xml", f"<clip asset='{asset.id}'/>"))
    assert not (site.inbox / "clip.xml").exists()
    worker.work(site.drop("clip.mxf", b"the media"))
    assert site.media_of(site.wait_for_media()) == b"the media"
    assert site.metadata() == before
    assert site.store.values == {}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("<clip/>", "'clip.xml' orders nothing: its 'asset_id' is empty"),
        ("<clip asset='nothing'/>", "'clip.xml' orders nothing: its 'media_filename' is empty"),
        ("<clip asset='S1'/>", "brings the media 'clip.mxf' to the asset 'S1', which there is not"),
    ],
)
def test_without_fields_of_a_form_no_asset_is_made(site: Any, content: str, complaint: str) -> None:
    with pytest.raises(flowhost.Rejected, match=complaint):
        site.worker(ONLY_MEDIA).work(site.drop("clip.xml", content))
    assert (site.inbox / "clip.xml").exists()
    assert site.assets() == []
    assert site.store.values == {}


@pytest.mark.parametrize("title", ["Transform", "Transforms"])
def test_a_section_is_called_as_it_is_written(site: Any, title: str) -> None:
    found = problems(
        site, f"[Xml]\nformat = custom\n[{title}]\nx = y\n[Vdf]\nform = hubitem\nasset.title = x\n"
    )
    assert found == [
        f"app.ini:4:5: [{title}] x uses the name 'y', which no field or transform before it has; a text is "
        "written 'y'"
    ]


def test_transforms_of_both_sections_are_carried_out_as_they_are_written(site: Any) -> None:
    worker = site.worker(
        "[Xml]\nformat = custom\n[Transform]\na = 'A'\n[Transforms]\nb = a + 'B'\n"
        "[Vdf]\nform = hubitem\nasset.title = b\n"
    )
    worker.work(site.drop("clip.xml", "<clip/>"))
    assert site.metadata().get("asset.title") == "AB"
