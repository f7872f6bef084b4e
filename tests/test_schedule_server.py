"""The rules of the schedule over a real server: six weeks of `newsbeam ingest`, run once, looked at by each test.

Nobody sleeps: between two runs the lake is made older, by polls that put every time further back.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from newsbeam_command import WITHOUT_MODEL, Ended, newsbeam
from publisher import Publisher, Seen, response, rss

from lake.commit import commit
from lake.feeds import feed_states, learned_columns
from lake.known import Known
from lake.store import open_store
from lake.writer import TableWriter
from schemas.records import FeedState
from schemas.settings import LakeSettings

OTHER = "127.0.0.2"
SETTINGS = "[fetch]\nallow_private = true\n[feeds]\nmoves = 2\nprobe_days = 7\n"
#: The days of the runs.
DAYS = (0.0, 1.0, 2.5, 9.0, 40.0)
FEED = "Content-Type: application/rss+xml"
CLOSE = "Connection: close"  # after answers that differ, so that none is lost on a connection that ends


class Day(NamedTuple):
    """One run: what it asked for, and how the feeds stand after it, by their paths."""

    run: Ended
    asked: list[Seen]
    states: dict[str, FeedState]
    failing: str  # what `feeds list --failing` says

    def of(self, path: str) -> list[Seen]:
        """Return the requests for a path."""
        return [seen for seen in self.asked if seen.path == path]


def tagged(tag: str, is_deaf: bool = False, is_new: bool = False) -> object:
    """Answer with an ETag; a deaf server sends the body all the same, and one with news a new body each time."""

    async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if seen.headers.get("if-none-match") == tag and not is_deaf:
            writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n{CLOSE}\r\n\r\n".encode())
        else:
            body = rss(0).replace(b"<title>F", f"<title>Number {seen.number if is_new else 0}".encode())
            writer.write(response(body, "200 OK", FEED, CLOSE, f"ETag: {tag}"))

    return answer


def changing(*answers: bytes) -> object:
    """Give one answer after the other, and the last one from then on."""

    async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(answers[min(seen.number, len(answers) - 1)])

    return answer


def publish(publisher: Publisher) -> list[str]:
    """Put up the feeds, and return their addresses."""
    found = response(rss(0), "200 OK", FEED, CLOSE)

    def moved(status: str) -> bytes:
        return response(b"", status, "Location: /settled")

    answers = {
        "/leaves": changing(found, response(b"", "410 Gone", CLOSE), found),
        "/moves": moved("301 Moved Permanently"),
        "/visits": moved("302 Found"),
        "/stubborn": tagged('"v1"', is_new=True),
        "/deaf": tagged('"d1"', is_deaf=True),
    }
    publisher.add("/settled", tagged('W/"s1"'))  # type: ignore[arg-type]
    publisher.add("/a-patient", changing(response(b"", "429 Too Many Requests", "Retry-After: 172800", CLOSE), found))  # type: ignore[arg-type]
    publisher.add("/b-beside", found)
    feeds = [publisher.add(path, answer) for path, answer in answers.items()]  # type: ignore[arg-type]
    return [*feeds, *(publisher.url_of(OTHER) + path for path in ("/a-patient", "/b-beside"))]


def pass_time(lake: LakeSettings, days: float) -> None:
    """Make the lake older: each feed's last poll is written once more, with all of its times put back."""
    store = open_store(lake)
    cache = Known(store)
    seen = cache.refresh()
    name, now = f"older-by-{days}", datetime.now(UTC)
    writer = TableWriter(store, name)
    for state in feed_states(store):
        fields = state._asdict()
        older: dict[str, Any] = {
            field: at - timedelta(days) for field, at in fields.items() if isinstance(at, datetime)
        }
        row = learned_columns(state._replace(**older)) | {"last_fetch_attempt": now, "run_id": name}
        row |= {"feed_id": state.feed_id, "feed_url": state.url, "fetch_url": state.fetch_url or state.url}
        writer.add("feed_fetches", now.date(), row | {"outcome": "parsed"} | dict.fromkeys(COUNTS, 0))
    assert commit(store, name, writer.flush(), seen)


COUNTS = ("entries", "new_entries", "edited_entries")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[float, Day]:
    """Run newsbeam on each of the days."""
    folder: Path = tmp_path_factory.mktemp("weeks")
    (folder / "newsbeam.toml").write_text('contact = "test@example.org"\n' + WITHOUT_MODEL + SETTINGS)
    lake = LakeSettings(uri=str(folder / "data" / "news"))
    told: dict[float, Day] = {}
    with Publisher(("127.0.0.1", OTHER)) as publisher:
        feeds = publish(publisher)
        before = 0.0
        for day in DAYS:
            if day:
                pass_time(lake, day - before)
            asked = len(publisher.requests)
            run = newsbeam(folder, "ingest", "--json", *(() if day else ("--feeds", *feeds)))
            failing = newsbeam(folder, "feeds", "list", "--failing").out if day == 2.5 else ""
            states = {"/" + state.url.rpartition("/")[2]: state for state in feed_states(open_store(lake))}
            told[day] = Day(run, publisher.requests[asked:], states, failing)
            before = day
    return told


