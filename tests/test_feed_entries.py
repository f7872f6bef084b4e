"""Entries on their way from the pool: named, packed, the newest of too many, and what was left out is said."""

import pickle
import re
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.fetch import feed_keeper
from transforms.fetch.edits import fingerprint
from transforms.fetch.edits import words_fingerprint as words_of_edits
from transforms.fetch.feed_addresses import http_address
from transforms.fetch.feed_dates import known_date
from transforms.fetch.feed_records import FeedEntry
from transforms.fetch.feed_words import dated_fingerprint, words_fingerprint
from transforms.fetch.sighted import BLOCK, FeedName, FeedPage, read_entries

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NAME = FeedName("f", "https://a.example/feed")
SAID = st.text(max_size=80) | st.sampled_from(
    ["an hour AGO", "2 hours ago", "10 comments", "<b>1,200</b> words &amp; more", "0 ago", "3 Ago", "\u2009 1 dogs"]
)


def feed(items: str, tail: str = "</channel></rss>") -> FeedPage:
    page = read_entries(f"<rss version='2.0'><channel>{items}{tail}".encode(), NAME, "", NOW)
    assert isinstance(page, FeedPage)
    return page


def items(count: int) -> str:
    return "".join(
        f"<item><title>{n}</title><pubDate>2018-09-{1 + n % 28:02}</pubDate><description>d</description></item>"
        for n in range(count)
    )


def test_entries_are_packed_and_come_one_by_one() -> None:
    count = 2 * BLOCK + 3
    page: FeedPage = pickle.loads(pickle.dumps(feed(items(count))))
    assert len(page.entries) == count
    assert [entry.title for entry in page.entries] == [str(n) for n in range(count)]
    assert page.entries[-1].title == str(count - 1)
    assert [entry.title for entry in page.entries[BLOCK : BLOCK + 2]] == [str(BLOCK), str(BLOCK + 1)]
    assert page.entries[0].published_at == datetime(2018, 9, 1, tzinfo=UTC)
    with pytest.raises(IndexError):
        page.entries[count]
    assert page.left_out == ""


def test_entries_that_say_the_same_come_once() -> None:
    assert len(feed("<item><title>x</title></item>" * 3).entries) == 1


@pytest.mark.parametrize("tail", ["</channel></rss>", "", "<item><title>a & b <</title>"])
def test_of_too_many_entries_the_newest_stay_and_it_is_said(tail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_keeper, "MAX_ENTRIES", 5)
    monkeypatch.setattr(feed_keeper, "SPARE", 3)
    page = feed(items(28), tail)
    seen = 29 if "item" in tail else 28
    assert page.left_out == f"only the newest 5 of {seen} entries are read"
    assert [entry.title for entry in page.entries] == ["23", "24", "25", "26", "27"]


def test_a_text_without_end_is_cut_and_it_is_said() -> None:
    page = feed(f"<item><description>{'x' * 600_000}</description></item>{items(1)}")
    assert len(page.entries) == 2
    assert page.left_out == "texts are read up to 500000 characters"


def test_what_there_is_no_time_for_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_keeper, "TIME_LIMIT", -1.0)
    json = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}, {"id": "2"}]}'
    urls = b"<urlset><url><loc>https://a.example/1</loc></url></urlset>"
    rss = f"<rss version='2.0'><channel>{items(50)}</channel></rss>".encode()
    for body, count in ((json, 2), (urls, 1), (rss, 50)):
        page = read_entries(body, NAME, "", NOW)
        assert isinstance(page, FeedPage)
        seen = len(page.entries)
        assert page.left_out == f"it takes too long: {seen} of {count} entries are read"
        assert seen < count


def test_an_item_within_another_is_an_item_of_its_own() -> None:
    page = feed("<item><title>outer</title><item><title>inner</title></item></item>")
    assert [entry.title for entry in page.entries] == ["outer", "inner"]


@given(SAID, SAID, SAID, st.none() | st.just(NOW))
def test_fingerprints_stay_what_they_were(title: str, description: str, text: str, modified: datetime | None) -> None:
    entry = FeedEntry("g", "", title, description, "", text, "", None, modified, [], [], "", "")
    for one in (entry, entry._replace(html=text, text=""), entry._replace(text=description)):
        assert words_fingerprint(one) == words_of_edits(one)
        assert dated_fingerprint(words_fingerprint(one), one) == fingerprint(one)


SEGMENTS = st.lists(st.text("aZ09_-.~%+,=é /;?#&:@", max_size=5) | st.sampled_from(["..", ".", "a.b"]), max_size=4)


@given(st.sampled_from(["http", "https", "ftp", ""]), st.sampled_from(["a.example", "A.b:80", "", "[::1]"]), SEGMENTS)
def test_addresses_are_resolved_as_the_standard_says(scheme: str, host: str, segments: list[str]) -> None:
    address = f"{scheme}://{host}" + "".join("/" + segment for segment in segments)
    found = urljoin("https://b.example/x/", address.strip())
    assert http_address(address, "https://b.example/x/") in ("", found)
    assert bool(http_address(address, "https://b.example/x/")) == bool(re.match(r"https?://[^/?#]", found))


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Mon, 24 Sep 2018 22:42:40 GMT", "2018-09-24T22:42:40+00:00"),
        ("24 Sep 2018 22:42:40 -0530", "2018-09-25T04:12:40+00:00"),
        ("Tue, 25 Sep 2018 00:42:40 +0200", "2018-09-24T22:42:40+00:00"),
        ("Mon, 24 Sep 2018 22:42:60 GMT", ""),
        ("Mon, 31 Feb 2018 22:42:40 GMT", ""),
        ("Mon, 01 Jan 0001 00:00:00 +0200", ""),
    ],
)
def test_usual_dates(raw: str, moment: str) -> None:
    found = known_date(raw)
    assert (found.isoformat() if found else "") == moment
