"""Transfers, what plugins get of them, incomings."""

from __future__ import annotations

import pytest

from flowhost_plugins.viz_one.documents import (
    DocumentError,
    Incoming,
    Item,
    Payload,
    PluginData,
    TransferRequest,
    TransferStep,
)

HEAD = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:t="http://ns.vizrt.com/ardome/transfer" xmlns:o="urn:other" '
    'xmlns:v="http://www.vizrt.com/types"'
)


def test_a_new_step_reports() -> None:
    step = TransferStep()
    assert (step.progress.done, step.progress.total, step.state, step.error) == (0, 100, "", "")
    step.progress.done = 67
    step.state = "active"
    again = TransferStep(step.generate())
    assert (again.progress.done, again.progress.total, again.state, again.error) == (67, 100, "active", "")
    again.state, again.error = "error", "no metadata"
    again.progress.done, again.progress.total = 12_345_678, 20_000_000
    final = TransferStep(again.generate())
    assert repr(final.progress) == "<Progress 12345678 of 20000000>"
    assert (final.progress.done, final.state, final.error) == (12_345_678, "error", "no metadata")


@pytest.mark.parametrize(
    "inner",
    [
        "<t:state><t:state>active</t:state></t:state><t:progress><t:done>5</t:done><t:total>10</t:total></t:progress>",
        "<o:state>active</o:state><o:progress done='5' total='10'/>",
        "<o:state><o:state> active </o:state></o:state><o:progress><o:done> 5 </o:done><o:total>10</o:total></o:progress>",
    ],
)
def test_every_spelling_is_read_and_changed_in_its_place(inner: str) -> None:
    step = TransferStep(f"<entry {HEAD}>{inner}</entry>")
    assert (step.state, step.progress.done, step.progress.total) == ("active", 5, 10)
    step.state, step.progress.done = "error", 7.5
    data = step.generate()
    again = TransferStep(data)
    assert (again.state, again.progress.done, again.progress.total) == ("error", 7.5, 10)
    assert b"active" not in data
    assert data.count(b"progress") in (1, 2)


@pytest.mark.parametrize("odd", ["?", "nan", "1e400"])
def test_progress_that_is_no_number_is_none_done(odd: str) -> None:
    step = TransferStep(f"<entry {HEAD}><t:progress><t:done/><t:total>{odd}</t:total></t:progress></entry>")
    assert (step.progress.done, step.progress.total) == (0, 100)
    with pytest.raises(DocumentError, match="no number"):
        step.progress.done = float("nan")


def test_a_request() -> None:
    request = TransferRequest(
        f"<entry {HEAD}><id>urn:vme:default:transferrequest:1</id><link rel='edit' href='e'/><t:priority>low</t:priority>"
        "<t:steps><t:step><entry><id>s1</id></entry></t:step><t:step><id>s2</id></t:step></t:steps></entry>"
    )
    assert (request.priority, request.edit_link.href) == ("low", "e")
    assert [step.atom_id for step in request.steps] == ["s1", "s2"]
    request.priority = "high"
    assert TransferRequest(request.generate()).priority == "high"
    assert TransferRequest().priority == ""


@pytest.mark.parametrize("rel", ["transfer-request", "transferrequest", "transfer"])
def test_an_incoming_leads_to_its_request(rel: str) -> None:
    incoming = Incoming(f"<entry {HEAD}><t:state>active</t:state><link rel='{rel}' href='r'/></entry>")
    assert (incoming.state, incoming.request_link.href) == ("active", "r")
    assert not hasattr(Incoming(), "request_link")


