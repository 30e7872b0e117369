"""Transfer plugins, started as the transfer subsystem starts them: plugin data on the standard input."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("flowhost_devserver", reason="flowhost-devserver is not installed")


@dataclass
class Order:
    """What a plugin is to do, and its step on the server."""

    data: bytes
    step: Callable[[], Any]


@pytest.fixture
def order(server: Any, client: Any) -> Callable[..., Order]:
    """Have the server order a transfer."""
    from flow.operation import create_or_update_asset
    from flowhost_devserver.viz_one import transfer_records, transfers

    def make(**values: Any) -> Order:
        item = create_or_update_asset("SITE-1", {"form": "hubitem", "asset.title": "One"})
        login = {"plugin.user": server.user, "plugin.password": server.password}
        urls = {"source": "ftp://a:b@one.test/in/clip.mxf", "destination": "ftp://c:d@one.test/out/clip.mxf"}
        made = transfer_records.add_transfer(
            server.site, **{"title": "Export", "asset": item.id, "settings": login, **urls, **values}
        )
        return Order(
            transfers.plugin_data(server.site, made),
            lambda: transfer_records.step(server.site, made.steps[0]),
        )

    return make


@pytest.fixture
def profile(sample: Any, server: Any, viz_one_section: Any) -> str:
    """The profile of the documentation, with the server in it."""
    return sample("myplugin.ini").replace("[Viz One]\nuse https = no\n", viz_one_section(server))


def test_a_plugin_of_the_documentation(
    start: Any, application: Any, sample: Any, order: Any, profile: str
) -> None:
    given = order()
    program = start(application("myplugin", sample("myplugin.txt"), profile), "-g", given=given.data)
    assert program.wait() == 0, program.output
    assert "Asset is One" in program.output
    assert "Source URL is ftp://" in program.output
    assert "a:b@" not in program.output
    assert (given.step().state, given.step().done) == ("active", 100)


def test_a_failed_transfer_ends_with_status_0_and_a_message(
    start: Any, application: Any, sample: Any, order: Any, profile: str
) -> None:
    given = order()
    code = sample("transfer.txt").replace("MyTransferPlugin", "MyPlugin")
    program = start(application("myplugin", code, profile), given=given.data)
    assert program.wait() == 0, program.output
    assert (given.step().state, given.step().error) == ("error", "There were errors!")


def test_what_is_missing_fails_the_transfer(
    start: Any, application: Any, sample: Any, order: Any, profile: str
) -> None:
    given = order(destination="")
    program = start(application("myplugin", sample("myplugin.txt"), profile), given=given.data)
    assert program.wait() == 0, program.output
    assert given.step().state == "error"
    assert "destination" in given.step().error


def test_a_plugin_that_breaks_ends_with_an_error(
    start: Any, application: Any, order: Any, profile: str
) -> None:
    code = "from flow.transfer import TransferPlugin\nclass MyPlugin(TransferPlugin):\n    def start(self, data):\n        1 / 0\n"
    program = start(application("myplugin", code, profile), given=order().data)
    assert program.wait() == 1, program.output
    assert "ZeroDivisionError" in program.output


def test_input_that_is_no_plugin_data_ends_with_an_error(
    start: Any, application: Any, sample: Any, profile: str
) -> None:
    program = start(application("myplugin", sample("myplugin.txt"), profile), given=b"<no")
    assert program.wait() == 1, program.output


@pytest.mark.slow
def test_many_transfers_at_once(start: Any, application: Any, sample: Any, order: Any, profile: str) -> None:
    code = sample("myplugin.txt").replace(
        "self.update_progress(100)", "import time; time.sleep(2); self.update_progress(100)"
    )
    path = application("myplugin", code, profile)
    orders = [order() for _ in range(3)]
    programs = [start(path, given=each.data) for each in orders]
    assert [program.wait() for program in programs] == [0, 0, 0], programs[0].output
    assert [each.step().done for each in orders] == [100, 100, 100]


def test_an_export_under_its_old_name_reports_to_its_step(
    start: Any, application: Any, order: Any, profile: str
) -> None:
    given = order(source="ftp://a:b@127.0.0.1:1/in/clip.mxf")
    path = application("exports", "", profile.replace("myplugin.MyPlugin", "xmlexport.XmlExportFXP"))
    program = start(path, given=given.data)
    assert program.wait() == 0, program.output
    assert given.step().state == "error"
    assert "127.0.0.1" in given.step().error
    assert not (path.parent.parent / "state").exists(), "a transfer keeps no records"


@pytest.mark.parametrize("name", ["XmlExportFXP", "XmlExportArdFTP"])
def test_the_exports_are_found_under_their_old_names(
    flowhost: Callable[..., subprocess.CompletedProcess[str]], application: Any, profile: str, name: str
) -> None:
    path = application("exports", "", profile.replace("myplugin.MyPlugin", f"xmlexport.{name}"))
    checked = flowhost("check", path)
    assert checked.returncode == 0, checked.stderr
