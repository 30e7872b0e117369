"""Transfer requests, their steps, and what a transfer plugin is started with."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

T = "http://ns.vizrt.com/ardome/transfer"


def started(client: Any) -> tuple[Any, str]:
    number = client.one(client.made("Clip"), "/*/core:ardomeIdentity/text()")
    transfer = client.server.add_transfer(
        asset=number,
        source="ftp://user:pw@127.0.0.1/in.mxf",
        destination="ftp://user:pw@127.0.0.1/out.mxf",
        settings={"plugin.user": "admin", "plugin.password": "secret", "my.folder": "in"},
    )
    data = client.server.plugin_data(transfer)
    root = etree.fromstring(data)
    edits = root.xpath(
        "//t:transferstep//a:link[@rel='edit']/@href", namespaces={"t": T, "a": "http://www.w3.org/2005/Atom"}
    )
    return transfer, str(edits[0])


def report(state: str, done: str, error: str = "") -> str:
    return (
        f"<entry xmlns='http://www.w3.org/2005/Atom' xmlns:t='{T}'><t:state><t:state>{state}</t:state></t:state>"
        f"<t:progress><t:done>{done}</t:done></t:progress><t:error>{error}</t:error></entry>"
    )


def test_a_plugin_gets_all_it_needs(client: Any) -> None:
    transfer, _ = started(client)
    root = etree.fromstring(client.server.plugin_data(transfer))
    names = {"t": T, "a": "http://www.w3.org/2005/Atom", "v": "http://www.vizrt.com/types"}
    assert root.xpath("string(t:sourceurl)", namespaces=names) == "ftp://user:pw@127.0.0.1/in.mxf"
    assert root.xpath("string(t:destinationurl)", namespaces=names) == "ftp://user:pw@127.0.0.1/out.mxf"
    assert root.xpath("string(t:asset/a:entry/a:title)", namespaces=names) == "Clip"
    assert root.xpath("t:asset//v:payload", namespaces=names)
    password = "string(t:pluginmetadata//v:field[@name='plugin.password']/v:value)"
    assert root.xpath(password, namespaces=names) == "secret"
    folder = "string(t:pluginmetadata//v:field[@name='my.folder']/v:value)"
    assert root.xpath(folder, namespaces=names) == "in"


def test_progress_is_kept(client: Any) -> None:
    transfer, edit = started(client)
    tag = client.get(edit).headers["ETag"]
    assert client.ask("PUT", edit, report("active", "42.5"), If_Match=tag).status_code == 200
    step = client.server.transfer_step(transfer)
    assert (step.state, step.done, step.error) == ("active", 42.5, "")
    assert client.ask("PUT", edit, report("active", "43"), If_Match=tag).status_code == 412
    assert client.ask("PUT", edit, report("error", "43", "disk full")).status_code == 200
    request = client.get(client.link(client.get(edit), "transfer-request"))
    assert client.find(request, "/*/transfer:state/transfer:state/text()") == ["error"]
    assert client.find(request, "/*/transfer:error/text()") == ["disk full"]


@pytest.mark.parametrize("body", [report("resting", "1"), report("active", "101"), report("active", "-1")])
def test_progress_must_make_sense(client: Any, body: str) -> None:
    _, edit = started(client)
    assert client.ask("PUT", edit, body).status_code == 422


def test_the_priority_can_be_changed(client: Any) -> None:
    transfer, _ = started(client)
    here = f"/thirdparty/transfer/{transfer.number}"
    entry = client.get(here)
    changed = entry.text.replace(">medium<", ">high<")
    assert client.ask("PUT", here, changed, If_Match=entry.headers["ETag"]).status_code == 200
    assert client.one(client.get(here), "/*/transfer:priority/text()") == "high"
    assert client.ask("PUT", here, changed.replace(">high<", ">now<")).status_code == 422
