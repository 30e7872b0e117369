"""The action `send-email`: what is in a letter, and that nothing else can get into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import flowhost
from flowhost.testing.clock import START, FakeClock
from flowhost.testing.workbench import workbench
from flowhost_plugins.mail import SendEmail

Start = Callable[..., Any]
TAGS = {"title": "Night train", "itemId": "VX-7", "cast": ("ann@example.com", "bo@example.com")}


class Library:
    def link(self, item_id: str) -> str:
        return f"https://portal.example.com/item/{item_id}"


def context(tags: Mapping[str, Any] = TAGS, **more: Any) -> flowhost.Context:
    event = more.pop("event", flowhost.Event("rule.start", time=START))
    return flowhost.Context(event, item="VX-7", tags=tags, rule="Tell the desk", run="12", step=2, **more)


def action(server: Any, *to: str, assets: Any = None, **texts: str) -> SendEmail:
    given = {name: flowhost.Template(text) for name, text in texts.items()}
    recipients = tuple(flowhost.Template(one) for one in to or ("desk@example.com",))
    return SendEmail(to=recipients, mail=server.make(), assets=assets, clock=FakeClock(), **given)


def test_without_a_text(post: Start) -> None:
    server = post()
    outcome = action(server, assets=Library()).act(context())
    assert (outcome.state, outcome.reason) == ("done", "sent to desk@example.com")
    letter = server.inbox.letters[0]
    assert letter["Subject"] == "Night train"
    assert letter["From"] == "Archive <archive@example.com>"
    assert letter["To"] == "desk@example.com"
    assert letter["Date"].datetime == START
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content() == (
        "Night train\nVX-7\nhttps://portal.example.com/item/VX-7\n\nRule: Tell the desk\n"
    )


def test_without_an_item_or_a_library(post: Start) -> None:
    server = post()
    action(server).act(flowhost.Context(flowhost.Event("tick", time=START), rule="Nightly"))
    assert server.inbox.letters[0]["Subject"] == "Nightly"
    assert server.inbox.letters[0].get_content() == "\nRule: Nightly\n"


def test_texts_with_tags(post: Start) -> None:
    server = post()
    texts = {
        "subject": "${rule}: ${title} grün",
        "text": "See ${link}\n",
        "html": '<a href="${link}">${title}</a>',
    }
    action(server, "${cast}", "Bo <bo@example.com>", assets=Library(), **texts).act(
        context(TAGS | {"title": '<b>"x" & y'})
    )
    letter = server.inbox.letters[0]
    assert server.inbox.recipients == [["ann@example.com", "bo@example.com"]]
    assert letter["Subject"] == 'Tell the desk: <b>"x" & y grün'
    plain, html = letter.iter_parts()
    assert plain.get_content() == "See https://portal.example.com/item/VX-7\n"  # type: ignore[attr-defined]
    assert html.get_content() == (  # type: ignore[attr-defined]
        '<a href="https://portal.example.com/item/VX-7">&lt;b&gt;&quot;x&quot; &amp; y</a>\n'
    )


def test_the_message_id_names_the_step(post: Start) -> None:
    server = post()
    send = action(server)
    for one in (context(), context(attempt=2)):
        send.act(one)
    others = (
        flowhost.Context(context().event, item="VX-8", tags=TAGS, rule="Tell the desk", run="13", step=2),
        flowhost.Context(context().event, item="VX-7", tags=TAGS, rule="Tell the desk", run="12", step=3),
        context(event=flowhost.Event("rule.start", time=START + timedelta(seconds=1))),
    )
    for one in others:
        send.act(one)
    first, again, *different = [letter["Message-ID"] for letter in server.inbox.letters]
    assert first == again
    assert first.endswith("@example.com>")
    assert len({first, *different}) == 4


def test_nobody_to_send_to(post: Start) -> None:
    server = post()
    outcome = action(server, "${contact:-}").act(context())
    assert (outcome.state, outcome.reason) == ("skipped", "there is nobody to send it to")
    assert action(server, "${contact:-}").plan(context()) == ""


@pytest.mark.parametrize(
    "value", ["nobody", "a@b.c, d@e.f", "a@b.c\nBcc: d@e.f", "a@b.c;d@e.f", "@", "a@b.c>", "\0@b.c"]
)
def test_what_is_no_address(post: Start, value: str) -> None:
    server = post()
    with pytest.raises(flowhost.Permanent, match="is no mail address, expected one such as"):
        action(server, "${title}").act(context({"title": value}))
    assert server.inbox.letters == []


def test_a_tag_without_value(post: Start) -> None:
    server = post()
    with pytest.raises(flowhost.UndefinedTag, match="producer"):
        action(server, text="${producer}").act(context())
    assert server.inbox.letters == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(codec=None), min_size=1))
def test_no_title_becomes_a_header(post_once: Any, title: str) -> None:
    server = post_once
    action(server, subject="x${title}", text="y${title}").act(
        context({"title": title + "\r\nBcc: eve@example.com"})
    )
    letter, recipients = server.inbox.letters.pop(), server.inbox.recipients.pop()
    assert recipients == ["desk@example.com"]
    own = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    assert set(letter.keys()) == own | {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    assert len(letter.keys()) == 9


@pytest.fixture
def post_once(post: Start) -> Any:
    return post()


def test_the_plan(post: Start) -> None:
    assert action(post(), "${cast}", subject="New: ${title}").plan(context()) == (
        "send 'New: Night train' to ann@example.com, bo@example.com"
    )


def test_in_a_rule(post: Start) -> None:
    server = post()
    bench = workbench(resources=[server.make()])
    data = {"to": "desk@example.com", "subject": "${title}"}
    made = bench.make("action", "send-email", data, place=flowhost.Place("rule.yaml"), places={})
    assert made.act(context()).state == "done"
    assert server.inbox.letters[0]["Subject"] == "Night train"
    with pytest.raises(flowhost.ConfigError, match="needs"):
        workbench().make("action", "send-email", data, place=flowhost.Place("rule.yaml"), places={})
