from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.viz_one import PluginData, VizOne
from flowhost_plugins.viz_one.transfer import PluginDataParser, Transfer, TransferFailed, TransferPlugin


class Recording(TransferPlugin):
    """Does with a transfer what the test says."""

    name = "recording"

    def __init__(self, does: Callable[[Transfer], None], **needs: Any) -> None:
        super().__init__(**needs)
        self.does = does
        self.requires: dict[str, bool] = {}
        self.used: Transfer | None = None

    def start(self, data: Any) -> None:
        self.used = self.use(data, **self.requires)
        self.does(self.used)


@pytest.fixture
def server(transfer_server: Any) -> Any:
    return transfer_server


@pytest.fixture
def plugin(transfer_client: VizOne, clock: FakeClock) -> Callable[..., Recording]:
    return lambda does=lambda transfer: None: Recording(does, viz_one=transfer_client, clock=clock)


def event(data: object) -> flowhost.Event:
    return flowhost.Event("stdin.text", data)


def without(data: bytes, element: str) -> bytes:
    """The plugin data without an element."""
    cut, count = re.subn(
        rb"<transfer:%s>.*?</transfer:%s>" % (element.encode(), element.encode()), b"", data, flags=re.S
    )
    assert count
    return cut


# -- use


@pytest.mark.parametrize("shape", [bytes, lambda data: data.decode(), PluginData, PluginDataParser().parse])
def test_all_is_at_hand(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any], shape: Callable[[bytes], Any]
) -> None:
    made = transfer()
    worker = plugin()
    assert worker.work(event(shape(server.plugin_data(made)))) is None
    used = worker.used
    assert used
    assert used.source == "ftp://ann:x@one.test/media/clip.mxf"
    assert used.destination == "ftp://ann:x@one.example/in/clip.mxf"
    assert used.asset.title == "A clip"
    assert used.asset.metadata is not None
    assert used.asset.metadata.get("asset.title") == "A clip"
    assert used.settings.get("plugin.user") == "ann"
    assert used.step.state == "new"
    assert used.request.priority == "medium"


@pytest.mark.parametrize("part", ["transferstep", "transferrequest", "pluginmetadata"])
def test_without_step_request_or_settings_it_is_an_error(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any], part: str
) -> None:
    with pytest.raises(flowhost.Permanent, match="the plugin data have no") as caught:
        plugin().work(event(without(server.plugin_data(transfer(destination="")), part)))
    assert "what the transfer subsystem writes" in str(caught.value)


@pytest.mark.parametrize("data", ["", b"", "no XML", "<other/>", "<a><b></a>"])
def test_what_are_no_plugin_data(plugin: Callable[..., Recording], data: object) -> None:
    with pytest.raises(flowhost.Permanent):
        plugin().work(event(data))


@pytest.mark.parametrize(
    ("given", "flag", "message"),
    [
        ({"source": ""}, "require_source", "There is no source URL in the plugin data."),
        ({"destination": ""}, "require_destination", "There is no destination URL in the plugin data."),
        ({"asset": ""}, "require_asset", "There is no asset in the plugin data."),
    ],
)
def test_what_is_required_and_missing_fails_the_transfer(
    server: Any,
    plugin: Callable[..., Recording],
    transfer: Callable[..., Any],
    given: dict[str, str],
    flag: str,
    message: str,
) -> None:
    made = transfer(**given)
    worker = plugin()
    assert worker.work(event(server.plugin_data(made))) == message
    step = server.transfer_step(made)
    assert (step.state, step.error) == ("error", message)
    assert worker.used is None

    again = transfer(**given)
    relaxed = plugin()
    relaxed.requires = {flag: False}
    assert relaxed.work(event(server.plugin_data(again))) is None
    assert server.transfer_step(again).state == "new"
    assert relaxed.used


