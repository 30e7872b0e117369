"""What the source registers at the site, finds again, mends and removes."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import flowhost
from flowhost_plugins.vidispine.client.errors import Refused
from flowhost_plugins.vidispine.commands import vidispine_commands
from flowhost_plugins.vidispine.notifications.kinds import BY_KEY, NAMES
from flowhost_plugins.vidispine.notifications.registering import Wish, register
from flowhost_plugins.vidispine.notifications.telling import Filters

ELSEWHERE = "http://127.0.0.1:9"


def registered(bed: Any) -> dict[str, Any]:
    """URL → document of everything that is registered."""
    found = {}
    for resource in ("item", "job", "collection", "storage", "storage/file"):
        for id_ in (bed.rest("GET", f"{resource}/notification") or {}).get("uri", []):
            document = bed.rest("GET", f"{resource}/notification/{id_}")
            found[document["action"]["http"]["url"]] = (resource, id_, document)
    return found


def kinds(bed: Any) -> list[str]:
    return sorted(url.split("/")[-2] for url in registered(bed))


def test_what_is_registered_by_default(bed: Any, start: Any) -> None:
    start(url=ELSEWHERE, wait=20, retry=7)
    assert kinds(bed) == sorted(
        [
            *(
                "item-create",
                "item-delete",
                "metadata-modify",
                "access-create",
                "access-modify",
                "access-delete",
            ),
            *("shape-create", "shape-modify", "shape-delete", "job-create", "job-stop"),
            *("collection-create", "collection-delete", "collection-metadata-modify"),
            *("collection-item-add", "collection-item-remove"),
        ]
    )
    (document,) = (one for url, (_, _, one) in registered(bed).items() if "/job-stop/" in url)
    http = document["action"]["http"]
    assert http.pop("url").startswith(f"{ELSEWHERE}/vidispine/tests/job-stop/")
    assert int(http.pop("timeout")) == 25  # text in the vendor's schema
    assert http == {
        "synchronous": False,
        "method": "POST",
        "retry": 7,
        "contentType": "application/json",
    }
    assert document["trigger"] == {"job": {"stop": ""}}


def test_everything_can_be_registered(bed: Any, start: Any, caplog: pytest.LogCaptureFixture) -> None:
    start(notifications=[name for name in NAMES if name != "storage_filename"])
    assert {"file-create", "storage-delete", "job-update"} <= set(kinds(bed))
    assert "cannot be registered" not in caplog.text


def test_what_a_site_cannot_do_leaves_the_others(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    start(notifications=("storage_create", "storage_filename", "storage_delete"))
    assert kinds(bed) == ["storage-create", "storage-delete"]
    assert "notifications of storage-filename cannot be registered" in caplog.text


def test_the_site_leaves_out_what_it_can(bed: Any, start: Any) -> None:
    start(notifications=("metadata_modify", "job_fail"), fields=("title",), job_types=("EXPORT", "TRANSCODE"))
    triggers = [document["trigger"] for _, _, document in registered(bed).values()]
    assert {"metadata": {"modify": {"field": ["title"]}}} in triggers
    assert {"job": {"stop": "", "filter": {"type": ["EXPORT", "TRANSCODE"]}}} in triggers


def test_they_stay_and_are_used_again(bed: Any, start: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    start(url=ELSEWHERE).close()
    before = registered(bed)
    assert len(before) == 16
    assert "notifications at" in caplog.text
    assert "16 new" in caplog.text
    start(url=ELSEWHERE).close()
    assert registered(bed) == before
    assert "16 reused" in caplog.text
    start(url="http://127.0.0.1:10", notifications=("job_stop",)).close()
    ((resource, id_, _),) = registered(bed).values()
    assert (resource, id_) in [(one[0], one[1]) for one in before.values()]
    assert "1 replaced, 15 removed" in caplog.text


def test_only_its_own_are_touched(bed: Any, start: Any) -> None:
    def post(resource: str, path: str) -> None:
        http = {"synchronous": False, "url": ELSEWHERE + path, "method": "POST", "timeout": 5, "retry": 1}
        trigger = {"item": {"create": ""}} if resource == "item" else {"job": {"stop": ""}}
        bed.rest("POST", f"{resource}/notification", json={"action": {"http": http}, "trigger": trigger})

    foreign = ["/vidispine/tests2/item-create/x", "/other", "/vidispine/another%20one/item-create/x"]
    for path in foreign:
        post("item", path)
    post("item", "/vidispine/tests/item-create/wrong")
    post("item", "/vidispine/tests/item-create/twice")
    post("job", "/vidispine/tests/item-create/misplaced")
    post("item", "/vidispine/tests/long-gone/x")
    start(url=ELSEWHERE, notifications=("item_create",))
    urls = set(registered(bed))
    assert {ELSEWHERE + path for path in foreign} < urls
    (own,) = urls - {ELSEWHERE + path for path in foreign}
    assert own.startswith(f"{ELSEWHERE}/vidispine/tests/item-create/")
    assert own.rpartition("/")[2] not in ("wrong", "twice", "misplaced")


def test_each_has_its_own_secret_that_stays(bed: Any, start: Any) -> None:
    start(url=ELSEWHERE).close()
    secrets = [url.rpartition("/")[2] for url in registered(bed)]
    assert len(set(secrets)) == 16
    assert all(len(one) == 40 for one in secrets)
    assert bed.server.password not in "".join(secrets)


def test_a_kind_that_the_site_refuses_does_not_stop_the_others(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bed.server.faults.add("403:path=/API/collection/notification*,method=POST")
    run = start()
    bed.library.create_item({}, title="One")
    assert run.one("item_create")
    assert "collection-create cannot be registered" in caplog.text
    assert len(registered(bed)) == 11


def test_one_that_the_site_does_not_let_go_stays(
    bed: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    start(url=ELSEWHERE, notifications=("item_create", "job_stop")).close()
    bed.server.faults.add("403:path=/API/*notification*,method=DELETE")
    run = start(url=ELSEWHERE, notifications=("item_create",))
    assert run.error is None
    assert "which is not needed any more, stays" in caplog.text
    assert kinds(bed) == ["item-create", "job-stop"]


def test_what_others_registered_may_be_of_no_use(bed: Any, start: Any) -> None:
    http = {"synchronous": False, "url": "http://[bad/vidispine/tests/x", "method": "POST"}
    document = {"action": {"http": {**http, "timeout": 5, "retry": 1}}, "trigger": {"item": {"create": ""}}}
    bed.server.site.notifier.registrations.add("item", "", document)
    start(notifications=("job_stop",))
    assert "job-stop" in kinds(bed)


def test_what_others_registered_may_be_no_request() -> None:
    class Scripted:
        """A site with somebody's script at its items."""

        def get(self, *path: str, into: Any) -> Any:
            return into.from_json({"uri": ["VX-1"]} if path[0] == "item" else {})

        def found(self, *path: str, into: Any) -> Any:
            return into.from_json({"action": {"javascript": {}}, "trigger": {"item": {"create": ""}}})

        def post(self, *path: str, document: Any) -> Any:
            return {}

    client: Any = Scripted()
    wish = Wish("tests", ELSEWHERE, b"secret", "application/json", 5, 1, Filters(frozenset()))
    outcome = register(client, [BY_KEY["item-create"]], wish)
    assert (outcome.made, outcome.removed, dict(outcome.refused)) == (["item-create"], [], {})


