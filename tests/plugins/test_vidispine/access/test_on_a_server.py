"""Access entries on a server, and what they cost."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost import AccessEntry

DESK, ADA = AccessEntry("Desk", "group", "WRITE", 7), AccessEntry("admin", "user", "READ", 1)


def test_what_each_method_costs(bed: Any) -> None:
    library, item = bed.library, bed.library.create_item({}).id
    with bed.requests(1):
        assert library.access(item) == ()
    with bed.requests(3):
        library.set_access(item, [DESK, ADA])
    with bed.requests(1):
        library.set_access(item, [DESK, ADA])
    with bed.requests(2):
        assert library.grant_access(item, DESK, origin="rule:R") is True
    with bed.requests(1):
        assert library.grant_access(item, DESK, origin="rule:R") is False
    with bed.requests(0):
        assert library.items_with_access_from("rule:R") == [item]
        assert library.withdraw_access("rule:S") == 0
    with bed.requests(1):
        assert library.withdraw_access("rule:R") == 1
    assert set(library.access(item)) == {DESK, ADA}


def test_what_is_done_by_an_external_id_is_known_as_own(bed: Any) -> None:
    library, item = bed.library, bed.library.create_item({}, external_id="SITE/1").id
    with library.marked("run-7"):
        library.set_access("SITE/1", [DESK])
        library.grant_access("SITE/1", ADA, origin="rule:R")
    entries = bed.rest("GET", f"item/{item}/access")["access"]
    marks = {one["permission"]: library._marks.of(item, one["id"]) for one in entries}
    assert marks == {"OWNER": "", "WRITE": "run-7", "READ": "run-7"}


def test_the_owner_stays(bed: Any) -> None:
    item = bed.library.create_item({}).id
    bed.library.set_access(item, [DESK])
    bed.library.set_access(item, [])
    assert [one["permission"] for one in bed.rest("GET", f"item/{item}/access")["access"]] == ["OWNER"]


def test_an_entry_that_the_rule_and_others_gave(bed: Any) -> None:
    library, item = bed.library, bed.library.create_item({}).id
    library.set_access(item, [DESK])
    library.grant_access(item, DESK, origin="rule:R")
    library.set_access(item, [DESK])  # equal entries keep their origin
    assert library.withdraw_access("rule:R", item) == 1
    assert library.access(item) == (DESK,)


def test_items_that_are_not_there(bed: Any) -> None:
    library = bed.library
    for item in ("VX-999", "nobody"):
        with pytest.raises(flowhost.Permanent, match=item):
            library.access(item)
        with pytest.raises(flowhost.Permanent, match=item):
            library.set_access(item, [DESK])
        with pytest.raises(flowhost.Permanent, match=item):
            library.grant_access(item, DESK, origin="rule:R")
    assert bed.notes.keys() == []
