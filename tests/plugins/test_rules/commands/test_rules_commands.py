"""`flowhost rules ...`: what is printed, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

import flowhost

HEADINGS = ["Name", "Description", "Handled items", "Dynamic access", "Last handled", "Issues", "Deployed"]


def test_the_list_has_the_name_and_six_columns(office: Any) -> None:
    office.items("Harbour")
    office.told("rules", "start", "Throw away", "VX-1")
    result = office.flowhost("rules", "list")
    headings, *rows = result.stdout.splitlines()
    assert [one.strip() for one in headings.split("  ") if one.strip()] == HEADINGS
    assert [row.split("  ")[0] for row in rows] == ["Collect", "Note", "Throw away"]
    assert "Collects what is approved. Items found by news_approved:yes" in rows[0]
    assert "1 run is pending: no daemon runs" in rows[2]
    assert result.stderr == "No daemon runs these rules now.\n"


def test_what_a_rule_reacts_to_is_told_as_its_file_has_it(office: Any) -> None:
    rule = office.profile.parent / "rules" / "night.yaml"
    rule.write_text("name: Night\ntrigger: {saved-search: {query: 'mediaType:video'}}\nactions: [stop]\n")
    office.told("rules", "redeploy", "Night")
    assert "Items found by mediaType:video" in office.told("rules", "list")


def test_on_a_narrow_terminal_the_list_is_a_paragraph_for_each_rule(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.items("Harbour")
    office.told("rules", "start", "Throw away", "VX-1")
    monkeypatch.setattr("flowhost_plugins.rules.commands.listing.window", lambda: 50)
    collect, _, throw = click.unstyle(office.told("rules", "list")).split("\n\n")
    name, what, more, numbers, when = collect.splitlines()
    assert name == "Collect"
    assert (what, more) == ("  Collects what is approved. Items found by", "  news_approved:yes")
    assert numbers == "  Handled items 0, dynamic access 0"
    assert when.startswith("  Last handled never, deployed 2")
    assert throw.splitlines()[-1] == "  ✗ 1 run is pending: no daemon runs"


def test_the_list_as_json(office: Any) -> None:
    office.items("Harbour")
    collect, *_ = office.json("rules", "list")
    assert (collect["name"], collect["state"], collect["dynamic_access"]) == ("Collect", "active", 0)
    assert flowhost.value_reader("iso")(collect["deployed"])


def test_an_asset_system_that_cannot_be_asked_is_told(office: Any) -> None:
    place = office.library.remove()
    result = office.flowhost("rules", "list")
    assert result.exit_code == 0
    assert result.stderr.startswith("Who has dynamic access is not known; the asset system cannot be asked: ")
    assert place in result.stderr


def test_without_rules_the_way_to_some_is_told(office: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.ini"
    other.write_text(office.profile.read_text().replace("rules.db", "others.db"))
    assert "flowhost rules redeploy --all" in office.told("rules", "list", "-c", str(other))


def test_the_profile_is_named_by_the_command_its_group_or_the_variable(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = str(office.profile)
    monkeypatch.delenv("FLOWHOST_PROFILE")
    for words in (["rules", "schema", "-c", profile], ["rules", "--profile", profile, "schema"]):
        assert office.told(*words).startswith("{")
    missing = office.flowhost("rules", "list")
    assert missing.exit_code == 2
    assert "Name the daemon's profile: -c PROFILE, or set FLOWHOST_PROFILE" in missing.stderr
    assert "cannot read the file" in office.refused("rules", "list", "-c", "nothing.ini")


def test_show(office: Any) -> None:
    office.items("Harbour", "Bridge", news_approved="yes", news_state="ready")
    office.told("rules", "start", "Collect", "VX-1", "VX-2")
    office.work(error="no room \x1b[31m")
    office.work()
    shown = office.told("rules", "show", "Collect")
    assert shown.startswith("Collect: active\nCollects what is approved.\n")
    for seen in (
        "reacts to       items found by news_approved:yes",
        "✗ 1 item failed",
        "│ 1 add-to-collection │",
        "Handled items (1)",
        "Failed items (1)",
        "step 1 (first): no room \\x1b[31m",
        "Newest runs",
    ):
        assert seen in shown
    assert "\x1b" not in shown
    details = office.json("rules", "show", "Collect")
    assert [one["item"] for one in details["failed"]] == ["VX-1"]
    assert office.refused("rules", "show", "Colect") == "there is no rule 'Colect'; did you mean 'Collect'?"


def test_start_tells_of_each_item(office: Any) -> None:
    office.items("Harbour", "Bridge")
    result = office.flowhost("rules", "start", "Throw away", "VX-1", "VX-9")
    assert result.exit_code == 1
    assert result.stdout == "VX-1: run 1 is pending\n"
    assert result.stderr.splitlines() == [
        "No daemon runs these rules now; it is done as soon as one does.",
        "VX-9: there is no item VX-9",
    ]
    again = office.flowhost("rules", "start", "Throw away", "VX-1")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == "VX-1: the rule is at this item; see: flowhost runs list --item VX-1\n"
    assert office.json("runs", "list")[0]["cause"]["user"]


def test_a_dry_start_starts_nothing(office: Any) -> None:
    office.items("Harbour")
    assert office.told("rules", "start", "Throw away", "VX-1", "--dry-run") == "VX-1: would start\n"
    assert office.told("runs", "list") == "There are no such runs.\n"


def test_a_rule_is_started_for_what_a_query_finds_once_somebody_agrees(office: Any) -> None:
    office.items("Harbour", "Bridge", news_state="raw")
    words = ("rules", "start", "Throw away", "--query", "news_state:raw")
    refused = office.flowhost(*words, answer="n\n")
    assert "will be started for 2 items. Go on?" in refused.output
    assert office.told("runs", "list") == "There are no such runs.\n"
    assert office.told(*words, "--yes") == "VX-1: run 1 is pending\nVX-2: run 2 is pending\n"
    none = office.flowhost("rules", "start", "Throw away", "--query", "news_state:none")
    assert (none.exit_code, none.stdout, none.stderr) == (0, "", "The query finds no item.\n")


def test_a_suspended_rule_that_is_started_waits(office: Any) -> None:
    office.items("Harbour")
    assert office.told("rules", "suspend", "Throw away") == "Throw away is suspended.\n"
    result = office.flowhost("rules", "start", "Throw away", "VX-1")
    assert "its runs begin after: flowhost rules resume 'Throw away'" in result.stderr
    assert office.told("rules", "resume", "Throw away") == "Throw away reacts.\n"
    assert " UTC." in office.told("rules", "resume", "Collect", "--approve")


def test_of_several_rules_a_wrong_name_does_not_hold_up_the_others(office: Any) -> None:
    result = office.flowhost("rules", "suspend", "Colect", "Note")
    assert (result.exit_code, result.stdout) == (1, "Note is suspended.\n")
    assert result.stderr == "there is no rule 'Colect'; did you mean 'Collect'?\n"


def test_clear(office: Any) -> None:
    office.items("Harbour", "Bridge")
    office.told("rules", "start", "Collect", "VX-1", "VX-2")
    office.work()
    refused = office.flowhost("rules", "clear", "Collect", answer="n\n")
    assert "1 item of 'Collect' will be handled again. Go on?" in refused.output
    assert "the rule 'Collect' is at VX-2 (run 2)" in office.refused("rules", "clear", "Collect", "VX-2")
    assert office.told("rules", "clear", "Collect", "VX-1") == "1 item cleared.\n"
    nothing = office.flowhost("rules", "clear", "Collect", "VX-1")
    assert (nothing.exit_code, nothing.stderr) == (1, "VX-1: the rule knows nothing of it\n")
    assert office.told("rules", "clear", "Collect", "--yes") == "0 items cleared.\n"


def test_delete_asks_first(office: Any) -> None:
    file = office.rules / "collect.yaml"
    refused = office.flowhost("rules", "delete", "Collect", answer="n\n")
    assert f"The rule 'Collect' and its file {file} will be deleted. Go on?" in refused.output
    assert file.exists()
    assert office.told("rules", "delete", "Note", "--trigger-only") == "The trigger of Note is deleted.\n"
    told = office.told("rules", "delete", "Collect", "--yes")
    assert told.splitlines()[0] == f"Collect is deleted, and {file}."
    assert not file.exists()
    assert "Collect" not in office.told("rules", "list")
    assert "deleted" in office.told("rules", "list", "--deleted")


def test_redeploy(office: Any) -> None:
    file = office.rules / "note.yaml"
    assert office.told("rules", "redeploy", "Note") == "Note: revision 1 is deployed, as before\n"
    file.write_text(file.read_text() + "priority: 3\n")
    assert office.told("rules", "redeploy", "Note") == "Note: revision 2 is deployed\n"
    file.write_text(file.read_text() + "settle: soon\n")
    assert f"{file}:6:9: 'settle'" in office.refused("rules", "redeploy", "Note")
    file.unlink()
    assert "revision 2 goes on until it is deleted" in office.told("rules", "redeploy", "--all")
    for words in ([], ["Note", "--all"]):
        assert office.flowhost("rules", "redeploy", *words).exit_code == 2


def test_check(office: Any) -> None:
    assert office.told("rules", "check") == f"{office.rules}: ok\n"
    draft = office.folder / "draft.yaml"
    draft.write_text("name: Draft\ntrigger: new-items\nactions:\n  - set-metadat: {}\nwen: x\n")
    refused = office.refused("rules", "check", str(draft), str(office.rules / "note.yaml"))
    assert len(refused.splitlines()) >= 2
    assert all(line.startswith(f"{draft}:") for line in refused.splitlines())


def test_schema(office: Any) -> None:
    assert "set-metadata" in office.told("rules", "schema")


def test_bpmn(office: Any) -> None:
    printed = office.told("rules", "bpmn", "Collect")
    assert office.told("rules", "bpmn", "Collect", "-o", "collect.bpmn") == ""
    assert (office.folder / "collect.bpmn").read_text() == printed
    assert 'name="Note"' in office.told("rules", "bpmn", str(office.rules / "note.yaml"))
    refused = office.refused("rules", "bpmn", "Collect", "-o", "nothing/collect.bpmn")
    assert refused == "cannot write nothing/collect.bpmn: no such file or directory"


def test_explain_says_first_what_blocks(office: Any) -> None:
    office.items("Harbour", news_approved="yes", news_state="raw")
    title, verdict, _, *lines = office.told("rules", "explain", "Collect", "VX-1").splitlines()
    assert title == "Collect, item VX-1, now"
    assert verdict.startswith("Blocked by: condition: item.first('news_state') == 'ready' does not hold")
    marks = [line.split()[:2] for line in lines if line[:1] in "✓✗\N{EN DASH}" and line]
    assert marks[:3] == [["✓", "rule"], ["✓", "trigger"], ["✗", "condition"]]
    assert "  ✓ news_approved:yes  (it has yes)" in lines
    found = office.json("rules", "explain", "Collect", "VX-1")
    assert [one["what"] for one in found["checks"] if one["held"] is False] == ["condition"]


def test_explain_an_item_that_nothing_blocks(office: Any) -> None:
    office.items("Harbour", news_approved="yes", news_state="ready")
    assert office.told("rules", "explain", "Collect", "VX-1").splitlines()[1] == "Blocked by: nothing"


def test_explain_what_was_decided_then(office: Any) -> None:
    office.items("Harbour", news_state="raw")
    office.told("rules", "start", "Collect", "VX-1")
    past = office.told("rules", "explain", "Collect", "VX-1", "--at", "2026-01-01 14:00")
    assert past.splitlines()[0] == "Collect, item VX-1, at 2026-01-01 14:00:00 UTC"
    assert "Nothing was decided about this item by then" in past
    later = office.told("rules", "explain", "Collect", "VX-1", "--at", "2999-01-01 14:00")
    assert "Started: run 1, which is pending (manual, by " in later
    assert office.flowhost("rules", "explain", "Collect", "VX-1", "--at", "yesterday").exit_code == 2
    assert office.refused("rules", "explain", "Collect", "VX-404") == "there is no item VX-404"


def test_a_draft_is_tried(office: Any) -> None:
    office.items("Harbour \x1b[2J")
    with office.journal() as journal:
        now = flowhost.SystemClock().now()
        data = {"itemId": "VX-1"}
        journal.keep_event(flowhost.Event("item_create", data, subject="VX-1", source="x", id="1", time=now))
    draft = office.folder / "draft.yaml"
    draft.write_text((office.rules / "note.yaml").read_text().replace("seen", "SEEN"))
    told = office.told("rules", "test", str(draft), "--since", "1h")
    assert told.startswith(f"Note: the draft {draft} beside revision 1\n")
    assert "  revision 1: starts\n    ✓ 1 set-metadata: set news_note = seen Harbour" in told
    assert "  draft: starts\n    ✓ 1 set-metadata: set news_note = SEEN Harbour" in told
    assert "the draft would start 1 run, revision 1 would start 1 run; they differ for 1 event" in told
    assert "\x1b" not in told
    same = office.told("rules", "test", "Note", "--differences")
    assert "which has the same text" in same and "set-metadata" not in same
    assert len(office.json("rules", "test", str(draft))["replays"]) == 1
    assert "No event since" in office.told("rules", "test", str(draft), "--since", "2999-01-01")
    assert office.flowhost("rules", "test", str(draft), "--since", "soon").exit_code == 2


def test_a_new_draft_is_tried_alone(office: Any) -> None:
    office.items("Harbour")
    draft = office.folder / "draft.yaml"
    draft.write_text((office.rules / "note.yaml").read_text().replace("name: Note", "name: New"))
    assert "beside nothing: the rule is not deployed" in office.told("rules", "test", str(draft))


def test_each_listing_has_json(office: Any) -> None:
    from flowhost_plugins.rules.commands import item_command, rules_commands, runs_commands

    listing = [
        rules_commands.commands[name] for name in ("list", "show", "explain", "test", "start", "redeploy")
    ]
    listing += [item_command, *(runs_commands.commands[name] for name in ("list", "show"))]
    for command in listing:
        names = [option for one in command.params if isinstance(one, click.Option) for option in one.opts]
        assert "--json" in names, command.name
