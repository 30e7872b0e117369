"""The bundled parsers: what they read, and how they refuse the rest."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import flowhost
from flowhost.testing.conformance import conforms
from flowhost_plugins import parsers

PARSERS = {parser.name: parser for parser in parsers.flowhost_parsers()}


class Terms:
    """A dictionary resource with one term."""

    def look_up(self, source: str, key: str) -> Any:
        return {"id": 7} if (source, key) == ("genres.csv", "news") else None


OPTIONS: dict[str, dict[str, Any]] = {
    "date": {"format": "%d.%m.%Y"},
    "time": {"format": "%H:%M:%S"},
    "datetime": {"format": "%Y-%m-%d %H:%M:%S.%f", "default_timezone": "Europe/Stockholm"},
    "dictionary": {"source": "genres.csv", "lookup": Terms()},
}


def parser(name: str, **options: Any) -> flowhost.Parser:
    return PARSERS[name](**(options or OPTIONS.get(name, {})))


def parse(name: str, data: Any, **options: Any) -> Any:
    return parser(name, **options).parse(data)


def test_the_types_of_a_flow_profile_and_documents_are_there() -> None:
    flow = {"string", "integer", "float", "boolean", "iso", "date", "time", "datetime", "dictionary"}
    assert set(PARSERS) == flow | {"json", "xml"}


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_each_conforms(name: str) -> None:
    conforms(PARSERS[name], **OPTIONS.get(name, {}))


@pytest.mark.parametrize("name", sorted(set(PARSERS) - {"json", "xml"}))
@pytest.mark.parametrize("nothing", ["", b"", None, b"\xef\xbb\xbf"])
def test_an_empty_payload_is_none(name: str, nothing: Any) -> None:
    assert parse(name, nothing) is None


@pytest.mark.parametrize(
    ("name", "data", "value"),
    [
        ("string", "  as it is ", "  as it is "),
        ("string", "\ufeffzażółć".encode(), "zażółć"),
        ("integer", b" -42 ", -42),
        ("integer", "+7", 7),
        ("integer", "9" * 300, int("9" * 300)),
        ("float", "12.5", 12.5),
        ("float", b"-1e3", -1000.0),
        ("boolean", "YES", True),
        ("boolean", " on\n", True),
        ("boolean", "0", False),
        ("boolean", b"False", False),
        ("iso", "2026-05-01T12:00:00+02:00", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("iso", "2026-05-01T12:00:00Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("iso", "20260501T120000", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("iso", "2026-05-01", datetime(2026, 5, 1, tzinfo=UTC)),
        ("date", "24.12.2026", date(2026, 12, 24)),
        ("time", "23:59:01", time_of_day(23, 59, 1)),
        ("datetime", "2026-07-01 12:00:00.5", datetime(2026, 7, 1, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("dictionary", "news", {"id": 7}),
    ],
)
def test_good_payloads(name: str, data: Any, value: Any) -> None:
    parsed = parse(name, data)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("integer", "twelve", "the value is 'twelve', expected a whole number such as -42"),
        ("integer", "1.0", "expected a whole number"),
        ("integer", "1_000", "expected a whole number"),
        ("integer", "9" * 5000, r"the value is '9{57}\.\.\.' \(5000 characters\), expected a whole number"),
        ("float", "12,5", "expected a finite number such as 12.5"),
        ("float", "nan", "expected a finite number"),
        ("float", "1e999", "expected a finite number"),
        ("float", "1_0.5", "expected a finite number"),
        ("boolean", "maybe", "the value is 'maybe', expected 1, yes, true, on, 0, no, false or off"),
        ("iso", "yesterday", "expected an ISO 8601 timestamp such as 2026-05-01"),
        ("iso", "12:00", "expected an ISO 8601 timestamp"),
        ("date", "2026-12-24", "the value is '2026-12-24', expected the format '%d.%m.%Y'"),
        ("date", "31.02.2026", "expected the format"),
        ("time", "25:00:00", "expected the format"),
        ("datetime", "9999-12-31 23:59:59.9 and more", "expected the format"),
        ("string", b"\xff\xfe", "is not utf-8 text: .* can't decode byte 0xff in position 0"),
        ("integer", {"a": 1}, "the payload is a dict, expected bytes or text"),
    ],
)
def test_bad_payloads_are_rejected_in_one_sentence(name: str, data: Any, sentence: str) -> None:
    with pytest.raises(flowhost.Rejected, match=sentence) as caught:
        parse(name, data)
    assert "\n" not in str(caught.value)


# -- options


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("string", {"encoding": "utf-9"}, "encoding 'utf-9' is unknown"),
        ("string", {"encoding": "hex"}, "encoding 'hex' is unknown"),
        ("iso", {"default_timezone": "Europe/Stokholm"}, "unknown; did you mean 'Europe/Stockholm'"),
        ("datetime", {"format": "%H", "default_timezone": "Nowhere at all"}, "expected one such as"),
        ("date", {"format": ""}, "format '' reads nothing"),
        ("date", {"format": "100%% off"}, "reads nothing"),
        ("date", {"format": "%d.%Q"}, "format '%d.%Q' cannot be used: 'Q' is a bad directive"),
        ("date", {"format": "%d %"}, "stray %"),
        ("time", {"format": "%H:%H"}, "has a directive twice"),
        ("datetime", {"format": "%H:%M %Z"}, "use %z or 'default timezone'"),
        ("dictionary", {"source": " ", "lookup": Terms()}, "source is empty"),
        ("json", {"max_size": 0}, "max size is 0, expected 1 byte or more"),
        ("xml", {"max_size": -1}, "max size is -1"),
    ],
)
def test_wrong_options_are_refused_when_the_parser_is_made(
    name: str, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        PARSERS[name](**options)


def test_the_encoding_of_a_string_is_an_option() -> None:
    assert parse("string", b"caf\xe9", encoding="iso-8859-1") == "café"


# -- time zones


def test_a_time_without_offset_is_of_the_default_time_zone() -> None:
    summer = parse("iso", "2026-07-01T12:00:00", default_timezone="Europe/Stockholm")
    winter = parse("iso", "2026-01-01T12:00:00", default_timezone="Europe/Stockholm")
    assert (summer.isoformat(), winter.isoformat()) == (
        "2026-07-01T12:00:00+02:00",
        "2026-01-01T12:00:00+01:00",
    )


def test_an_offset_in_the_payload_beats_the_default_time_zone() -> None:
    options = {"format": "%Y-%m-%d %H:%M%z", "default_timezone": "Asia/Tokyo"}
    assert parse("datetime", "2026-05-01 12:00-0300", **options) == datetime(2026, 5, 1, 15, tzinfo=UTC)
    assert parse("iso", "2026-05-01T12:00-03:00", default_timezone="Asia/Tokyo").utcoffset() == timedelta(
        hours=-3
    )


def test_a_date_time_is_in_utc() -> None:
    assert parse("datetime", "2026-07-01 00:30:00.0").isoformat() == "2026-06-30T22:30:00+00:00"


@pytest.mark.parametrize(("name", "sep"), [("iso", "T"), ("datetime", " ")])
@pytest.mark.parametrize(
    ("wall", "why"),
    [("2026-03-29{}02:30:00.0", "02:30:00 never was: clocks were put forward over it in Europe/Stockholm"),
     ("2026-10-25{}02:30:00.0", "02:30:00 was twice: clocks were put back over it in Europe/Stockholm")],
)  # fmt: skip
def test_a_time_the_clocks_never_or_twice_showed_is_not_guessed(
    name: str, sep: str, wall: str, why: str
) -> None:
    options = OPTIONS["datetime"] if name == "datetime" else {"default_timezone": "Europe/Stockholm"}
    with pytest.raises(flowhost.Rejected, match=f"{why}; expected a time with its offset from UTC"):
        parse(name, wall.format(sep), **options)


@pytest.mark.parametrize("edge", ["0001-01-01 00:00:00.0", "9999-12-31 23:59:59.9"])
def test_the_edges_of_the_calendar_are_rejected_where_utc_has_no_such_day(edge: str) -> None:
    for zone in ("Asia/Tokyo", "America/New_York"):
        options = OPTIONS["datetime"] | {"default_timezone": zone}
        try:
            assert parse("datetime", edge, **options).tzinfo is UTC
        except flowhost.Rejected as error:
            assert "years 1 to 9999" in str(error)  # both are right, depending on the zone


# -- dictionary


def test_a_missing_term_is_none_and_an_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert parse("dictionary", "sport") is None
    assert caplog.messages == ["the dictionary 'genres.csv' has no term 'sport'; the value is left out"]


def test_a_dictionary_that_cannot_be_read_is_not_the_payloads_fault() -> None:
    class Gone:
        def look_up(self, source: str, key: str) -> Any:
            raise flowhost.Unavailable("the server is away")

    with pytest.raises(flowhost.Unavailable, match="away"):
        parse("dictionary", "news", source="x", lookup=Gone())


# -- JSON


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ('{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        (b"\xef\xbb\xbf[1]", [1]),
        ("\ufeff[1]", [1]),
        ('{"é": 1}'.encode("utf-16"), {"é": 1}),
        (str(2**200), 2**200),
        ("-0.5e-3", -0.0005),
    ],
)
def test_json_documents(data: bytes | str, value: Any) -> None:
    assert parse("json", data) == value


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "the payload '' is not JSON: Expecting value at line 1, column 1"),
        ('{"a": 1,\n "b": }', "Expecting value at line 2, column 7"),
        ("[NaN]", "NaN is not a JSON number"),
        ("-Infinity", "-Infinity is not a JSON number"),
        ("1e999", "the number '1e999' is too large"),
        ("9" * 5000, "Exceeds the limit"),
        ('{"a": 1, "b": 2, "a": 3}', "the name 'a' stands twice in one object"),
        ("[" * 100_000, "it is nested too deeply"),
        (b"\xff\xfe\x00", "codec can't decode"),
        (None, "expected bytes or text"),
    ],
)
def test_what_is_not_json_is_rejected(data: Any, sentence: str) -> None:
    with pytest.raises(flowhost.Rejected, match=sentence):
        parse("json", data)


def test_a_name_that_stands_twice_among_very_many_is_found_in_good_time() -> None:
    names = [f'"{number}": 0' for number in range(200_000)]
    started = time.monotonic()
    with pytest.raises(flowhost.Rejected, match="'199999' stands twice"):
        parse("json", "{" + ",".join([*names, names[-1]]) + "}")
    assert time.monotonic() - started < 10


# -- XML


@pytest.mark.parametrize(
    "data",
    [
        b"<a><b>caf\xc3\xa9</b></a>",
        "<a><b>café</b></a>",
        '<?xml version="1.0" encoding="UTF-16"?><a><b>café</b></a>'.encode("utf-16"),
        '<?xml version="1.0" encoding="UTF-16"?><a><b>café</b></a>',
        b'<?xml version="1.0" encoding="ISO-8859-1"?><a><b>caf\xe9</b></a>',
        '<!DOCTYPE a PUBLIC "-//X//Y" "http://127.0.0.1:1/none.dtd"><a><b>caf&#233;</b></a>',
    ],
)
def test_xml_documents(data: bytes | str) -> None:
    root = parse("xml", data)
    assert (root.tag, root.findtext("b")) == ("a", "café")


def laughs(reference: str) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE a [<!ENTITY l0 "lol">{entities}]>{reference}'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the payload b'' is not acceptable XML: Document is empty at 1:1"),
        ("<a>\n<b></a>", r"Opening and ending tag mismatch: b line 2 and a at 2:8"),
        ("<a>&nbsp;</a>", "Entity 'nbsp' not defined at 1:10"),
        ("<a>\0</a>", "Invalid character|Char 0x0"),
        ("<a>\ud800</a>", "half a surrogate pair"),
        ("<a>" * 5000, "[Dd]epth"),
        (laughs("<a>&l9;</a>"), "amplification|entities are not allowed"),
        (laughs("<a b='&l9;'/>"), "amplification|entities are not allowed"),
        (laughs("<a/>"), "it declares the entity 'l0'; entities are not allowed"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "it declares the entity 'x'"),
        ("<!DOCTYPE a [<!ENTITY % x SYSTEM 'file:///etc/passwd'> %x;]><a/>", "it declares the entity 'x'"),
        (
            "<!DOCTYPE a SYSTEM 'a.dtd'><a>&x;</a>",
            "relies on an external DTD, which is not loaded: Entity 'x'",
        ),
        ("<!DOCTYPE a SYSTEM 'a.dtd'><a b='&x;'/>", "relies on an external DTD"),
    ],
)
def test_hostile_and_broken_xml_is_rejected_at_once(data: bytes | str, sentence: str) -> None:
    started = time.monotonic()
    with pytest.raises(flowhost.Rejected, match=sentence):
        parse("xml", data)
    assert time.monotonic() - started < 5


def test_an_external_dtd_is_not_read(tmp_path: Path) -> None:
    dtd = tmp_path / "a.dtd"
    dtd.write_text("<!ENTITY x 'secret'><!ATTLIST a leaked CDATA 'yes'>")
    root = parse("xml", f"<!DOCTYPE a SYSTEM '{dtd.as_uri()}'><a/>")
    assert dict(root.attrib) == {}
    for reference in ("<a>&x;</a>", "<a b='&x;'/>"):
        with pytest.raises(flowhost.Rejected, match="external DTD, which is not loaded: Entity 'x'"):
            parse("xml", f"<!DOCTYPE a SYSTEM '{dtd.as_uri()}'>{reference}")


def test_one_xml_parser_serves_several_threads() -> None:
    shared = parser("xml")
    wrong: list[object] = []

    def read(number: int) -> None:
        for turn in range(200):
            text = f"{number}-{turn}"
            root = shared.parse(f"<a><b>{text}</b></a>")
            if root.findtext("b") != text:
                wrong.append(text)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize("name", ["json", "xml"])
@pytest.mark.parametrize("make", [lambda size: b"<" * size, lambda size: "[" * size])
def test_fifty_megabytes_are_refused_quickly(name: str, make: Callable[[int], bytes | str]) -> None:
    payload = make(50_000_000)
    started = time.monotonic()
    with pytest.raises(
        flowhost.Rejected, match=r"payload of 50000000 \w+ is larger than 10485760 bytes; raise"
    ):
        parse(name, payload)
    assert time.monotonic() - started < 1


def test_the_size_limit_counts_bytes_also_in_text() -> None:
    assert parse("json", '"aaaa"', max_size=6) == "aaaa"
    with pytest.raises(flowhost.Rejected, match="6 characters is larger than 6 bytes"):
        parse("json", '"éaaa"', max_size=6)


# -- properties


@given(st.integers(-(10**80), 10**80))
def test_every_integer_survives(number: int) -> None:
    assert parse("integer", str(number)) == number
    assert parse("integer", str(number).encode()) == number
    assert parse("json", json.dumps(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_float_survives(number: float) -> None:
    assert math.copysign(1, parse("float", repr(number))) == math.copysign(1, number)
    assert parse("float", repr(number)) == number


OFFSETS = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)


@given(st.datetimes(timezones=OFFSETS))
def test_every_iso_timestamp_survives(moment: datetime) -> None:
    parsed = parse("iso", moment.isoformat())
    assert (parsed, parsed.utcoffset()) == (moment, moment.utcoffset())


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=OFFSETS))
def test_every_formatted_time_survives(moment: datetime) -> None:
    written = "%Y/%m/%d %H.%M.%S.%f %z"
    assert parse("datetime", moment.strftime(written), format=written) == moment
    assert parse("date", moment.strftime("%d %B %Y"), format="%d %B %Y") == moment.date()
    assert parse("time", moment.strftime("%f %S %M %H"), format="%f %S %M %H") == moment.time()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON_VALUES, st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_every_json_value_survives(value: Any, encoding: str) -> None:
    assert parse("json", json.dumps(value).encode(encoding)) == value


@pytest.mark.parametrize("name", sorted(PARSERS))
@given(data=st.binary(max_size=200) | st.text(max_size=200) | st.from_regex(r"[-+0-9T:.Zze_ ]{1,30}"))
def test_a_parser_raises_nothing_but_rejected(name: str, data: bytes | str) -> None:
    try:
        parse(name, data)
    except flowhost.Rejected as error:
        assert str(error)


@given(
    st.lists(
        st.sampled_from(
            ["<a>", "</a>", "<!DOCTYPE a [", "<!ENTITY x 'y'>", "]>", "&x;", "<?xml version='1.0'?>", "é"]
        )
    )
)
def test_scraps_of_xml_give_an_element_or_rejected(scraps: list[str]) -> None:
    try:
        assert isinstance(parse("xml", "".join(scraps)), etree._Element)
    except flowhost.Rejected as error:
        assert "XML" in str(error)