def test_an_asset_that_is_not_there(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    worker = plugin(lambda used: print(used.asset))
    worker.requires = {"require_asset": False}
    with pytest.raises(flowhost.Permanent, match="the plugin data have no asset"):
        worker.work(event(server.plugin_data(transfer(asset=""))))
    assert worker.used
    assert not worker.used.has_asset


def test_viz_one_is_asked_in_the_name_of_the_settings(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    made = transfer(settings={"plugin.user": "stranger", "plugin.password": "x"}, source="")
    with pytest.raises(flowhost.Permanent, match="401"):
        plugin().work(event(server.plugin_data(made)))
    plain = transfer(settings={})
    worker = plugin(lambda used: used.update_progress(5))
    worker.work(event(server.plugin_data(plain)))
    assert server.transfer_step(plain).done == 5


# -- progress


def test_progress_is_told_once_a_second_never_backwards_and_at_once_when_complete(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any], clock: FakeClock
) -> None:
    made = transfer()
    seen = []

    def work(used: Transfer) -> None:
        for percent, later in [(0, 0), (10, 0.5), (20, 0.6), (15, 5), (30, 0), (40, 0.1), (100, 0), (50, 9)]:
            clock.advance(later)
            used.update_progress(percent)
            step = server.transfer_step(made)
            seen.append((step.state, step.done))

    plugin(work).work(event(server.plugin_data(made)))
    assert [done for _, done in seen] == [0, 0, 20, 20, 30, 30, 100, 100]
    assert {state for state, _ in seen} == {"active"}


def test_the_state_is_active_from_the_first_report_on(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    made = transfer()
    plugin(lambda used: used.update_progress(-3)).work(event(server.plugin_data(made)))
    step = server.transfer_step(made)
    assert (step.state, step.done, step.error) == ("active", 0, "")


def test_the_progress_can_be_asked(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    told = []

    def work(used: Transfer) -> None:
        told.append(used.get_progress())
        used.update_progress(67)
        told.append(used.get_progress())

    plugin(work).work(event(server.plugin_data(transfer())))
    assert told == [("new", 0), ("active", 67)]


def test_a_report_that_cannot_be_made_does_not_end_the_transfer(
    server: Any,
    plugin: Callable[..., Recording],
    transfer: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = transfer()
    data = server.plugin_data(made)
    server.faults.add("500:method=PUT")
    done = threading.Event()

    def work(used: Transfer) -> None:
        used.update_progress(10)
        done.set()

    assert plugin(work).work(event(data)) is None
    assert done.is_set()
    assert "Viz One could not be told that the transfer is at 10 %" in caplog.text


@pytest.mark.parametrize("status", ["409", "412"])
def test_a_step_that_changed_meanwhile_is_read_again(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any], status: str
) -> None:
    made = transfer()
    data = server.plugin_data(made)
    server.faults.add(f"{status}:method=PUT,count=1")
    plugin(lambda used: used.update_progress(10)).work(event(data))
    assert server.transfer_step(made).done == 10


def test_several_threads_may_report(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    made = transfer()

    def work(used: Transfer) -> None:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(used.update_progress, range(0, 101, 5)))

    plugin(work).work(event(server.plugin_data(made)))
    assert server.transfer_step(made).done == 100


def test_several_transfers_at_once_do_not_meet(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    worker = plugin()
    together = threading.Barrier(3, timeout=60)

    def work(used: Transfer) -> None:
        together.wait()
        used.update_progress(int(used.source.rpartition("/")[2]))
        together.wait()

    worker.does = work
    made = [transfer(source=f"ftp://one.test/{number}") for number in (10, 20, 30)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda one: worker.work(event(server.plugin_data(one))), made))
    assert [server.transfer_step(one).done for one in made] == [10, 20, 30]


# -- fail


def test_fail_shows_the_message_and_ends_the_work(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    made = transfer()

    def work(used: Transfer) -> None:
        try:
            used.fail("There were <errors> & more!")
        except Exception:  # noqa: BLE001  # as plugins do, which must not take it for an error
            pytest.fail("it is no Exception")

    assert plugin(work).work(event(server.plugin_data(made))) == "There were <errors> & more!"
    step = server.transfer_step(made)
    assert (step.state, step.error) == ("error", "There were <errors> & more!")


def test_outside_a_daemon_fail_ends_the_process_with_status_0(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    with pytest.raises(SystemExit) as caught:
        plugin(lambda used: used.fail("No.")).start(server.plugin_data(transfer()))
    assert isinstance(caught.value, TransferFailed)
    assert (caught.value.code, caught.value.message) == (0, "No.")


def test_a_failure_that_viz_one_cannot_be_told_is_an_error(
    server: Any, plugin: Callable[..., Recording], transfer: Callable[..., Any]
) -> None:
    data = server.plugin_data(transfer())
    server.faults.add("500:method=PUT")
    with pytest.raises(flowhost.Unavailable):
        plugin(lambda used: used.fail("No.")).work(event(data))


# -- the parser


def test_the_parser_refuses_what_is_too_large() -> None:
    with pytest.raises(flowhost.Rejected, match="the plugin data are 11 bytes, more than 10"):
        PluginDataParser(max_size=10).parse(b"x" * 11)
    with pytest.raises(ValueError, match="max size is 0"):
        PluginDataParser(max_size=0)