ASSET = (
    "<entry><id>urn:vme:default:asset:1</id><title>Clip</title><link rel='describedby' href='m'>"
    "<v:payload model='http://one.test/form/hubitem/r1'><v:field name='asset.title'><v:value>Clip</v:value></v:field></v:payload>"
    "</link><source><id>not a url</id></source></entry>"
)
SETTINGS = "<v:payload><v:field name='plugin.user'><v:value>u</v:value></v:field></v:payload>"
STEP = "<id>urn:vme:default:transferstep:2</id><link rel='edit' href='step'/>"
REQUEST = "<id>urn:vme:default:transferrequest:3</id><t:source>no</t:source>"
SPELLINGS = {
    "wrapped": f"<o:data {HEAD}><o:sourceurl>ftp://a/x</o:sourceurl><o:destinationurl>ftp://b/y</o:destinationurl>"
    f"<o:asset>{ASSET}</o:asset><o:transferstep><entry>{STEP}</entry></o:transferstep>"
    f"<o:transferrequest><entry>{REQUEST}</entry></o:transferrequest><o:pluginmetadata>{SETTINGS}</o:pluginmetadata></o:data>",
    "hyphens and case": f"<o:PluginData {HEAD}><o:Source-URL>ftp://a/x</o:Source-URL><o:Destination_Url>ftp://b/y</o:Destination_Url>"
    f"<o:Asset>{ASSET}</o:Asset><o:Transfer-Step>{STEP}</o:Transfer-Step>"
    f"<o:TransferRequest>{REQUEST}</o:TransferRequest>{SETTINGS}</o:PluginData>",
    "attributes": f"<o:data {HEAD}><o:source href='ftp://a/x'/><o:destination url='ftp://b/y'/>"
    f"<o:step>{STEP}</o:step><o:request>{REQUEST}</o:request><o:item>{ASSET}</o:item><o:settings>{SETTINGS}</o:settings></o:data>",
    "links and bare entries": f"<feed {HEAD}><link rel='source' href='ftp://a/x'/><link rel='destination' href='ftp://b/y'/>"
    f"{ASSET}<entry>{STEP}</entry><entry>{REQUEST}</entry>{SETTINGS}</feed>",
    "one level down": f"<o:data {HEAD}><o:urls><o:sourceurl>ftp://a/x</o:sourceurl><o:destinationurl>ftp://b/y</o:destinationurl></o:urls>"
    f"<o:entries><o:transferrequest>{REQUEST}</o:transferrequest><o:transferstep>{STEP}</o:transferstep><o:asset>{ASSET}</o:asset></o:entries>"
    f"{SETTINGS}</o:data>",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_plugin_data_in_every_spelling(text: str) -> None:
    data = PluginData(text)
    assert (data.sourceurl, data.destinationurl) == ("ftp://a/x", "ftp://b/y")
    assert data.asset is not None
    assert (data.asset.id, data.asset.title) == ("1", "Clip")
    assert data.asset.metadata is not None
    assert data.asset.metadata.get("asset.title") == "Clip"
    assert data.transferstep is not None
    assert (data.transferstep.id, data.transferstep.edit_link.href) == ("2", "step")
    assert data.transferrequest is not None
    assert data.transferrequest.id == "3"
    assert data.pluginmetadata is not None
    assert data.pluginmetadata.get("plugin.user") == "u"


def test_a_step_of_plugin_data_can_be_sent_alone() -> None:
    step = PluginData(SPELLINGS["wrapped"]).transferstep
    assert step is not None
    step.progress.done = 5
    assert TransferStep(step.generate()).progress.done == 5


def test_plugin_data_with_nothing() -> None:
    data = PluginData()
    assert (data.sourceurl, data.destinationurl) == ("", "")
    assert (data.asset, data.transferstep, data.transferrequest, data.pluginmetadata) == (None,) * 4


def test_the_metadata_of_the_asset_is_not_that_of_the_plugin() -> None:
    data = PluginData(f"<o:data {HEAD}><o:asset>{ASSET}</o:asset></o:data>")
    assert data.pluginmetadata is None
    assert data.asset is not None


def test_plugin_data_that_is_written_is_read() -> None:
    data = PluginData()
    for _ in range(2):  # setting again replaces
        item, step, request, settings = Item(), TransferStep(), TransferRequest(), Payload()
        item.title, step.state, request.priority = "Clip", "active", "low"
        item.metadata = Payload(model="http://one.test/form/hubitem/r1")
        settings.set("plugin.user", "u")
        data.sourceurl, data.destinationurl = "ftp://u:p@a/x", "ftp://b/y"
        data.asset, data.transferstep, data.transferrequest, data.pluginmetadata = (
            item,
            step,
            request,
            settings,
        )
    again = PluginData(data.generate())
    assert (again.sourceurl, again.destinationurl) == ("ftp://u:p@a/x", "ftp://b/y")
    assert again.asset.title == "Clip"
    assert again.asset.metadata.form == "hubitem"
    assert again.transferstep.state == "active"
    assert again.transferrequest.priority == "low"
    assert again.pluginmetadata == settings
    assert data.generate().count(b"entry>") == 2 + 1  # with ends, and one that is empty but for its namespace
