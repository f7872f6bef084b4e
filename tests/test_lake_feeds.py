"""Subscriptions, what polls have taught, sightings and what is pending, as the lake keeps them."""

import json
from datetime import timedelta

from lake_rows import DAY, NOW, article, digest, feed_fetch, outcome, sighting, subscription

from lake import parquet
from lake.commit import commit
from lake.feeds import Feeds, feed_states, subscription_row
from lake.known import Known
from lake.query import connect
from lake.snapshot import live_files
from lake.store import open_store
from lake.writer import TableWriter
from schemas.records import FeedState, Reference
from schemas.settings import LakeSettings

FEED = "https://example.org/feed"


def put(settings: LakeSettings, run_id: str, *rows: tuple[str, dict], seen: int = 0, days: int = 0) -> None:
    store = open_store(settings)
    writer = TableWriter(store, run_id)
    for table, row in rows:
        writer.add(table, DAY + timedelta(days), row)
    assert commit(store, run_id, writer.flush(), seen)


def test_the_last_word_on_each_feed_counts(lake_settings: LakeSettings) -> None:
    store = open_store(lake_settings)
    store.check()
    followed = Feeds(store)
    assert feed_states(store) == followed.states() == []
    other = "https://example.org/other"
    put(lake_settings, "run1", ("feeds", subscription(FEED, "run1")), ("feeds", subscription(other, "run1")))
    put(lake_settings, "run2", ("feed_fetches", feed_fetch(FEED, "run2", NOW)), days=1)
    put(lake_settings, "run3", ("feed_fetches", feed_fetch(FEED, "run3", NOW + timedelta(1))), days=2)
    first, second = feed_states(store)
    assert followed.states() == [first, second]
    assert (first.url, first.status, first.etag, first.last_attempt) == (
        FEED,
        "active",
        'W/"1"',
        NOW + timedelta(1),
    )
    assert (first.name, first.tags) == ("A feed", ("news",))
    assert (second.url, second.status, second.last_attempt) == (other, "new", None)
    later = NOW + timedelta(hours=1)
    renamed = subscription_row(first._replace(url=FEED + "?new", enabled=False), later, "run4")
    put(
        lake_settings,
        "run4",
        ("feeds", renamed),
        ("feeds", subscription_row(FeedState(second.feed_id, other), later, "run4", removed=True)),
    )
    (only,) = feed_states(store)
    assert followed.states() == [only]
    assert (only.feed_id, only.url, only.enabled, only.etag) == (first.feed_id, FEED + "?new", False, "")
    connection = connect(store)
    asked = connection.sql("SELECT url, system_status, http_etag, last_fetch_failures FROM feeds").fetchall()
    assert asked == [(FEED + "?new", "paused", None, None)]
    put(
        lake_settings,
        "run5",
        ("feed_fetches", feed_fetch(FEED, "run5", NOW + timedelta(2)) | {"feed_url": FEED + "?new"}),
        days=3,
    )
    assert feed_states(store)[0].etag == 'W/"1"'
    assert followed.states() == feed_states(store)


def test_a_sighting_stands_once_whoever_saw_it(lake_settings: LakeSettings) -> None:
    store = open_store(lake_settings)
    store.check()
    rows = [article(number, "run1") for number in range(3)]
    put(lake_settings, "run1", *(("sightings", sighting(row)) for row in rows[:2]))
    put(lake_settings, "run2", *(("sightings", sighting(row | {"run_id": "run2"})) for row in rows[1:]))
    files = live_files(store, ["sightings"])["sightings"]
    seen = [row["sighting_id"] for table in parquet.read_all(store, files) for row in table.to_pylist()]
    assert sorted(seen) == sorted(sighting(row)["sighting_id"] for row in rows)
    cache = Known(store)
    cache.refresh()
    assert all(sighting(row)["sighting_id"] in cache and sighting(row)["entry_id"] in cache for row in rows)
    outcomes = connect(store).sql("SELECT DISTINCT outcome FROM sightings").fetchall()
    assert outcomes == [(None,)]


def test_what_is_pending_is_told_until_it_is_settled(lake_settings: LakeSettings) -> None:
    store = open_store(lake_settings)
    store.check()
    row = article(1, "run1")
    reference = Reference(row["article_id"], row["article_id"], "", row["url"], "link", 0, row["url"], "", FEED)
    waits = outcome(row, "timeout", row["article_id"]) | {
        "attempt": 1,
        "first_seen_at": NOW,
        "retry_at": NOW + timedelta(hours=1),
        "retry": json.dumps(reference._replace(attempt=1)._asdict()),
    }
    put(lake_settings, "run1", ("outcomes", waits))
    cache = Known(store)
    cache.refresh()
    again = waits | {"attempt": 2, "seen_at": NOW + timedelta(hours=2), "retry_at": NOW + timedelta(hours=6)}
    assert [wait.reference.attempt for _, wait in cache.waiting()] == [1]
    put(lake_settings, "run2", ("outcomes", again))
    cache.refresh()
    for known in (cache, fresh(lake_settings)):
        assert [(name, wait.retry_at) for name, wait in known.waiting()] == [
            (row["article_id"], NOW + timedelta(hours=6))
        ]
        assert known.wait_of(row["article_id"]) is not None
    told = connect(store).sql("SELECT url, outcome, attempt FROM pending").fetchall()
    assert told == [(row["url"], "timeout", 2)]
    put(lake_settings, "run3", ("outcomes", outcome(row, "robots", row["article_id"])))
    cache.refresh()
    for known in (cache, fresh(lake_settings)):
        assert known.waiting() == []
        assert known.wait_of(row["article_id"]) is None
    assert connect(store).sql("SELECT * FROM pending").fetchall() == []
    assert known.wait_of(digest("never", "seen")) is None


def fresh(settings: LakeSettings) -> Known:
    known = Known(open_store(settings))
    known.refresh()
    return known
