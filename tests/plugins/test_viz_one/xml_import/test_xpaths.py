"""XPath expressions and the documents they are used on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import flowhost
from flowhost_plugins.viz_one.xml_import.xpaths import XPath

STORY = "[Xml]\nformat = custom\n[Field:t]\nxpath = /a\n[Vdf]\nform = hubitem\nasset.title = t\n"


@pytest.mark.parametrize(
    ("xpath", "expected"),
    [
        ("//item", "first"),
        ("//item/text()", "first"),
        ("//item/@n", "1"),
        ("/a/empty", None),
        ("/a/nothing", None),
        ("string(//item[2])", "second"),
        ("count(//item)", "2"),
        ("count(//item) div 4", "0.5"),
        ("number('x')", None),
        ("10000000000000000 * 100000", "1000000000000000000000"),
        ("count(//item) = 2", "true"),
        ("not(//item)", "false"),
        ("concat(//item[1]/@n, '-', 'p:q')", "1-p:q"),
        ("local-name(/*)", "a"),
        ("//comment()", "said"),
        ("/a/p:x", "in p"),
        ("child::p:x/ancestor::a/item[last()]", "second"),
        ("/a/namespace::p", "urn:p"),
    ],
)
def test_results_of_every_kind(site: Any, xpath: str, expected: str | None) -> None:
    profile = f"[Xml]\nformat = custom\n[Namespaces]\np = urn:p\n[Field:v]\nxpath = {xpath}\n" + (
        "[Vdf]\nform = hubitem\nasset.title = repr_of\n[Transforms]\nrepr_of = 'none' if v is None else '[' + v + ']'\n"
    )
    document = "<a xmlns:p='urn:p'><!--said--><empty/><item n='1'>first</item><item n='2'>second</item><p:x>in p</p:x></a>"
    site.worker(profile).work(site.drop("one.xml", document))
    assert site.metadata().get("asset.title") == ("none" if expected is None else f"[{expected}]")


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE a [<!ENTITY x 'aaaaaaaaaa'><!ENTITY y '&x;&x;&x;'>]><a>&y;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x.dtd'> %x;]><a/>",
        "<!DOCTYPE a SYSTEM 'partner.dtd'><a>&eacute;</a>",
        "<a>" * 5000 + "</a>" * 5000,
        "<a",
        "\ufeff",
    ],
    ids=range(7),
)
def test_a_deep_or_hostile_document_is_rejected(site: Any, document: str) -> None:
    with pytest.raises(flowhost.Rejected, match=r"'bad\.xml'"):
        site.worker(STORY).work(site.drop("bad.xml", document))
    assert (site.inbox / "bad.xml").exists()


def test_a_document_type_alone_does_no_harm(site: Any) -> None:
    profile = "[Xml]\nformat = custom\n[Field:t]\nxpath = /a\n[Vdf]\nform = hubitem\nasset.title = t\n"
    site.worker(profile).work(
        site.drop("one.xml", "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/p.dtd'><a>One</a>")
    )
    assert site.metadata().get("asset.title") == "One"


PIECES = st.sampled_from([
    "/", "//", "a", "@b", "p:c", "q:d", "[", "]", "(", ")", "1", "'x'", "text()", "count", "|", "+", "*", "..", "::",
    "ancestor", "document", "$v", "and", ",", " ", "\x00", "é", "id", "string", "\ud800",
])  # fmt: skip


@given(st.lists(PIECES, max_size=8).map("".join))
def test_any_xpath_is_a_problem_of_the_profile_or_works(text: str) -> None:
    written = flowhost.Value("xpath", text, flowhost.Place("app.ini", 3, 9))
    document = etree.fromstring("<a b='1' xmlns:p='urn:p'><p:c>text</p:c><a/></a>")
    try:
        found = XPath(written, {"p": "urn:p"}).first_text(document)
    except flowhost.ConfigError as error:
        assert str(error).startswith("app.ini:3:9: the XPath ")
    except flowhost.Rejected:
        pass  # what only shows in a document
    else:
        assert found is None or type(found) is str
