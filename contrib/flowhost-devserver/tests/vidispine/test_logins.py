"""Who may come in: passwords, tokens, acting for others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from flowhost_devserver import VidispineServer

SECONDS = 60.0


def ask(server: VidispineServer, path: str = "/whoami", **headers: str) -> requests.Response:
    """A request without a user, but with these headers."""
    named = {"Accept": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    with requests.Session() as session:
        session.trust_env = False
        return session.get(f"{server.url}/API{path}", headers=named, timeout=SECONDS)


@pytest.fixture
def server(make_vidispine_server: Callable[..., VidispineServer], clock: Any) -> VidispineServer:
    return make_vidispine_server(users={"admin": "admin", "ann": "secret"}, clock=clock)


@pytest.fixture
def admin(server: VidispineServer, api_for: Callable[..., Any]) -> Any:
    return api_for(server)


@pytest.fixture
def ann(server: VidispineServer, api_for: Callable[..., Any]) -> Any:
    return api_for(server, "ann", "secret")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic YWRtaW46d3Jvbmc=",
        "Basic bm9ib2R5Og==",
        "Bearer x",
        "token",
        "token x",
    ],
)
def test_who_is_not_known_is_asked_to_log_in(server: VidispineServer, authorization: str) -> None:
    answer = ask(server, Authorization=authorization) if authorization else ask(server)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'BASIC realm="application"'
    assert answer.json()["notAuthorized"]["explanation"]


def test_nobody_learns_which_paths_there_are_without_a_login(server: VidispineServer) -> None:
    assert ask(server, "/no/such/path").status_code == 401


@pytest.mark.parametrize("scheme", ["token", "Token", "TOKEN"])
def test_a_token_lets_its_user_in(server: VidispineServer, ann: Any, scheme: str) -> None:
    answer = ann.get("/token", headers={"Accept": "text/plain"})
    assert answer.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert ask(server, Authorization=f"{scheme} {answer.text}").text == "ann"


def test_a_token_comes_with_its_user(server: VidispineServer, ann: Any) -> None:
    told = ann.get("/token").json()
    assert list(told) == ["user", "token"]
    assert told["user"] == ask(server, Authorization=f"token {told['token']}").text == "ann"
    answer = ann.get("/user/ann/token")
    assert answer.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert ask(server, Authorization=f"token {answer.text}").text == "ann"


def test_a_token_ends_after_a_minute(server: VidispineServer, ann: Any, clock: Any) -> None:
    token = ann.get("/token").json()["token"]
    clock.advance(59)
    assert ask(server, Authorization=f"token {token}").status_code == 200
    clock.advance(1)
    assert ask(server, Authorization=f"token {token}").status_code == 401


def test_a_refreshed_token_lives_as_long_as_it_is_used(server: VidispineServer, ann: Any, clock: Any) -> None:
    token = ann.get("/token?autoRefresh=true&seconds=30").json()["token"]
    for _ in range(5):
        clock.advance(29)
        assert ask(server, Authorization=f"token {token}").status_code == 200
    clock.advance(30)
    assert ask(server, Authorization=f"token {token}").status_code == 401


def test_a_token_is_refreshed_every_ten_seconds_at_most(
    server: VidispineServer, ann: Any, clock: Any
) -> None:
    token = ann.get("/token?autoRefresh=true&seconds=30").json()["token"]
    clock.advance(9)
    assert ask(server, Authorization=f"token {token}").status_code == 200
    clock.advance(21)
    assert ask(server, Authorization=f"token {token}").status_code == 401


def test_only_an_administrator_gets_a_token_for_longer(
    server: VidispineServer, admin: Any, ann: Any, clock: Any
) -> None:
    short, long = (who.get("/token?seconds=3600").json()["token"] for who in (ann, admin))
    of_ann = admin.get("/user/ann/token?seconds=3600").text
    clock.advance(3599)
    assert ask(server, Authorization=f"token {short}").status_code == 401
    assert ask(server, Authorization=f"token {long}").text == "admin"
    assert ask(server, Authorization=f"token {of_ann}").text == "ann"
    assert admin.get("/token?seconds=0").status_code == 400


def test_tokens_of_others_are_for_administrators(admin: Any, ann: Any) -> None:
    assert ann.get("/user/ann/token").status_code == 200
    assert ann.get("/user/admin/token").status_code == 403
    assert admin.get("/user/nobody/token").status_code == 404


def test_a_disabled_user_gets_no_token_and_does_not_come_in(
    server: VidispineServer, api_for: Callable[..., Any], admin: Any, ann: Any
) -> None:
    token = ann.get("/token").json()["token"]
    assert admin.delete("/user/ann").status_code == 200
    answer = admin.get("/user/ann/token")
    assert answer.status_code == 409
    assert (answer.json()["conflict"]["type"], answer.json()["conflict"]["id"]) == ("User", "ann")
    assert ann.get("/whoami").status_code == 401
    for path in ("/token", "/token;seconds=9/"):
        own = ann.get(path)
        assert own.status_code == 409
        assert (own.json()["conflict"]["type"], own.json()["conflict"]["id"]) == ("User", "ann")
    assert api_for(server, "ann", "wrong").get("/token").status_code == 401
    assert ask(server, Authorization=f"token {token}").status_code == 401
    assert ask(server, "/token", Authorization=f"token {token}").status_code == 401
    assert admin.put("/user/ann/enable").status_code == 200
    assert ann.get("/whoami").text == "ann"


def test_tokens_outlive_a_restart(
    make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any], tmp_path: Any
) -> None:
    with VidispineServer(tmp_path / "one") as first:
        token = api_for(first).get("/token").json()["token"]
    assert ask(make_vidispine_server(tmp_path / "one"), Authorization=f"token {token}").text == "admin"


def test_administrators_act_for_others(admin: Any, ann: Any) -> None:
    assert admin.get("/whoami", headers={"RunAs": "ann"}).text == "ann"
    assert admin.get("/user/admin/token", headers={"RunAs": "ann"}).status_code == 403
    refused = ann.get("/whoami", headers={"RunAs": "admin"})
    assert refused.status_code == 403
    assert refused.json()["forbidden"]["explanation"]
    assert ann.get("/whoami", headers={"RunAs": "ann"}).text == "ann"
    missing = admin.get("/whoami", headers={"RunAs": "nobody"})
    assert missing.status_code == 404
    assert missing.json()["notFound"] == {"type": "User", "id": "nobody", "context": None}


def test_the_role_of_acting_for_others_can_be_given(admin: Any, ann: Any) -> None:
    assert admin.put("/group/_run_as/user/ann").status_code == 200
    assert ann.get("/whoami", headers={"RunAs": "admin"}).text == "admin"
