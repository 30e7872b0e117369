"""Users, groups, tokens, as the vendor's SDK makes and reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture(autouse=True)
def everybody(sdk: Any) -> None:
    """A user, and two groups."""
    sdk.api("UserApi").create_user(sdk.models.UserType(user_name="ann", password="one", real_name="Ann"))
    for name in ("news", "sports"):
        sdk.api("GroupApi").update_or_create_group(name, sdk.models.GroupType(group_name=name))


@pytest.fixture(autouse=True)
def nobody(sdk: Any, module_server: VidispineServer) -> Any:
    yield
    for name in sdk.api("GroupApi").get_groups(role=False).group:
        sdk.api("GroupApi").delete_group(name.group_name)
    sdk.api("UserApi").disable_user("ann", hard=True)
    module_server.settle()


def unread(sdk: Any, kind: str) -> list[str]:
    """What the schema says against the last answer."""
    complaints: list[str] = sdk.complaints(json.loads(sdk.client.last_response.data), kind)
    return complaints


def names(groups: Any) -> list[str]:
    return [one.group_name for one in groups.group]


def test_a_user(sdk: Any) -> None:
    users, models = sdk.api("UserApi"), sdk.models
    changed = users.update_user("ann", models.UserType(user_name="ann", real_name="Ann Other"))
    assert unread(sdk, "UserType") == []
    assert (changed.real_name, changed.disabled) == ("Ann Other", False)
    assert [one.user_name for one in users.get_users(name=["ann", "bob"], first=1, number=5).user] == ["ann"]
    assert unread(sdk, "UserListType") == []
    wanted = models.SimpleSearchType(
        operator=models.SimpleSearchOperatorType(
            operation="OR", field=[models.SimpleSearchFieldType(name="realname", value="*other")]
        ),
        sort=[models.ItemSearchTypeSort(field="username", order="descending")],
    )
    assert users.search_users(wanted).hits == 1
    users.update_user_real_name("ann", "Zoe")
    assert users.get_user_real_name("ann") == "Zoe"
    users.update_user_password("ann", "two")
    assert users.validate_user_password("ann", "two") == ""
    assert users.get_who_am_i() == "admin"


def test_a_user_is_away_for_a_while(sdk: Any) -> None:
    users = sdk.api("UserApi")
    job = users.disable_user("ann")
    assert unread(sdk, "JobType") == []
    assert job.type == "DELETE_USER"
    assert users.get_user("ann").disabled is True
    users.enable_user("ann")
    assert users.get_user("ann").disabled is False


def test_groups_and_roles_of_a_user(sdk: Any) -> None:
    users, groups, models = sdk.api("UserApi"), sdk.api("GroupApi"), sdk.models

    def given(*wanted: str) -> Any:
        return models.GroupListType(group=[models.GroupType(group_name=one) for one in wanted])

    users.add_user_to_groups("ann", given("news"))
    users.add_user_to_groups("ann", given("sports", "_run_as"))
    assert names(users.get_user_groups("ann")) == ["news", "sports"]
    assert unread(sdk, "GroupListType") == []
    assert names(users.get_user_groups_and_roles("ann")) == ["_run_as", "news", "sports"]
    assert names(users.get_user_roles("ann")) == ["_run_as"]
    users.add_user_to_groups("ann", given("sports"), move=True)
    assert names(users.get_user_groups("ann", allgroups=True)) == ["sports"]
    assert [one.user_name for one in groups.get_group_users("sports", traverse=False).user] == ["ann"]


def test_a_group(sdk: Any) -> None:
    groups, models = sdk.api("GroupApi"), sdk.models
    inner = models.GroupListType(group=[models.GroupType(group_name="sports")])
    groups.update_or_create_group("news", models.GroupType(description="All news", child_group_list=inner))
    groups.add_user_to_group("news", "ann")
    found = groups.get_group("news")
    assert unread(sdk, "GroupType") == []
    assert (found.description, found.role, names(found.child_group_list)) == ("All news", False, ["sports"])
    assert [one.user_name for one in found.user_list.user] == ["ann"]
    assert names(groups.get_group("sports").parent_group_list) == ["news"]
    assert names(groups.get_group_children("news", traverse=True)) == ["sports"]
    assert names(groups.get_group_parents("sports")) == ["news"]
    groups.delete_group_from_group("news", "sports")
    groups.add_group_to_group("sports", "news")
    assert [one.user_name for one in groups.get_group_users("sports").user] == ["ann"]
    groups.update_group_description("news", "No news")
    assert groups.get_group_description("news") == "No news"
    field = models.SimpleSearchFieldType(name="description", value="no *")
    assert names(groups.search_groups(models.SimpleSearchType(field=[field]), role=False)) == ["news"]
    groups.delete_user_from_group("news", "ann")
    groups.delete_groups(["news", "sports"])
    assert names(groups.get_groups(role=False, first=1, number=10)) == []


def test_pairs(sdk: Any) -> None:
    models = sdk.models
    pairs = models.SimpleMetadataType(field=[models.StorageGroupTypeData(key="phone/home", value="555")])
    for kind, name, api in (("user", "ann", sdk.api("UserApi")), ("group", "news", sdk.api("GroupApi"))):

        def call(operation: str, *more: Any, kind: str = kind, name: str = name, api: Any = api) -> Any:
            return getattr(api, operation.format(kind))(name, *more)

        call("update_{}_metadata", pairs)
        call("update_{}_metadata_key", "phone/work", "556")
        found = call("get_{}_metadata")
        assert unread(sdk, "SimpleMetadataType") == []
        assert {one.key: one.value for one in found.field} == {"phone/home": "555", "phone/work": "556"}
        assert call("get_{}_metadata_key", "phone/work") == "556"
        call("delete_{}_metadata_key", "*/work")
        assert [one.key for one in call("get_{}_metadata").field] == ["phone/home"]
        call("delete_{}_metadata")
        assert call("get_{}_metadata").field is None


def test_tokens_and_aliases(sdk: Any, api_for: Callable[..., Any], module_server: VidispineServer) -> None:
    tokens, aliases = sdk.api("UserTokenApi"), sdk.api("UserAliasApi")
    token = tokens.get_auth_token(seconds=30, auto_refresh=True)
    assert unread(sdk, "AuthenticationTokenType") == []
    assert (token.user, bool(token.token)) == ("admin", True)
    aliases.create_user_alias("ann", "nick")
    nick = api_for(module_server, "nick", "one")
    assert nick.get("/token").json()["user"] == "ann"
    nick.session.auth = None
    headers = {"Authorization": f"token {tokens.get_user_auth_token('ann')}"}
    assert nick.get("/whoami", headers=headers).text == "ann"
    assert sdk.api("UserApi").get_user("ann").alias == ["nick"]
    aliases.delete_user_alias("ann", "nick")
    assert sdk.api("UserApi").get_user("ann").alias is None