def test_what_a_site_says_besides_is_no_difference() -> None:
    wish = Wish("tests", ELSEWHERE, b"secret", "application/json", 5, 1, Filters(frozenset()))
    kind = BY_KEY["job-stop"]

    class Talkative:
        """A site that has the registration, and tells it with all that it could say."""

        def __init__(self) -> None:
            self.trigger: Any = {"job": {"stop": {}, "placeholder": False, "filter": None}}
            self.changed = 0

        def get(self, *path: str, into: Any) -> Any:
            return into.from_json({"uri": ["VX-1"]} if path[0] == "job" else {})

        def found(self, *path: str, into: Any) -> Any:
            http = wish.document(kind)["action"]["http"] | {"timeout": 5, "retry": "1", "group": None}
            return into.from_json({"action": {"http": http}, "trigger": self.trigger})

        def put(self, *path: str, document: Any) -> Any:
            self.changed += 1

    client: Any = Talkative()
    assert register(client, [kind], wish).kept == ["job-stop"]
    client.trigger = {"job": {"stop": "", "update": "", "placeholder": True}}
    assert register(client, [kind], wish).mended == ["job-stop"]
    assert client.changed == 1


def test_what_a_refusal_quotes_is_shown_without_the_secret(bed: Any) -> None:
    wish = Wish("tests", ELSEWHERE, b"secret", "application/json", 5, 1, Filters(frozenset()))
    kind = BY_KEY["item-create"]

    class Refusing:
        """A site that has nothing, and says what it does not take."""

        def get(self, *path: str, **options: Any) -> Any:
            return options["into"]()

        def post(self, *path: str, document: Any) -> None:
            raise Refused(f"400: the url is {document['action']['http']['url']}", status=400)

    client: Any = Refusing()
    (why,) = register(client, [kind], wish).refused.values()
    assert why == f"400: the url is {ELSEWHERE}/vidispine/tests/item-create/..."


