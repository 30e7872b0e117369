"""The exports as Viz One runs them: plugin data on the standard input, real FTP servers, a development server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import Payload, PluginData, VizOne
from flowhost_plugins.viz_one.xml_export import XmlExportArdftp, XmlExportFxp

GIVER, TAKER = "127.0.0.2", "127.0.0.3"
CONTENT = bytes(range(256)) * 500
EXAMPLES = Path(__file__).parents[4] / "examples"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(transfer_server: Any, tmp_path: Path) -> Run:
    """Runs an example profile for a transfer; what differs at this site stands in a file of the site's own."""
    host = transfer_server.url.partition("://")[2]

    def run(name: str, transfer: Any, more: str = "") -> subprocess.CompletedProcess[str]:
        app = name.removeprefix("viz-one-")
        site = f"[Viz One]\nhostname = {host}\nuse https = no\n\n[Worker]\n{more}\n"
        (tmp_path / f"{app}.ini").write_text(site)
        return subprocess.run(
            [sys.executable, "-m", "flowhost", "run", str(EXAMPLES / f"{name}.ini")],
            input=transfer_server.plugin_data(transfer).decode(),
            env={**os.environ, "PYTHON_CONFIG_ROOT": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def title_of(xml: bytes | None) -> Any:
    assert xml
    return Payload(xml).get("asset.title")


@pytest.mark.slow
def test_fxp(run: Run, serve: Callable[..., Any], transfer: Callable[..., Any], transfer_server: Any) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign")
    made = transfer(source=giver.put("/media/clip.mxf", CONTENT), destination=taker.url("/clip.mxf"))
    done = run("viz-one-xml-export-fxp", made)
    assert done.returncode == 0, done.stderr
    assert taker.read("/clip.mxf") == CONTENT
    assert title_of(taker.read("/clip.mxf.xml")) == "A clip"
    step = transfer_server.transfer_step(made)
    assert (step.state, step.done, step.error) == ("active", 100, "")
    assert [word for word in ("s3cr", "p@ss", "p%40ss") if word in done.stdout + done.stderr] == []


@pytest.mark.slow
def test_fxp_that_is_refused_is_shown_in_viz_one(
    run: Run, serve: Callable[..., Any], transfer: Callable[..., Any], transfer_server: Any
) -> None:
    giver, taker = serve(GIVER), serve(TAKER, "--foreign")
    made = transfer(source=giver.put("/clip.mxf", CONTENT), destination=taker.url("/clip.mxf"))
    done = run("viz-one-xml-export-fxp", made)
    assert done.returncode == 0, done.stderr
    step = transfer_server.transfer_step(made)
    assert step.state == "error"
    assert f"the source server {GIVER}:{giver.port} refused" in step.error
    assert "AllowForeignAddress on (proftpd)" in step.error
    assert (taker.read("/clip.mxf"), taker.read("/clip.mxf.xml")) == (None, None)
    assert "s3cr" not in step.error


@pytest.mark.slow
def test_ardftp(
    run: Run, serve: Callable[..., Any], transfer: Callable[..., Any], transfer_server: Any
) -> None:
    giver, taker = serve(GIVER), serve(TAKER)
    made = transfer(source=giver.put("/media/clip.mxf", CONTENT), destination=taker.url("/clip.mxf"))
    done = run("viz-one-xml-export-ardftp", made)
    assert done.returncode == 0, done.stderr
    assert taker.read("/clip.mxf") == CONTENT
    assert title_of(taker.read("/clip.mxf.xml")) == "A clip"
    assert transfer_server.transfer_step(made).done == 100
    assert [word for word in ("s3cr", "p@ss", "p%40ss") if word in done.stdout + done.stderr] == []


@pytest.mark.slow
def test_data_without_settings_end_with_status_1(run: Run, transfer: Callable[..., Any]) -> None:
    done = run("viz-one-xml-export-fxp", transfer(settings=None))
    assert done.returncode == 1
    assert "the plugin data have no plugin metadata" in done.stdout + done.stderr


# -- without a process of its own


@pytest.fixture(params=[XmlExportFxp, XmlExportArdftp])
def export(request: pytest.FixtureRequest, transfer_client: VizOne) -> Any:
    return request.param(viz_one=transfer_client, clock=flowhost.SystemClock(), time_out=5)


def work(export: Any, data: bytes | PluginData) -> Any:
    return export.work(flowhost.Event("stdin.text", data))


def test_an_asset_without_metadata(export: Any, transfer: Callable[..., Any], transfer_server: Any) -> None:
    data = PluginData(transfer_server.plugin_data(transfer()))
    assert data.asset is not None
    for link in data.asset.links:
        if link.rel == "describedby":
            for payload in list(link.element):
                link.element.remove(payload)
    assert work(export, data) == "The asset has no metadata to export."


@pytest.mark.parametrize("where", ["source", "destination"])
def test_an_address_that_cannot_be_used(
    export: Any, transfer: Callable[..., Any], transfer_server: Any, where: str
) -> None:
    made = transfer(**{where: "http://ann:s3cret@one.test/clip.mxf"})
    message = "an address of kind 'http' cannot be used; expected ftp://user:password@host/path"
    assert work(export, transfer_server.plugin_data(made)) == message
    assert transfer_server.transfer_step(made).error == message


def test_xml_that_cannot_be_written_fails_the_transfer(
    serve: Callable[..., Any], transfer: Callable[..., Any], transfer_server: Any, transfer_client: VizOne
) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign")
    (taker.folder / "clip.mxf.xml").mkdir()
    made = transfer(source=giver.put("/clip.mxf", CONTENT), destination=taker.url("/clip.mxf"))
    export = XmlExportFxp(viz_one=transfer_client, clock=flowhost.SystemClock())
    message = work(export, transfer_server.plugin_data(made))
    assert f"the destination server {TAKER}:{taker.port} refused to store /clip.mxf.xml: 550" in message
    assert taker.read("/clip.mxf") is None, "media without its XML is half a transfer"
    assert transfer_server.transfer_step(made).state == "error"


@pytest.mark.parametrize(
    ("options", "message"),
    [({"tries": 0}, "tries is 0, expected 1 or more"), ({"encoding": "klingon"}, "encoding is 'klingon'")],
)
def test_options_that_cannot_be(options: dict[str, Any], message: str, transfer_client: VizOne) -> None:
    with pytest.raises(ValueError, match=message):
        XmlExportFxp(viz_one=transfer_client, clock=flowhost.SystemClock(), **options)
