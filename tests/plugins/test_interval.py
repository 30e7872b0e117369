"""The source `interval`: ticks, windows of the day, time zones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.interval import Interval
from flowhost_plugins.interval.window import Window, parse_time

DAEMON = flowhost.DaemonInfo("test", "/", workers=2)

Start = Callable[..., list[datetime]]


@pytest.fixture
def start(clock: FakeClock) -> Iterator[Start]:
    """Starts a source in a thread; gives the times of day of its ticks, a list that grows."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def run(source: flowhost.Source, block: Callable[[], None] = lambda: None) -> list[datetime]:
        ticks: list[datetime] = []

        def emit(event: flowhost.Event) -> Future[flowhost.Receipt]:
            assert (event.type, event.data, event.source, event.subject) == ("tick", None, "interval", None)
            ticks.append(event.time)
            block()
            done: Future[flowhost.Receipt] = Future()
            done.set_result(flowhost.Receipt("done"))
            return done

        threads.append(threading.Thread(target=source.run, args=(emit, stop)))
        threads[-1].start()
        return ticks

    yield run
    stop.set()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def test_a_tick_waits_for_a_free_worker_and_the_missed_ones_never_come(clock: FakeClock) -> None:
    running: list[Future[flowhost.Receipt]] = []

    def emit(event: flowhost.Event) -> Future[flowhost.Receipt]:
        running.append(Future())
        return running[-1]

    stop = threading.Event()
    source = Interval(interval=10, clock=clock, daemon=DAEMON)
    thread = threading.Thread(target=source.run, args=(emit, stop))
    thread.start()
    try:
        clock.wait_for_waiters(1)
        clock.advance(10)
        until(lambda: len(running) == 2)  # two workers, both busy now
        clock.wait_for_waiters(1)
        clock.advance(45)  # four ticks fall due meanwhile
        assert len(running) == 2
        running[0].set_result(flowhost.Receipt("done"))
        until(lambda: len(running) == 3)
        running[1].set_result(flowhost.Receipt("done"))
        clock.wait_for_waiters(1)
        assert len(running) == 3
    finally:
        stop.set()
        thread.join(5)
    assert not thread.is_alive()


def until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never came true")


def at(text: str, zone: Any = UTC) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shown(ticks: list[datetime]) -> list[str]:
    return [tick.strftime("%d %H:%M:%S") for tick in ticks]


def test_the_first_tick_comes_at_once_and_the_others_every_interval(clock: FakeClock, start: Start) -> None:
    ticks = start(Interval(interval=90, clock=clock, daemon=DAEMON))
    clock.elapse(300)
    assert shown(ticks) == ["01 00:00:00", "01 00:01:30", "01 00:03:00", "01 00:04:30"]


def test_intervals_that_no_binary_fraction_expresses_keep_their_average(
    clock: FakeClock, start: Start
) -> None:
    ticks = start(Interval(interval=0.1, clock=clock, daemon=DAEMON))
    clock.elapse(10)
    assert len(ticks) == 101


def test_overshoot_is_carried_so_that_the_average_period_holds(clock: FakeClock, start: Start) -> None:
    delays = iter([3, 0, 9, 0, 0, 0])
    ticks = start(
        Interval(interval=10, clock=clock, daemon=DAEMON), block=lambda: clock.advance(next(delays))
    )
    clock.elapse(37)
    assert shown(ticks)[:5] == ["01 00:00:00", "01 00:00:10", "01 00:00:20", "01 00:00:30", "01 00:00:40"]


def test_ticks_missed_while_the_workers_are_busy_are_not_made_up_for(clock: FakeClock, start: Start) -> None:
    delays = iter([35, 0, 0, 0, 0])
    ticks = start(
        Interval(interval=10, clock=clock, daemon=DAEMON), block=lambda: clock.advance(next(delays))
    )
    clock.wait_for_waiters()
    clock.elapse(20)
    assert shown(ticks) == ["01 00:00:00", "01 00:00:40", "01 00:00:50"]


