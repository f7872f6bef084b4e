"""When feeds are polled again, and what a poll teaches."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outcomes import OUTCOMES
from schemas.records import FeedState
from schemas.settings import FeedSettings
from transforms.fetch.feed_hints import FeedHints, hints_as_text, hints_from_text
from transforms.fetch.fetched import Redirect
from transforms.fetch.schedule import Poll, due, due_at, next_state, permanent_target, validators

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)  # a Monday
NEW = FeedState("0" * 32, "https://a.example/feed")
SETTINGS = FeedSettings()
DAY = timedelta(days=1)
MODIFIED = "Mon, 04 May 2026 08:00:00 GMT"


def after(state: FeedState, outcome: str = "parsed", chance: float = 0.5, **said: object) -> FeedState:
    poll = Poll(outcome, str(said.pop("reason", "")), state.next_attempt or NOW)
    return next_state(state, poll._replace(**said), SETTINGS, chance)  # type: ignore[arg-type]


def wait(state: FeedState) -> float:
    assert state.next_attempt is not None
    assert state.last_attempt is not None
    return (state.next_attempt - state.last_attempt).total_seconds()


READ = after(NEW, headers={"etag": 'W/"a"', "last-modified": MODIFIED}, body_hash="1", new=10, entries=10)


@pytest.mark.politeness("1", "If-None-Match byte by byte")
@pytest.mark.politeness("2", "If-Modified-Since byte by byte, never made up")
@pytest.mark.politeness("3", "both where both were given")
@pytest.mark.parametrize(
    ("etag", "modified"),
    [('W/"a\x09b"', ""), ("unquoted", ""), ("", "last tuesday"), ('"a"', MODIFIED), ("", "")],
)
def test_validators_go_back_as_they_came(etag: str, modified: str) -> None:
    state = after(NEW, headers={"etag": etag, "last-modified": modified})
    expected = {"If-None-Match": etag, "If-Modified-Since": modified}
    assert validators(state, SETTINGS, NOW) == {name: value for name, value in expected.items() if value}
    assert validators(NEW, SETTINGS, NOW) == {}


@pytest.mark.politeness("4", "validators are replaced by each 200, also by nothing")
def test_validators_are_replaced_by_each_body() -> None:
    assert (READ.etag, READ.last_modified, READ.body_hash) == ('W/"a"', MODIFIED, "1")
    for outcome in ("parsed", "unchanged"):
        state = after(READ, outcome, headers={"etag": '"b"'})
        assert (state.etag, state.last_modified, state.body_hash) == ('"b"', "", "1")
    assert validators(after(READ, headers={}), SETTINGS, NOW) == {}


@pytest.mark.politeness("5", "304 is a success and freshens what is stored")
@pytest.mark.fault("304_no_etag")
def test_304_keeps_validators_and_takes_over_those_it_gives() -> None:
    state = after(READ, "not_modified")
    assert (state.etag, state.last_modified, state.status, state.failures) == ('W/"a"', MODIFIED, "active", 0)
    assert after(READ, "not_modified", headers={"etag": '"c"'})[9:11] != READ[9:11]
    assert after(READ, "not_modified", headers={"etag": '"c"'}).last_modified == MODIFIED
    assert state.last_success == READ.next_attempt
    assert state.last_full == READ.last_full


@pytest.mark.politeness("6", "once in a while a feed is asked without validators")
@pytest.mark.fault("etag_ignored")
def test_probe_after_days_of_304() -> None:
    state = READ
    asked = 0
    while state.next_attempt < NOW + 16 * DAY:  # type: ignore[operator]
        at = state.next_attempt
        assert at is not None
        probe = not validators(state, SETTINGS, at)
        asked += probe
        state = after(state, "unchanged" if probe else "not_modified", headers={"etag": '"a"'}, body_hash="1")
    assert asked == 2


@pytest.mark.politeness("8", "the longest of the server's hints counts, within bounds")
@pytest.mark.parametrize(
    ("hints", "headers", "seconds"),
    [
        (FeedHints(ttl=240), {}, 14_400),
        (FeedHints(update_period="daily", update_frequency=4), {}, 21_600),
        (FeedHints(), {"cache-control": "public, max-age=20000", "age": "2000"}, 18_000),
        (FeedHints(), {"expires": "Mon, 04 May 2026 20:00:00 GMT", "date": "Mon, 04 May 2026 17:00:00 GMT"}, 10_800),
        (FeedHints(), {"expires": "Mon, 04 May 2026 16:00:00 GMT"}, 14_400),
        (FeedHints(ttl=120), {"cache-control": "max-age=14400"}, 14_400),
        (FeedHints(ttl=9_999_999), {"cache-control": "max-age=9999999999"}, 86_400),
        (FeedHints(), {"cache-control": "no-cache, max-age=90000"}, 0),
        (FeedHints(), {"cache-control": "no-store"}, 0),
        (FeedHints(), {"cache-control": "max-age=0", "expires": "Mon, 04 May 2026 22:00:00 GMT"}, 0),
        (FeedHints(), {"cache-control": "s-maxage=90000"}, 0),
        (FeedHints(), {"expires": "0"}, 0),
        (FeedHints(update_period="sometimes"), {"cache-control": "max-age=banana"}, 0),
    ],
)
def test_hints(hints: FeedHints, headers: dict[str, str], seconds: float) -> None:
    state = after(NEW, hints=hints, headers=headers)
    assert state.fresh_until == (NOW + timedelta(seconds=seconds) if seconds else None)
    assert seconds <= wait(state) <= max(1.05 * seconds, SETTINGS.interval)
    named = due(state, NOW + timedelta(seconds=1), named=True)
    assert named is (seconds == 0)


@pytest.mark.politeness("8", "hints of the body hold while it stays the same")
def test_hints_hold_on_while_the_body_stays() -> None:
    state = after(NEW, hints=FeedHints(ttl=240))
    for outcome in ("not_modified", "unchanged", "timeout", "not_modified"):
        state = after(state, outcome)
    assert wait(state) >= 14_400
    assert after(state).fresh_until is None


@pytest.mark.politeness("5", "what a 304 says of caching takes the place of what was said before")
def test_304_may_shorten_what_was_fresh() -> None:
    long = after(NEW, headers={"cache-control": "max-age=80000"})
    assert wait(after(long, "not_modified")) >= 80_000
    short = after(long, "not_modified", headers={"cache-control": "max-age=300"})
    assert (short.fresh_until, wait(short) < 4_000) == (long.next_attempt + timedelta(minutes=5), True)  # type: ignore[operator]


@pytest.mark.politeness("8", "jitter spreads polls and keeps the bounds")
@given(st.floats(0, 0.999), st.sampled_from([60.0, 600.0, 1_800.0, 86_400.0]))
def test_jitter_keeps_the_bounds(chance: float, every: float) -> None:
    state = after(NEW._replace(every=every), chance=chance)
    assert 600 <= wait(state) <= max(660, every)
    assert chance < 0.01 or wait(state) > wait(after(NEW._replace(every=every), chance=0.0))


def test_feed_polled_once_a_day_does_not_miss_the_next_run() -> None:
    for chance in (0.0, 0.5, 0.999):
        assert wait(after(NEW._replace(every=86_400), chance=chance)) < 86_400


@pytest.mark.politeness("9", "a new feed is due at once, and not again after its poll")
def test_adding_a_feed_makes_one_request() -> None:
    assert due(NEW, NOW)
    assert not due(READ, NOW + timedelta(minutes=5))
    assert due(READ, NOW + timedelta(minutes=31))


@pytest.mark.politeness("10", "skipHours and skipDays")
@pytest.mark.parametrize(
    ("hours", "days", "earliest"),
    [
        ((12, 13), (), datetime(2026, 5, 4, 14, tzinfo=UTC)),
        ((), ("Monday", "Tuesday"), datetime(2026, 5, 6, 0, tzinfo=UTC)),
        ((*range(12, 24), 24), ("Tuesday",), datetime(2026, 5, 6, 1, tzinfo=UTC)),
        (tuple(range(24)), (), NOW),
        ((99, 13), ("Someday",), NOW),
        ((), ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), NOW),
    ],
)
def test_skipped_hours_and_days(hours: tuple[int, ...], days: tuple[str, ...], earliest: datetime) -> None:
    state = after(NEW, hints=FeedHints(skip_hours=hours, skip_days=days))
    assert state.next_attempt is not None
    assert earliest <= state.next_attempt < earliest + timedelta(hours=1)


@pytest.mark.politeness("10", "they hold for polls after failures too")
def test_skipped_hours_after_a_failure() -> None:
    state = after(NEW, "timeout", hints=FeedHints(skip_hours=(12, 13)))
    assert state.next_attempt == NOW + timedelta(hours=2, minutes=15)


def settled(a_day: float) -> FeedState:
    """Poll a feed that brings so many items a day for a fortnight."""
    state, brought = READ, 0.0
    while state.next_attempt < NOW + 14 * DAY:  # type: ignore[operator]
        at = state.next_attempt
        assert at is not None
        before, brought = brought, (at - NOW) / DAY * a_day
        state = after(state, new=int(brought) - int(before))
    return state


@pytest.mark.politeness("11", "the interval follows the rate of new items")
def test_interval_follows_the_rate() -> None:
    busy, usual, quiet = settled(500), settled(12), settled(0)
    assert busy.interval == SETTINGS.min_interval
    assert 5_000 < usual.interval < 25_000  # about one or two items a poll
    assert quiet.interval == SETTINGS.max_interval
    assert after(NEW, new=500).interval == SETTINGS.interval  # the first poll finds everything new


def test_poll_out_of_turn_says_little_of_the_rate() -> None:
    state = next_state(READ, Poll("parsed", "", NOW + timedelta(seconds=5), new=1), SETTINGS, 0.5)
    assert state.interval >= SETTINGS.min_interval
    assert state.items_a_day < 200


@pytest.mark.politeness("12", "Retry-After holds, whatever the user says")
@pytest.mark.fault("429_huge")
def test_retry_after_is_never_overridden() -> None:
    state = after(READ, "rate_limited", wait=7_200.0, reason="429")
    at = state.last_attempt
    assert at is not None
    assert state.not_before == at + timedelta(hours=2)
    assert (state.status, state.reason) == ("backing_off", "rate_limited: 429")
    for moment in (at, at + timedelta(minutes=119)):
        assert not due(state, moment, named=True, force=True)
    assert due(state, at + timedelta(minutes=121), force=True)
    assert due_at(state, force=True) == state.not_before
    assert after(state).not_before is None


@pytest.mark.politeness("13", "feeds of one host do not go on at one instant")
def test_feeds_of_one_host_are_spread_after_a_refusal() -> None:
    waits = {after(READ, "rate_limited", chance=n / 50, wait=3_600.0).next_attempt for n in range(50)}
    assert len(waits) == 50
    assert max(waits) - min(waits) > timedelta(minutes=30)  # type: ignore[type-var, operator]


@pytest.mark.politeness("13", "a short Retry-After neither brings a feed back early nor all at one instant")
def test_short_retry_after_is_no_reason_to_hurry() -> None:
    refused = [after(READ, "rate_limited", chance=n / 50, wait=1.0) for n in range(50)]
    assert min(map(wait, refused)) >= 600
    assert max(map(wait, refused)) - min(map(wait, refused)) > 300
    state = READ
    for _ in range(6):
        state = after(state, "rate_limited", wait=1.0)
    assert wait(state) > 6 * 3_600


@pytest.mark.politeness("14", "failures back off with jitter")
@pytest.mark.fault("404")
@pytest.mark.parametrize("outcome", ["http_404", "http_error", "timeout", "dns", "tls", "connection"])
def test_back_off(outcome: str) -> None:
    state, waits = READ, []
    for _ in range(12):
        state = after(state, outcome, reason="why")
        waits.append(wait(state))
    assert waits == sorted(waits)
    assert waits[0] == 900
    assert waits[-1] == 86_400
    assert (state.status, state.reason, state.failures) == ("backing_off", f"{outcome}: why", 12)
    assert state.etag == READ.etag
    assert wait(after(READ, outcome, chance=0.0)) < 900 < wait(after(READ, outcome, chance=0.9))
    assert after(state)[7:9] != state[7:9]
    assert (after(state).status, after(state).failures, after(state).reason) == ("active", 0, "")


@pytest.mark.politeness("14", "410 disables visibly, with a reason and a next try")
@pytest.mark.fault("410")
def test_gone() -> None:
    state = after(READ, "gone", reason="410 Gone")
    assert (state.status, state.reason) == ("gone", "gone: 410 Gone")
    assert 26 * 86_400 < wait(state) <= 30 * 86_400


TO = "https://b.example/feed"


def steps(*statuses: int) -> Sequence[Redirect]:
    return [Redirect("https://a.example/feed", status) for status in statuses]


@pytest.mark.politeness("15", "only a chain of nothing but 301 and 308 is a permanent move")
@pytest.mark.parametrize(
    ("statuses", "target"),
    [((301,), TO), ((308, 301), TO), ((), ""), ((302,), ""), ((301, 302), ""), ((303,), ""), ((307, 308), "")],
)
def test_permanent_target(statuses: tuple[int, ...], target: str) -> None:
    assert permanent_target(steps(*statuses), TO) == target


@pytest.mark.politeness("15", "a move is taken over after it repeats, without the old validators")
@pytest.mark.fault("redir_301")
def test_move_is_taken_over_after_it_repeats() -> None:
    state = READ
    for times in (1, 2):
        state = after(state, permanent_url=TO, headers={"etag": '"x"'})
        assert (state.fetch_url, state.moved_to, state.moved_times) == ("", TO, times)
    state = after(state, permanent_url=TO, headers={"etag": '"x"'})
    assert (state.status, state.fetch_url, state.moved_times) == ("moved", TO, 0)
    assert (state.etag, state.last_modified) == ("", "")
    assert TO in state.reason
    assert (state.feed_id, state.url) == (NEW.feed_id, NEW.url)
    assert (after(state).status, after(state).fetch_url) == ("active", TO)


@pytest.mark.politeness("15", "a move that does not repeat, or leads to no feed, is not taken over")
@pytest.mark.fault("redir_302")
@pytest.mark.parametrize(
    "between",
    [
        {"outcome": "parsed"},
        {"outcome": "parsed", "permanent_url": "https://c.example/feed"},
        {"outcome": "not_a_feed", "permanent_url": TO},
        {"outcome": "http_404"},
        {"outcome": "timeout"},
    ],
)
def test_move_that_does_not_repeat(between: dict[str, str]) -> None:
    state = after(after(READ, permanent_url=TO), permanent_url=TO)
    state = after(state, **between)
    assert (state.fetch_url, state.moved_times < 2) == ("", True)
    assert after(state, permanent_url=TO).fetch_url == ""


@pytest.mark.politeness("16", "HTML in place of a feed leaves no validators")
@pytest.mark.fault("html_not_rss")
@pytest.mark.fault("consent")
def test_no_feed() -> None:
    state = after(READ, "not_a_feed", headers={"etag": '"page"'}, reason="an HTML page")
    assert (state.status, state.reason, state.etag, state.last_modified) == (
        "not_a_feed",
        "not_a_feed: an HTML page",
        "",
        "",
    )
    assert validators(state, SETTINGS, NOW) == {}
    assert 3_600 < wait(state) < 4 * 3_600
    for _ in range(9):
        state = after(state, "not_a_feed")
    assert 2 * 86_400 < wait(state) < 7 * 86_400


def test_feed_that_was_only_deferred_stays_due() -> None:
    state = next_state(READ, Poll("deferred", "the time is over", NOW), SETTINGS, 0.5)
    assert state == READ._replace(next_attempt=NOW + timedelta(seconds=1))
    refused = READ._replace(not_before=NOW + DAY)
    assert next_state(refused, Poll("deferred", "", NOW), SETTINGS, 0.5).next_attempt == NOW + DAY


def test_who_is_due() -> None:
    later = READ._replace(next_attempt=NOW + DAY, fresh_until=NOW + timedelta(hours=1))
    assert not due(later, NOW)
    assert not due(later, NOW, named=True)
    assert due(later, NOW + timedelta(hours=1), named=True)
    assert due(later, NOW, force=True)
    assert not any(due(later._replace(enabled=False), NOW + 9 * DAY, *how) for how in ((False, True), (True, False)))


POLLS = st.builds(
    Poll,
    outcome=st.sampled_from(["parsed", "not_modified", "unchanged", *OUTCOMES]),
    reason=st.sampled_from(["", "why"]),
    at=st.just(NOW),
    wait=st.sampled_from([0.0, 1.0, 86_400.0, 9e6]),
    permanent_url=st.sampled_from(["", TO]),
    headers=st.sampled_from([{}, {"etag": '"a"'}, {"cache-control": "max-age=9999999999"}, {"expires": "x"}]),
    hints=st.builds(FeedHints, st.integers(0, 9_999_999), skip_days=st.just(("Monday", "Tuesday"))),
    new=st.integers(0, 9_999),
)


@pytest.mark.politeness("14", "nothing stops silently, whatever a feed does")
@settings(deadline=None)
@given(
    st.lists(st.tuples(POLLS, st.floats(0, 0.999), st.floats(0, 9e6)), max_size=12), st.sampled_from([0.0, 1.0, 9e9])
)
def test_nothing_stops_silently(polls: list[tuple[Poll, float, float]], every: float) -> None:
    state, now = NEW._replace(every=every), NOW
    for poll, chance, pause in polls:
        state = next_state(state, poll._replace(at=now), SETTINGS, chance)
        assert state.status in {"new", "active", "backing_off", "moved", "gone", "not_a_feed"}
        assert state.status in {"new", "active"} or state.reason
        assert state.next_attempt is not None
        assert now < state.next_attempt <= now + timedelta(days=31)
        assert due(state, state.next_attempt + timedelta(days=31), force=True)
        now += timedelta(seconds=pause)


@given(
    st.builds(
        FeedHints,
        ttl=st.integers(0, 9_999),
        update_period=st.sampled_from(["", "hourly", "daily"]),
        update_frequency=st.integers(1, 9),
        skip_hours=st.lists(st.integers(0, 24), max_size=5).map(tuple),
        skip_days=st.lists(st.sampled_from(["Monday", "Sunday"]), max_size=2).map(tuple),
    )
)
@pytest.mark.politeness("10", "hints of the last body hold for the polls that bring none")
def test_hints_come_back_from_the_lake(hints: FeedHints) -> None:
    assert hints_from_text(hints_as_text(hints)) == hints
