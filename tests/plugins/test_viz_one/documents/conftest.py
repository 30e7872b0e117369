"""What the tests of documents share."""

from __future__ import annotations

import pytest

SAMPLE = """
<{p}payload xmlns{c}="{ns}" model="http://one.test/api/metadata/form/hubitem/r1" xmlns:x="urn:x" x:own="1">
  <{p}field name="asset.title"><{p}value>Sample</{p}value><{p}annotation by="me" x:why="so"/></{p}field>
  <{p}field name="asset.synopsis"/>
  <{p}field name="blank"><{p}value/></{p}field>
  <{p}field name="demo.people"><{p}list>
    <{p}payload><{p}field name="people.name"><{p}value>Ada</{p}value></{p}field></{p}payload>
    <{p}payload><{p}field name="people.name"><{p}value>Bo</{p}value></{p}field></{p}payload>
  </{p}list></{p}field>
  <{p}field name="none"><{p}list/></{p}field>
  <{p}field name="place"><{p}field name="city"><{p}value>Bergen</{p}value></{p}field></{p}field>
  <{p}field name="text"><{p}value> <h:div xmlns:h="http://www.w3.org/1999/xhtml">Hello <h:b>you</h:b></h:div> </{p}value></{p}field>
  <x:unknown>kept</x:unknown>
</{p}payload>
"""
TYPES, ESCENIC = "http://www.vizrt.com/types", "http://www.escenic.com/types"
STYLES = [("", "", TYPES), ("vdf:", ":vdf", TYPES), ("", "", ESCENIC), ("p:", ":p", ESCENIC)]


@pytest.fixture(params=STYLES, ids=["default", "prefixed", "old default", "old prefixed"])
def payload_text(request: pytest.FixtureRequest) -> str:
    prefix, colon, namespace = request.param
    return SAMPLE.format(p=prefix, c=colon, ns=namespace)
