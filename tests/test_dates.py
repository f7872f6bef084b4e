"""Times are read in every form, with precision, offset and raw words, and believed only when they can be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.article.dates import Claim, Published, choose_published, plausible, with_feed
from transforms.article.moments import parse_moment

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "at", "precision"),
    [
        ("2024-05-03T15:47:42Z", "2024-05-03T15:47:42", "second"),
        ("2024-05-03T15:47:42.389Z", "2024-05-03T15:47:42.389", "second"),
        ("2024-05-03T15:47:42+02:00", "2024-05-03T13:47:42", "second"),
        ("2024-05-03T15:47:42+0530", "2024-05-03T10:17:42", "second"),
        ("2024-05-03T23:30-05", "2024-05-04T04:30:00", "minute"),
        ("2024-05-03 15:47", "2024-05-03T15:47:00", "minute"),
        ("2024-05-03T15:47:42+02:00[Europe/Berlin]", "2024-05-03T13:47:42", "second"),
        ("20240503T154742Z", "2024-05-03T15:47:42", "second"),
        ("2024-05-03", "2024-05-03T00:00:00", "day"),
        ("2024-05-03T00:00:00+08:00", "2024-05-03T00:00:00", "day"),
        ("2024/5/3", "2024-05-03T00:00:00", "day"),
        ("Fri, 03 May 2024 15:47:42 +0200", "2024-05-03T13:47:42", "second"),
        ("Fri, 03 May 2024 15:47:42 GMT", "2024-05-03T15:47:42", "second"),
        ("03 May 2024 15:47 EST", "2024-05-03T20:47:00", "minute"),
        ("Fri, 03 May 2024 15:47:42 CEST", "2024-05-03T13:47:42", "second"),
        ("1714751262", "2024-05-03T15:47:42", "second"),
        ("1714751262000", "2024-05-03T15:47:42", "second"),
        ("May 3, 2024 3:47 pm", "2024-05-03T15:47:00", "minute"),
        ("3 mai 2024", "2024-05-03T00:00:00", "day"),
        ("03.05.2024 15:47", "2024-05-03T15:47:00", "minute"),
        ("Fr 3.5.24, 15.47 Uhr", "2024-05-03T15:47:00", "minute"),
        ("3.5.2024", "2024-05-03T00:00:00", "day"),
        ("2024年5月3日 15:47", "2024-05-03T15:47:00", "minute"),
        ("3 maja 2024 15:47", "2024-05-03T15:47:00", "minute"),
        ("3 мая 2024 г., 15:47", "2024-05-03T15:47:00", "minute"),
    ],
)
def test_forms_of_time(raw, at, precision):
    moment = parse_moment(raw)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (moment.precision, moment.raw) == (precision, raw)


@pytest.mark.parametrize(
    "raw", ["", "   ", "yesterday", "2024-13-45", "2024-02-30T10:00:00Z", "999999999999", "x" * 500]
)
def test_no_time(raw):
    assert parse_moment(raw) is None


def test_a_time_without_offset_takes_the_given_one():
    moment = parse_moment("2024-05-03T15:47:42", timedelta(hours=2))
    assert moment is not None
    assert moment.at == datetime(2024, 5, 3, 13, 47, 42, tzinfo=UTC)
    assert moment.offset == timedelta(hours=2)


def test_plausible_times_end_a_day_ahead():
    assert plausible(NOW + timedelta(hours=23), NOW)
    assert not plausible(NOW + timedelta(hours=25), NOW)
    assert not plausible(datetime(1994, 12, 31, tzinfo=UTC), NOW)


def test_the_first_claim_that_can_be_is_taken():
    claims = [Claim("", "json-ld"), Claim("2099-01-01T10:00:00Z", "json-ld"), Claim("2024-05-03T10:00:00Z", "meta")]
    assert choose_published(claims, NOW, None) == Published(
        datetime(2024, 5, 3, 10, tzinfo=UTC), "second", "meta", "2024-05-03T10:00:00Z", 0
    )


@pytest.mark.parametrize(
    ("raw", "offset", "flag"),
    [
        ("2099-01-01", None, "future"),
        ("2026-11-25T10:00:00+02:00", 120, "future"),
        ("1970-01-01T00:00:00Z", 0, "past"),
        ("0001-01-01T00:00:00", None, "past"),
        ("31 December 1994", None, "past"),
    ],
)
def test_a_time_that_can_not_be_is_flagged_and_its_words_stay(raw, offset, flag):
    expected = Published(raw=raw, source="json-ld", offset=offset, flag=flag)
    assert choose_published([Claim(raw, "json-ld")], NOW, None) == expected


def test_htmldate_stands_in_for_a_time_that_can_not_be():
    assert choose_published([Claim("2099-01-01T10:00:00Z", "json-ld")], NOW, None, lambda: "2024-05-03") == Published(
        datetime(2024, 5, 3, tzinfo=UTC), "day", "htmldate", "2099-01-01T10:00:00Z", None, "future"
    )


DAY = Published(datetime(2024, 5, 3, tzinfo=UTC), "day", "htmldate", "2024-05-03")


@pytest.mark.parametrize(
    ("own", "raw", "source"),
    [
        (DAY, "2024-05-03T10:00:00+02:00", "feed"),
        (Published(), "2024-05-03T10:00:00+02:00", "feed"),
        (Published(), "2024-05-03", "feed"),
        (Published(raw="2099-01-01", source="meta", flag="future"), "2024-05-03T10:00:00Z", "feed"),
        (DAY, "2024-05-03", "htmldate"),
        (DAY, "2024-05-13T10:00:00Z", "htmldate"),
        (DAY, "2031-05-03T10:00:00Z", "htmldate"),
        (DAY, "", "htmldate"),
        (DAY, "soon", "htmldate"),
        (DAY._replace(precision="minute", source="meta"), "2024-05-03T10:00:00Z", "meta"),
    ],
)
def test_what_a_feed_said_adds_the_time_of_day(own, raw, source):
    found = with_feed(own, raw, NOW)
    assert found.source == source
    assert found.offset == (
        {"+02:00": 120}.get(raw[-6:], 0 if raw.endswith("Z") else None) if source == "feed" else None
    )


def test_a_feeds_time_that_can_not_be_is_flagged():
    found = with_feed(Published(), "2031-05-03T10:00:00Z", NOW)
    assert (found.at, found.source, found.flag) == (None, "feed", "future")


def test_words_that_are_no_time_stay_without_a_flag():
    assert choose_published([Claim("yesterday", "record")], NOW, None) == Published(raw="yesterday", source="record")
    assert choose_published([], NOW, None) == Published()


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [
        ("2024-05-03T15:47:42Z", 0),
        ("2024-05-03T15:47:42+05:30", 330),
        ("2024-05-03T15:47:42-03:30", -210),
        ("2024-05-03T00:00:00+08:00", 480),
        ("Fri, 03 May 2024 15:47:42 CEST", 120),
        ("May 3, 2024 3:47 pm ET", -240),
        ("Dec 3, 2024 3:47 pm ET", -300),
        ("2024-05-03T15:47:42", None),
        ("2024-05-03", None),
        ("1714751262", None),
        ("2024-05-03T15:47:42-00:00", None),
        ("Fri, 03 May 2024 15:47:42 -0000", None),
        ("2024-05-03T15:47:42+23:00", None),
    ],
)
def test_the_offset_is_what_these_very_words_say(raw, minutes):
    assert choose_published([Claim(raw, "record")], NOW, timedelta(hours=1)).offset == minutes


def test_an_unknown_offset_is_utc():
    for raw in ("2024-05-03T15:47:42-00:00", "Fri, 03 May 2024 15:47:42 -0000"):
        moment = parse_moment(raw, timedelta(hours=2))
        assert moment is not None
        assert moment.at == datetime(2024, 5, 3, 15, 47, 42, tzinfo=UTC)


def test_a_page_date_far_from_the_guess_is_not_believed():
    claims = [Claim("2024-05-03T10:00:00Z", "json-ld"), Claim("2021-01-05T08:00:00Z", "meta")]
    assert choose_published(claims, NOW, None, lambda: "2021-01-05").raw == "2021-01-05T08:00:00Z"
    assert choose_published(claims[:1], NOW, None, lambda: "2021-01-05") == Published(
        datetime(2021, 1, 5, tzinfo=UTC), "day", "htmldate", "2021-01-05"
    )


def test_the_gate_compares_days_where_they_were_written():
    claim = Claim("2024-05-04T01:00:00+09:00", "json-ld")
    assert choose_published([claim], NOW, None, lambda: "2024-05-05").source == "json-ld"
    assert choose_published([claim], NOW, None, lambda: "2024-05-06").source == "htmldate"


@given(st.datetimes(min_value=datetime(1995, 1, 1, 0, 0, 1), max_value=datetime(2035, 1, 1)), st.integers(-12, 14))
def test_iso_times_come_back_exactly(at, hours):
    at = at.replace(hour=at.hour or 1, tzinfo=UTC)
    moment = parse_moment(at.isoformat())
    assert moment is not None
    assert moment.at == at
    shifted = (at + timedelta(hours=hours)).replace(tzinfo=None)
    if (shifted.hour, shifted.minute, shifted.second, shifted.microsecond) != (0, 0, 0, 0):
        moment = parse_moment(f"{shifted.isoformat()}{hours:+03d}:00")
        assert moment is not None
        assert moment.at == at


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet="0123456789-:TZ+/., ", max_size=30))
def test_any_words_are_answered(raw):
    moment = parse_moment(raw)
    assert moment is None or moment.at.tzinfo == UTC
    assert moment is None or moment.minutes is None or abs(moment.minutes) <= 14 * 60


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["2024-05-03T10:00:00", "2024-05-03 10:00", "Fri, 03 May 2024 10:00:00 "]),
    st.sampled_from("+-"),
    st.integers(0, 99),
    st.integers(0, 99),
)
def test_offsets_stay_within_fourteen_hours(start, sign, hours, minutes):
    found = choose_published([Claim(f"{start}{sign}{hours:02d}{minutes:02d}", "record")], NOW, None)
    assert found.offset is None or abs(found.offset) <= 14 * 60
    assert found.raw


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40))
def test_any_claim_is_answered(raw):
    found = choose_published([Claim(raw, "json-ld")], NOW, None, lambda: raw)
    assert found.at is None or plausible(found.at, NOW)
    assert found.flag in {"", "past", "future"}