def test_a_daemon_has_one_such_source(bed: Any, start: Any) -> None:
    first = start(notifications=("item_create",))
    second = start(notifications=("job_stop",), must=False)
    second.ended()
    assert isinstance(second.error, flowhost.Unavailable)
    assert "another source" in str(second.error)
    assert kinds(bed) == ["item-create"]
    start(info=flowhost.DaemonInfo("others", "/"), notifications=("job_stop",))
    first.close()
    start(notifications=("job_stop",))
    assert kinds(bed) == ["job-stop", "job-stop"]


@pytest.mark.parametrize("name", ["two words", "für/alle", "50%20"])
def test_any_name_of_a_daemon(bed: Any, start: Any, name: str) -> None:
    run = start(info=flowhost.DaemonInfo(name, "/"))
    item = bed.library.create_item({}, title="One").id
    assert run.one("item_create").subject == item


def test_a_changed_password_changes_the_secrets(bed: Any, start: Any) -> None:
    start(url=ELSEWHERE).close()
    before = registered(bed)
    settings = bed.library.notification_client.settings
    object.__setattr__(settings, "password", "another")
    start(url=ELSEWHERE, must=False).until(lambda: not set(registered(bed)) & set(before))
    after = registered(bed)
    assert {one[1] for one in before.values()} == {one[1] for one in after.values()}


@pytest.fixture
def profile(bed: Any, tmp_path: Path) -> Path:
    file = tmp_path / "tests.ini"
    file.write_text(
        f"[Flow]\napp name = tests\nworker = log\n[Source]\ntype = interval\nevery = 60\n"
        f"[Vidispine]\nurl = {bed.server.url}\nusername = {bed.server.user}\npassword = {bed.server.password}\n"
    )
    return file


def test_the_commands(bed: Any, start: Any, profile: Path) -> None:
    start(url=ELSEWHERE, notifications=("item_create", "job_stop")).close()
    listed = CliRunner().invoke(vidispine_commands, ["notifications", "list", "-c", str(profile), "--json"])
    assert listed.exit_code == 0, listed.output
    found = json.loads(listed.output)
    assert [one["kind"] for one in found] == ["item-create", "job-stop"]
    assert found[0]["url"] == f"{ELSEWHERE}/vidispine/tests/item-create"  # the secret is not shown
    table = CliRunner().invoke(
        vidispine_commands, ["notifications", "list"], env={"FLOWHOST_PROFILE": str(profile)}
    )
    assert "job-stop" in table.output
    removed = CliRunner().invoke(
        vidispine_commands, ["notifications", "remove", "-c", str(profile), "--json"]
    )
    assert json.loads(removed.output) == found
    assert registered(bed) == {}
    assert (
        CliRunner()
        .invoke(vidispine_commands, ["notifications", "list"], env={"FLOWHOST_PROFILE": ""})
        .exit_code
        == 2
    )
