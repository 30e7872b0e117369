"""A button is pressed while Vidispine is away: whoever pressed is told so, and nothing is done later unasked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from flowhost.testing.services import missing

PROFILE = """\
[Flow]
app name = app
worker = rules
[Database]
[Rules]
[Threads]
[Source]
type = portal-processes
port = 0
[Vidispine]
url = {url}
username = {user}
password = {password}
retries = 0
"""

RULE = """\
name: Publish
trigger: manual
actions: [{set-metadata: {fields: {title: published}}}]
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    try:
        from flowhost_devserver import VidispineServer
    except ImportError:
        missing("no development server is installed; pip install ./contrib/flowhost-devserver")
    with VidispineServer(tmp_path / "site") as running:
        yield running


def test_a_press_while_vidispine_is_away(
    start: Any, flowhost: Any, eventually: Callable[..., None], tmp_path: Path, server: Any
) -> None:
    items = [server.catalogue.create_item({}, title="raw").id for _ in range(3)]
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/publish.yaml").write_text(RULE)
    profile = PROFILE.format(url=server.url, user=server.user, password=server.password)
    (tmp_path / "app.ini").write_text(profile)
    program = start("run", "app.ini")
    program.wait_for("/start_process/")
    (url,) = re.findall(r"buttons are taken at (\S+)", program.output)

    def press() -> requests.Response:
        form = {"process_id": "process_Publish", "selected_objects": ",".join(items)}
        return requests.post(url, data=form, timeout=60)

    server.faults.add("503:method=GET,path=/API/item/*")
    answer = press()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.json()["error"] == "the event could not be kept; send it again"
    program.wait_for("was answered 503")
    server.faults.clear()
    assert json.loads(flowhost("dead-letters", "list", "--app", "app", "--json").stdout) == []
    assert [server.catalogue.item(one).title for one in items] == ["raw"] * 3

    assert press().json()["message"] == "3 items queued"
    eventually(
        lambda: [server.catalogue.item(one).title for one in items] == ["published"] * 3, "the runs to end"
    )
    assert program.terminate() == 0