def test_ticks_come_only_in_the_window_both_ends_included(clock: FakeClock, start: Start) -> None:
    clock.set(at("2026-01-01T06:30"))
    ticks = start(
        Interval(
            interval=1800, window_start="08", window_end="09:00", timezone="UTC", clock=clock, daemon=DAEMON
        )
    )
    clock.elapse(26 * 3600)
    assert shown(ticks) == [
        *("01 08:00:00", "01 08:30:00", "01 09:00:00"),
        *("02 08:00:00", "02 08:30:00"),
    ]


def test_a_window_goes_over_midnight(clock: FakeClock, start: Start) -> None:
    clock.set(at("2026-01-01T12:00"))
    window = {"window_start": "23:00:00", "window_end": "01:00"}
    ticks = start(Interval(interval=3600, **window, timezone="UTC", clock=clock, daemon=DAEMON))
    clock.elapse(24 * 3600)
    assert shown(ticks) == ["01 23:00:00", "02 00:00:00", "02 01:00:00"]


def test_the_count_begins_anew_when_the_window_opens(clock: FakeClock, start: Start) -> None:
    ticks = start(
        Interval(
            interval=2700,
            window_start="08:00",
            window_end="09:00",
            timezone="UTC",
            clock=clock,
            daemon=DAEMON,
        )
    )
    clock.elapse(33 * 3600)
    assert shown(ticks) == ["01 08:00:00", "01 08:45:00", "02 08:00:00", "02 08:45:00"]


def test_a_tick_not_yet_due_when_the_window_opens_waits(clock: FakeClock, start: Start) -> None:
    clock.set(at("2026-01-01T12:00"))
    ticks = start(
        Interval(
            interval=3600,
            window_start="12:30",
            window_end="12:10",
            timezone="UTC",
            clock=clock,
            daemon=DAEMON,
        )
    )
    clock.elapse(2 * 3600)
    assert shown(ticks) == ["01 12:00:00", "01 13:00:00", "01 14:00:00"]


def test_a_clock_set_by_hand_into_the_window_is_noticed(clock: FakeClock, start: Start) -> None:
    ticks = start(Interval(interval=10, window_start="12:00", timezone="UTC", clock=clock, daemon=DAEMON))
    clock.elapse(30)
    clock.jump(13 * 3600)
    clock.elapse(60)
    assert len(ticks) >= 4
    clock.jump(-13 * 3600)
    before = len(ticks)
    clock.elapse(120)
    assert len(ticks) == before


def test_the_window_is_what_the_clock_on_the_wall_shows(clock: FakeClock, start: Start) -> None:
    """In Oslo the hour from 02:00 is skipped on 29 March 2026 and repeated on 25 October 2026."""
    night = {"window_start": "02:15", "window_end": "02:45", "timezone": "Europe/Oslo"}
    clock.set(at("2026-03-28T00:00"))
    ticks = start(Interval(interval=86_400, **night, clock=clock, daemon=DAEMON))
    clock.elapse(3 * 86_400)
    assert shown(ticks) == ["28 01:15:00", "30 00:15:00"]


def test_a_repeated_hour_opens_the_window_twice(clock: FakeClock, start: Start) -> None:
    night = {"window_start": "02:15", "window_end": "02:45", "timezone": "Europe/Oslo"}
    clock.set(at("2026-10-25T00:00"))
    ticks = start(Interval(interval=1800, **night, clock=clock, daemon=DAEMON))
    clock.elapse(3 * 3600)
    assert shown(ticks) == ["25 00:15:00", "25 00:45:00", "25 01:15:00", "25 01:45:00"]


def test_a_window_that_would_open_in_a_skipped_hour_opens_right_after_it(
    clock: FakeClock, start: Start
) -> None:
    clock.set(at("2026-03-29T00:00:17"))
    window = {"window_start": "02:30", "window_end": "04:00", "timezone": "Europe/Oslo"}
    ticks = start(Interval(interval=86_400, **window, clock=clock, daemon=DAEMON))
    clock.elapse(2 * 3600)
    assert shown(ticks) == ["29 01:00:00"]  # 03:00 in Oslo


