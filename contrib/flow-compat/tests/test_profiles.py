"""``flowhost check`` on profiles for Flow: what is known, and what is said of what cannot run."""

from __future__ import annotations

from typing import Any

import pytest

WHOLE = """[Flow]
app name = whole
class = whole.Mine
workers = 0
worker_timeout = 0
[Logging]
level = info
color = yes
logger = flow
formal = no
file name = /tmp/log.txt
[Source]
interval = 1
[Viz One]
enabled = no
hostname = $HOST
username = DOMAIN+user
password = pass
use https = yes
check certificates = yes
pem file =
time out = 60
[Stomp]
heartbeats = yes
heartbeat interval = 5
heartbeat timeout = 10
[Nobody knows]
this = section
"""


def test_every_section_and_key_of_flow_is_known(
    flowhost: Any, application: Any, environ: dict[str, str]
) -> None:
    code = (
        "from flow import Flow\nfrom flow.source import Interval\nclass Mine(Flow):\n    SOURCE = Interval\n"
    )
    environ["HOST"] = "one.test"
    checked = flowhost("check", application("whole", code, WHOLE))
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        (
            "class Mine(Flow):\n    SOURCE = Once\n",
            "colour = red\n",
            "unknown option 'colour' of source 'Once'",
        ),
        ("class Mine(Flow):\n    SOURCE = dict\n", "", "is made from none of Once, Iterable, EventBased"),
        (
            "class Any(Once):\n    def __init__(self, **options): pass\nclass Mine(Flow):\n    SOURCE = Any\n",
            "",
            "takes '**options'; name the options it has instead",
        ),
        (
            "from xmlimport import XmlImport\nclass Mine(XmlImport):\n    pass\n",
            "",
            "flowhost's worker 'xml-import'",
        ),
    ],
    ids=["unknown-option", "no-source", "any-option", "made-from-built-in"],
)
def test_what_cannot_run_is_said(flowhost: Any, application: Any, code: str, text: str, said: str) -> None:
    code = "from flow import Flow, Once\nfrom flow.needs import NeedsClient\n" + code
    checked = flowhost("check", application("wrong", code, f"[Flow]\nclass = wrong.Mine\n[Source]\n{text}"))
    assert checked.returncode == 78
    assert said in checked.stderr, checked.stderr


def test_without_a_section_viz_one_has_the_defaults(flowhost: Any, application: Any) -> None:
    code = "from flow import Flow, Once\nfrom flow.needs import NeedsClient\nclass Mine(Flow, NeedsClient):\n    SOURCE = Once\n"
    checked = flowhost("check", application("plain", code, "[Flow]\nclass = plain.Mine\n"))
    assert checked.returncode == 0, checked.stderr
