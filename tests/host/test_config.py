"""Profiles, overlays and references."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowhost.config import read_profile
from flowhost.config.expansion import expand
from flowhost.errors import ConfigError
from flowhost.places import Place, Value


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.ini").write_text(text)
    return folder / "profile.ini"


def texts(config: object, title: str) -> dict[str, str]:
    return {key: value.text for key, value in config.sections[title].values.items()}  # type: ignore[attr-defined]


def test_later_files_win_and_the_sites_file_of_the_app_comes_last(tmp_path: Path) -> None:
    profile = write(
        tmp_path,
        flow="[Viz One]\nhostname = site\nusername = site\npassword = site\n",
        profile="[Flow]\napp name = ingest\n[Viz One]\nusername = profile\npassword = profile\n",
        ingest="[Viz One]\npassword = secret\n[Flow]\napp name = other\n",
    )
    config = read_profile(profile, environ={"PYTHON_CONFIG_ROOT": str(tmp_path)})
    assert texts(config, "Viz One") == {"hostname": "site", "username": "profile", "password": "secret"}
    assert config.name == "ingest"
    assert [path.name for path in config.files] == ["flow.ini", "profile.ini", "ingest.ini"]


def test_an_instance_name_replaces_the_app_name_and_chooses_the_overlay(tmp_path: Path) -> None:
    profile = write(tmp_path, profile="[Flow]\napp name = a\n", a="[X]\nfrom = a\n", b="[X]\nfrom = b\n")
    config = read_profile(profile, instance_name="b", environ={"PYTHON_CONFIG_ROOT": str(tmp_path)})
    assert (config.name, texts(config, "X")) == ("b", {"from": "b"})


def test_an_app_called_flow_does_not_read_its_overlay_twice(tmp_path: Path) -> None:
    profile = write(tmp_path, flow="[Flow]\napp name = flow\n[X]\na = 1\n", profile="[X]\na = 2\n")
    config = read_profile(profile, environ={"PYTHON_CONFIG_ROOT": str(tmp_path)})
    assert texts(config, "X") == {"a": "2"}


def test_a_key_of_another_spelling_replaces_an_older_files(tmp_path: Path) -> None:
    profile = write(tmp_path, flow="[Flow]\nworker_timeout = 10\n", profile="[Flow]\nworker timeout = 20\n")
    config = read_profile(profile, environ={"PYTHON_CONFIG_ROOT": str(tmp_path)})
    assert texts(config, "Flow") == {"worker timeout": "20"}


def test_a_missing_profile_and_a_bad_overlay_are_both_said(tmp_path: Path) -> None:
    write(tmp_path, flow="oops\n")
    with pytest.raises(ConfigError) as caught:
        read_profile(tmp_path / "none.ini", environ={"PYTHON_CONFIG_ROOT": str(tmp_path)})
    first, second = str(caught.value).splitlines()
    assert "flow.ini:1:1" in first
    assert "none.ini: cannot read the file: no such file or directory" in second


def test_references_are_replaced_from_the_environment_and_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    profile = write(
        tmp_path,
        profile="[X]\na = $HOST-${PORT}\nb = ${file:secret}\nc = 5$$ $(x) $\nd = ${file:$DIR/secret}\n",
    )
    config = read_profile(profile, environ={"HOST": "h", "PORT": "1", "DIR": str(tmp_path)})
    expanded = {key: config.expanded(value).text for key, value in config.sections["X"].values.items()}
    assert expanded["a"] == "h-1"
    assert expanded["b"] == "s3cret"
    assert expanded["c"] == "5$ $(x) $"


def test_a_reference_to_nothing_names_its_place_but_never_shows_the_value(tmp_path: Path) -> None:
    profile = write(tmp_path, profile="[X]\npassword = hunter2$GONE\nkey = ${file:gone.txt}\n")
    config = read_profile(profile, environ={})
    values = config.sections["X"].values
    with pytest.raises(ConfigError) as variable:
        config.expanded(values["password"])
    assert str(variable.value) == (
        f"{profile}:2:19: an environment variable that 'password' refers to is not set; set it, or write $$ for a dollar sign"
    )
    with pytest.raises(
        ConfigError, match=r"profile\.ini:3:7: the file .*gone\.txt' named by 'key' cannot be read"
    ):
        config.expanded(values["key"])


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("host = $GONE", "2:8"),
        ("host = $HERE and ${GONE}.com", "2:18"),
        ("host = $HERE/${file:$HERE/$GONE}", "2:27"),
        ("host = $HERE\n  $GONE", "2:8"),
        ("host =\n  $GONE", "2:1"),
    ],
)
def test_a_variable_that_is_not_set_is_pointed_at_where_its_value_is_on_one_line(
    tmp_path: Path, written: str, place: str
) -> None:
    profile = write(tmp_path, profile=f"[X]\n{written}\n")
    config = read_profile(profile, environ={"HERE": "/a/long/way"})
    with pytest.raises(ConfigError) as refused:
        config.expanded(config.sections["X"].values["host"])
    assert str(refused.value).startswith(
        f"{profile}:{place}: the environment variable 'GONE' that 'host' refers to is not set;"
    )


def test_a_value_that_is_said_to_be_secret_shows_no_piece_of_itself(tmp_path: Path) -> None:
    value = Value("url", "http://u:pa$sword@host", Place("p.ini", 2, 7))
    with pytest.raises(ConfigError) as refused:
        expand(value, directory=tmp_path, environ={}, secret=True)
    assert str(refused.value).startswith(
        "p.ini:2:18: an environment variable that 'url' refers to is not set;"
    )


def test_the_fingerprint_changes_with_values_and_secrets_but_not_with_comments(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one")
    profile = write(tmp_path, profile="[X]\na = ${file:secret}\n")
    first = read_profile(profile, environ={}).fingerprint()
    profile.write_text("# a comment\n\n[X]\na = ${file:secret}\n")
    assert read_profile(profile, environ={}).fingerprint() == first
    (tmp_path / "secret").write_text("two")
    assert read_profile(profile, environ={}).fingerprint() != first