def test_without_a_time_zone_the_machine_s_own_counts(
    clock: FakeClock, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time as machine

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    machine.tzset()
    try:
        ticks = start(Interval(interval=86_400, window_start="12:00", clock=clock, daemon=DAEMON))
        clock.elapse(6 * 3600)
        assert shown(ticks) == ["01 03:00:00"]
    finally:
        monkeypatch.undo()
        machine.tzset()


def test_it_stops_while_it_waits(clock: FakeClock) -> None:
    stop = threading.Event()
    thread = threading.Thread(
        target=Interval(clock=clock, daemon=DAEMON).run, args=(lambda event: Future(), stop)
    )
    thread.start()
    clock.wait_for_waiters()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"interval": 0}, r"interval is 0 seconds, expected more than 0"),
        ({"interval": -1}, r"interval is -1 seconds"),
        ({"interval": float("nan")}, r"interval is nan"),
        ({"interval": float("inf")}, r"interval is inf"),
        ({"window_start": "25:00"}, r"window start: '25:00' is no time of day, expected HH\[:MM\[:SS\]\]"),
        ({"window_end": "8 o'clock"}, r"window end: \"8 o'clock\" is no time of day"),
        ({"timezone": "Oslo"}, r"there is no time zone 'Oslo'; did you mean 'Europe/Oslo'\?"),
        ({"timezone": "Europe/Berlni"}, r"did you mean 'Europe/Berlin'\?"),
        ({"timezone": "zzzzzzzz"}, r"expected a name such as 'Europe/Oslo' or 'UTC'"),
    ],
)
def test_wrong_options_are_explained(clock: FakeClock, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Interval(**options, clock=clock, daemon=DAEMON)


seconds = st.integers(0, 86_399)


def time_of(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)


unhurried = settings(deadline=None)  # other tests may keep the machine busy


@unhurried
@given(seconds)
def test_what_is_written_as_a_time_is_read_as_that_time(second: int) -> None:
    moment = time_of(second)
    assert parse_time(moment.strftime("%H:%M:%S")) == moment
    assert parse_time(f" {moment.hour}:{moment.minute} ") == moment.replace(second=0)
    assert parse_time(f"{moment.hour:02}") == moment.replace(minute=0, second=0)


@unhurried
@given(st.text(alphabet="0123456789: .-٣", max_size=9))
def test_a_text_is_a_time_or_a_value_error(text: str) -> None:
    try:
        moment = parse_time(text)
    except ValueError as error:
        assert repr(text) in str(error)
    else:
        numbers = [int(part) for part in text.split(":")] + [0, 0]
        assert (moment.hour, moment.minute, moment.second) == tuple(numbers[:3])


def open_seconds(start: int | None, end: int | None) -> set[int]:
    """Walk from the start second by second, as the hand of a clock, until the end has been shown."""
    if start is None or end is None:
        return set(range(start or 0, (86_399 if end is None else end) + 1))
    second, walked = start, {start}
    while second != end or len(walked) == 1:
        second = (second + 1) % 86_400
        walked.add(second)
    return walked


near_midnight = st.one_of(
    st.none(), st.sampled_from([0, 1, 2, 59, 60, 3600, 43_200, 86_398, 86_399]), seconds
)


@unhurried
@given(near_midnight, near_midnight, seconds, st.integers(0, 999_999))
def test_a_window_is_open_in_the_seconds_between_its_ends(
    start: int | None, end: int | None, second: int, microsecond: int
) -> None:
    window = Window(*(None if edge is None else time_of(edge) for edge in (start, end)))
    model = open_seconds(start, end)
    for probe in {second, *(edge for edge in (start, end) if edge is not None)}:
        moment = time_of(probe).replace(microsecond=microsecond)
        assert window.contains(moment) == (probe in model)


@unhurried
@given(near_midnight, near_midnight, seconds, st.integers(0, 999_999))
def test_a_window_opens_after_the_time_it_says_and_not_before(
    start: int | None, end: int | None, second: int, microsecond: int
) -> None:
    window = Window(*(None if edge is None else time_of(edge) for edge in (start, end)))
    now = datetime.combine(datetime(2026, 6, 1), time_of(second).replace(microsecond=microsecond))
    pause = timedelta(seconds=window.opens_in(now.time()))
    assert window.contains((now + pause).time())
    assert not pause or not window.contains((now + pause - timedelta(microseconds=1)).time())
