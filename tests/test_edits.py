"""Names of entries: what stays the same when a feed is edited, moved or dated anew."""

from datetime import UTC, datetime, timedelta

import pytest

from transforms.fetch.edits import entry_id, fingerprint, flags, sighting_id, words_fingerprint
from transforms.fetch.feeds import Feed, FeedEntry, parse_feed

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
URL = "https://a.example/feed"


def entry(inner: str, final_url: str = "") -> FeedEntry:
    body = f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><item>{inner}</item></channel></rss>'
    feed = parse_feed(body.encode(), URL, final_url=final_url)
    assert isinstance(feed, Feed)
    return feed.entries[0]


@pytest.mark.politeness("28", "an entry is known by its guid, else its link, else title and date")
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("<guid>1</guid><link>https://a.example/1</link>", "<guid>1</guid><link>https://a.example/2</link>", True),
        ("<guid>1</guid><title>A</title>", "<guid>2</guid><title>A</title>", False),
        ("<link>https://a.example/1</link><title>A</title>", "<link>https://a.example/1</link><title>B</title>", True),
        ("<title>A</title><pubDate>2026-05-04</pubDate>", "<title>A</title><pubDate>2026-05-04</pubDate>", True),
        ("<title>A</title><pubDate>2026-05-04</pubDate>", "<title>A</title><pubDate>2026-05-05</pubDate>", False),
        ('<guid isPermaLink="false">https://a.example/1</guid>', "<link>https://a.example/1</link>", False),
    ],
)
def test_entry_id(one: str, other: str, same: bool) -> None:
    assert (entry_id("f", entry(one)) == entry_id("f", entry(other))) is same
    assert entry_id("f", entry(one)) != entry_id("g", entry(one))


@pytest.mark.fault("guid_relative")
@pytest.mark.fault("feed_moves_301_same_guids")
def test_entry_keeps_its_id_when_the_feed_moves() -> None:
    inner = "<guid>g0</guid><link>1.html</link>"
    assert entry_id("f", entry(inner)) == entry_id("f", entry(inner, "https://new.example/x/feed"))


@pytest.mark.politeness("29", "an edit changes the fingerprint; counters, ages and tokens do not")
@pytest.mark.fault("entry_updated_same_guid")
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Council agrees", "Council disagrees", False),
        ("3 comments", "1,204 comments", True),
        ("2 hours ago", "11 hours ago", True),
        ("59 minutes ago", "an hour ago", True),
        ("1 comment, 2 views", "2 comments, 1 view", True),
        ("2 buses", "2 bridges", False),
        ("A  b", "A\nb", True),
        ("&lt;p&gt;A&lt;img src='x?t=ab1'&gt;&lt;/p&gt;", "&lt;p&gt;A&lt;img src='x?t=zz'&gt;&lt;/p&gt;", True),
        ("&lt;p&gt;A&lt;/p&gt;", "&lt;p&gt;B&lt;/p&gt;", False),
    ],
)
def test_fingerprint(one: str, other: str, same: bool) -> None:
    first, second = (entry(f"<guid>1</guid><description>{text}</description>") for text in (one, other))
    assert (fingerprint(first) == fingerprint(second)) is same
    assert (words_fingerprint(first) == words_fingerprint(second)) is same


def test_date_of_change_is_an_edit_but_changes_no_words() -> None:
    first, second = (entry(f"<guid>1</guid><a:updated>2026-05-0{day}T10:00:00Z</a:updated>") for day in (1, 2))
    assert fingerprint(first) != fingerprint(second)
    assert words_fingerprint(first) == words_fingerprint(second)
    assert sighting_id("f", "a", fingerprint(first)) != sighting_id("f", "a", fingerprint(second))


@pytest.mark.politeness("30", "dates in the future and without a time are flagged")
@pytest.mark.fault("future_date")
@pytest.mark.fault("no_link")
@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2035-01-01T10:00:00Z", ["future_date"]),
        ((NOW + timedelta(hours=23)).isoformat(), []),
        ("2026-05-04", ["date_only"]),
        ("Mon, 04 May 2026", ["date_only"]),
        ("20260504", ["date_only"]),
        ("Mon, 04 May 2026 00:00:00 GMT", []),
        ("2026-05-04T00:00Z", []),
        ("1777852800", []),
        ("nonsense", []),
        ("", []),
    ],
)
def test_flags(date: str, expected: list[str]) -> None:
    dated = f"<pubDate>{date}</pubDate>"
    assert flags(entry(f"<link>https://a.example/1</link>{dated}"), NOW) == expected
    assert flags(entry(f"<title>x</title>{dated}"), NOW) == [*expected, "no_link"]
