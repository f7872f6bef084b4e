"""What a run takes: feeds that are due, links that are pending, and never a host that asked for patience."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lake_rows import DAY, article, outcome

from lake.commit import commit
from lake.known import Known
from lake.store import open_store
from lake.writer import TableWriter
from pipelines.due import closed_hosts, due_feeds, due_links
from pipelines.inputs import Inputs
from pipelines.summary import Summary
from schemas.errors import StoreError
from schemas.records import FeedState, Found, Reference
from schemas.settings import LakeSettings, Wanted
from transforms.deduplicate import is_out
from transforms.fetch.feed_lists import Subscription
from transforms.fetch.wanted import is_wanted

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = "https://a.example/feed"


def link(number: int, feed: str = FEED) -> Reference:
    url = f"https://news{number}.example/{number}"
    row = article(number, "")
    return Reference(row["article_id"], row["article_id"], "", url, "link", 0, url, "", feed, first_seen_at=str(NOW))


@pytest.fixture
def known(disk_lake: LakeSettings) -> Known:
    """Give a lake in which 1 and 2 are due, 3 is not, 4 has to wait for its server, and 5 is of a list."""
    store = open_store(disk_lake)
    store.check()
    writer = TableWriter(store, "run1")
    waits = [(1, FEED, -1, "timeout"), (2, "https://b.example/", -2, "dns"), (3, FEED, 1, "http_404")]
    for number, feed, hours, word in [*waits, (4, FEED, 5, "rate_limited"), (5, "", -1, "timeout")]:
        reference = link(number, feed)
        row = outcome(article(number, "run1"), word, reference.reference_id)
        row |= {"retry_at": NOW + hours * HOUR, "retry": json.dumps(reference._asdict())}
        writer.add("outcomes", DAY, row)
    commit(store, "run1", writer.flush(), 0)
    cache = Known(store)
    cache.refresh()
    return cache


@pytest.mark.parametrize(
    ("inputs", "force", "numbers"),
    [
        (Inputs(), False, [2, 1, 5]),
        (Inputs(), True, [2, 1, 5, 3]),
        (Inputs(feeds=(Subscription(FEED),)), False, [1]),
        (Inputs(feeds=(Subscription(FEED),)), True, [1, 3]),
    ],
)
def test_links_are_tried_again_by_what_is_named(known: Known, inputs: Inputs, force: bool, numbers: list[int]) -> None:
    found = [int(reference.url.rpartition("/")[2]) for reference in due_links(known, inputs, NOW, force)]
    assert sorted(found) == sorted(numbers)


@pytest.mark.politeness("12", "a host that asked for patience is left alone by feeds and links alike")
def test_hosts_that_asked_for_patience_are_closed(known: Known) -> None:
    state = FeedState("f", FEED, not_before=NOW + HOUR)
    moved = FeedState("g", "https://old.example/", fetch_url="https://www.b.example/f", not_before=NOW + 2 * HOUR)
    assert closed_hosts([state, moved, FeedState("h", "https://c.example/")], known) == {
        "a.example": (NOW + HOUR).timestamp(),
        "b.example": (NOW + 2 * HOUR).timestamp(),
        "news4.example": (NOW + 5 * HOUR).timestamp(),
    }


def test_feeds_that_are_not_due_wait() -> None:
    due_one, later = FeedState("a", FEED), FeedState("b", FEED, next_attempt=NOW + HOUR)
    assert due_feeds([due_one, later], NOW, named=False, force=False) == ([due_one], [later])
    assert due_feeds([due_one, later], NOW, named=True, force=False) == ([due_one, later], [])


@pytest.mark.parametrize(
    ("url", "day", "taken"),
    [
        ("https://a.example/1", 24, True),
        ("https://www.a.example/1", 23, True),
        ("https://a.example/1", 22, False),
        ("https://a.example/1", 25, False),
        ("https://b.example/1", 24, False),
        ("https://nota.example/1", 24, False),
        ("https://a.example/1", 0, True),
        ("", 24, True),
    ],
)
def test_days_and_domains(url: str, day: int, taken: bool) -> None:
    wanted = Wanted(date(2026, 11, 23), date(2026, 11, 24), ("a.example",))
    published = datetime(2026, 11, day, 23, 59, tzinfo=UTC) if day else None
    assert is_wanted(url, published, wanted) is taken
    found = Found(link(1)._replace(url=url, first_seen_at="", published_at=published.isoformat() if published else ""))
    assert is_out(found, wanted) is not taken
    assert not is_out(found._replace(reference=found.reference._replace(kind="feed")), wanted)


@given(st.dictionaries(st.sampled_from(["stored", "dns", "robots"]), st.integers(0, 9)), st.integers(0, 9))
def test_a_ledger_that_does_not_add_up_stops_the_run(outcomes: dict[str, int], known: int) -> None:
    counters = {"known": known, "left": 2, "references": sum(outcomes.values()) + known + 2}
    Summary("run").add_slice([{"outcomes": outcomes}], counters)
    with pytest.raises(StoreError, match="does not add up"):
        Summary("run").add_slice([{"outcomes": outcomes}], counters | {"references": counters["references"] + 1})