def conditions(day: Day, path: str) -> list[str]:
    return [seen.headers.get("if-none-match", "") for seen in day.of(path)]


def test_every_run_ends_well_and_every_feed_has_a_next_try(days: dict[float, Day]) -> None:
    for day in days.values():
        assert day.run.code == 0, day.run.err
        assert len(day.states) == 7
        assert all(state.next_attempt for state in day.states.values())
        assert all(state.reason for state in day.states.values() if state.status not in ("active", "moved"))


@pytest.mark.fault("410")
@pytest.mark.politeness("14", "a feed that is gone is left alone for weeks, says so, and is asked again")
def test_a_feed_that_is_gone_is_left_alone_and_asked_again(days: dict[float, Day]) -> None:
    states = [days[day].states["/leaves"].status for day in DAYS]
    assert states == ["active", "gone", "gone", "gone", "active"]
    assert [len(days[day].of("/leaves")) for day in DAYS] == [1, 1, 0, 0, 1]
    assert "/leaves" in days[2.5].failing
    assert "410" in days[2.5].states["/leaves"].reason


@pytest.mark.fault("redir_301")
@pytest.mark.politeness("15", "a permanent move is taken over when it repeats, and the validators stay behind")
def test_a_move_is_taken_over_when_it_repeats(days: dict[float, Day]) -> None:
    places = [days[day].states["/moves"].fetch_url.rpartition("/")[2] for day in DAYS]
    assert places == ["", "settled", "settled", "settled", "settled"]
    assert [len(days[day].of("/moves")) for day in DAYS] == [1, 1, 0, 0, 0]
    assert days[1.0].states["/moves"].status == "moved"
    assert days[1.0].states["/moves"].etag == ""
    assert conditions(days[9.0], "/settled") != []
    assert 'W/"s1"' in conditions(days[9.0], "/settled")
    assert {state.url.rpartition("/")[2] for state in days[40.0].states.values()} >= {"moves", "visits"}


@pytest.mark.fault("redir_302")
@pytest.mark.politeness("15", "a move for now is followed each time and never taken over")
def test_a_move_for_now_is_never_taken_over(days: dict[float, Day]) -> None:
    assert [len(days[day].of("/visits")) for day in DAYS] == [1, 1, 1, 1, 1]
    assert {days[day].states["/visits"].fetch_url for day in DAYS} == {""}


@pytest.mark.fault("304_no_etag")
@pytest.mark.politeness("6", "after a week of 304 a feed is asked without validators, and has news")
def test_a_server_that_says_304_for_ever_is_asked_without_validators(days: dict[float, Day]) -> None:
    assert [conditions(days[day], "/stubborn") for day in DAYS] == [[""], ['"v1"'], ['"v1"'], [""], [""]]
    first, *_, last = (days[day].states["/stubborn"].body_hash for day in DAYS)
    assert days[2.5].states["/stubborn"].body_hash == first
    assert days[9.0].states["/stubborn"].body_hash not in (first, last)


@pytest.mark.fault("etag_ignored")
@pytest.mark.politeness("6", "a server that ignores validators sends the same body: unchanged")
def test_a_server_that_ignores_validators_has_nothing_new(days: dict[float, Day]) -> None:
    assert conditions(days[1.0], "/deaf") == conditions(days[2.5], "/deaf") == ['"d1"']
    assert len({days[day].states["/deaf"].body_hash for day in DAYS}) == 1
    assert {days[day].states["/deaf"].status for day in DAYS} == {"active"}


@pytest.mark.fault("429_huge")
@pytest.mark.politeness("12", "Retry-After of two days holds for the host, and for no longer")
@pytest.mark.politeness("13", "one host's refusal delays no other")
def test_retry_after_of_two_days_holds_for_the_host(days: dict[float, Day]) -> None:
    asked = [[seen.path for seen in days[day].asked if seen.host == OTHER] for day in DAYS]
    assert asked[:2] == [["/a-patient"], []]
    assert sorted(asked[2]) == ["/a-patient", "/b-beside"]
    assert days[1.0].states["/a-patient"].status == "backing_off"
    assert days[1.0].states["/a-patient"].not_before is not None
    assert days[2.5].states["/a-patient"].status == "active"
    assert {seen.path for seen in days[0.0].asked} >= {"/leaves", "/moves", "/visits", "/stubborn", "/deaf"}
