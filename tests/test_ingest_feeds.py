"""Feeds and address lists as a user gives them, from a publisher on the loopback."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from lake_rows import audit_files
from newsbeam_command import WITHOUT_MODEL, finish, newsbeam, rows, start
from publisher import Publisher, Seen, page, response, rss

from schemas.settings import LakeSettings

WAYS = "SELECT outcome, count(*) AS n FROM outcomes GROUP BY 1 ORDER BY 1"
RSS = "Content-Type: application/rss+xml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a working folder whose settings load no model, and give up on a silent server soon."""
    (tmp_path / "newsbeam.toml").write_text(
        'contact = "test@example.org"\n' + WITHOUT_MODEL + "[fetch]\nallow_private = true\ntotal_timeout = 3\n"
    )
    return tmp_path


def publish(publisher: Publisher, count: int, path: str = "/feed-of-many", *headers: str) -> str:
    """Put up a feed with validators and the pages of its entries; return its address."""
    for number in range(count):
        publisher.add(f"/news/{number}", response(page(f"Story {number} of Ravenmoor")))
    body = rss(count, publisher.url + "/news")

    async def answer(seen: Seen, writer: object) -> None:
        asked = seen.headers.get("if-none-match") == '"v1"'
        tag = ('ETag: "v1"', *headers)
        found = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n' if asked else response(body, "200 OK", RSS, *tag)
        writer.write(found)  # type: ignore[attr-defined]

    return publisher.add(path, answer)


@pytest.mark.politeness("17", "the contact is part of the User-Agent")
def test_a_feed_gives_its_articles_once(folder: Path) -> None:
    with Publisher() as publisher:
        for number in range(3):
            publisher.add(f"/news/{number}", response(page(f"Story {number} of Ravenmoor")))
        feed = publisher.add("/feed-of-three", response(rss(5, publisher.url + "/news")))
        first = newsbeam(folder, "ingest", "--feeds", feed, "--json")
        assert first.code == 0, first.err
        assert first.json["outcomes"] == {"http_404": 2, "stored": 3}
        assert first.json["references"] == 5
        agent = {seen.headers["user-agent"] for seen in publisher.requests}
        again = newsbeam(folder, "ingest", "--feeds", feed, "--json")
    assert len(agent) == 1
    assert "test@example.org" in agent.pop()
    assert again.json["outcomes"] == {}
    articles = rows(folder, "SELECT title, feed_url, domain, published_at, date, raw_path FROM articles ORDER BY title")
    assert [row["title"] for row in articles] == [f"Story {number} of Ravenmoor" for number in range(3)]
    assert {row["feed_url"] for row in articles} == {feed}
    assert {row["date"] for row in articles} == {"2018-09-24"}
    assert (folder / "data/news" / articles[0]["raw_path"]).is_file()
    copied = newsbeam(folder, "--lake", "copy", "ingest", "data/news/raw", "--json")
    assert copied.json["outcomes"] == {"stored": 3}, copied.err
    copies = rows(folder, "SELECT title, url FROM articles ORDER BY title", "--lake", "copy")
    assert [row["title"] for row in copies] == [row["title"] for row in articles]
    sightings = rows(folder, "SELECT title, outcome FROM sightings ORDER BY title")
    assert [row["outcome"] for row in sightings] == ["stored"] * 3 + ["http_404"] * 2
    polls = rows(folder, "SELECT outcome, entries, new_entries FROM feed_fetches ORDER BY last_fetch_attempt")
    assert polls == [
        {"outcome": "parsed", "entries": 5, "new_entries": 5},
        {"outcome": "unchanged", "entries": 0, "new_entries": 0},
    ]


@pytest.mark.politeness("1", "the second run asks with the ETag of the first")
@pytest.mark.politeness("5", "304 adds nothing and keeps the feed healthy")
@pytest.mark.fault("ok", "304_no_etag")
def test_a_second_run_makes_only_conditional_requests(folder: Path, lake_settings: LakeSettings) -> None:
    lake = ("--lake", lake_settings.uri)
    endpoint = {"NEWSBEAM_S3_ENDPOINT": lake_settings.endpoint} if lake_settings.remote else {}
    with Publisher() as publisher:
        feed = publish(publisher, 4)
        first = newsbeam(folder, *lake, "ingest", "--feeds", feed, "--json", environment=endpoint)
        assert first.json["articles"] == 4, first.err
        before = len(publisher.requests)
        again = newsbeam(folder, *lake, "ingest", "--feeds", feed, "--json", environment=endpoint)
        asked = publisher.requests[before:]
    assert [(seen.path, seen.headers.get("if-none-match")) for seen in asked] == [("/feed-of-many", '"v1"')]
    assert again.json["outcomes"] == {}
    assert again.json["articles"] == again.json["sightings"] == 0
    asked_for = "SELECT system_status, http_etag, last_fetch_failures FROM feeds"
    (state,) = rows(folder, asked_for, *lake, environment=endpoint)
    assert state == {"system_status": "active", "http_etag": '"v1"', "last_fetch_failures": 0}


@pytest.mark.politeness("8", "a feed that is fresh, or not due, is not asked")
@pytest.mark.politeness("9", "subscribing makes no request, the first poll one")
def test_what_is_due_is_polled_and_nothing_else(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publish(publisher, 1, "/feed-of-many", "Cache-Control: max-age=3600")
        assert newsbeam(folder, "ingest").code == 2
        assert newsbeam(folder, "feeds", "add", feed).code == 0
        assert publisher.requests == []
        assert newsbeam(folder, "ingest", "--dry-run").out == f"poll   {feed}  (new)\n"
        assert newsbeam(folder, "ingest", "--json").json["feeds"] == {"polled": 1, "not_due": 0}
        assert publisher.paths().count("/feed-of-many") == 1
        for arguments in ((), ("--feeds", feed)):
            ended = newsbeam(folder, "ingest", "--json", *arguments)
            assert ended.json["feeds"] == {"polled": 0, "not_due": 1}
        assert publisher.paths().count("/feed-of-many") == 1
        assert newsbeam(folder, "ingest", "--json", "--force").json["feeds"] == {"polled": 1, "not_due": 0}
        assert publisher.paths().count("/feed-of-many") == 2


@pytest.mark.politeness("12", "Retry-After outlives the run, and --force")
@pytest.mark.fault("429_huge")
def test_a_host_that_asks_for_patience_is_left_alone(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publisher.add("/f", response(b"", "429 Too Many Requests", "Retry-After: 86400"))
        other = publish(publisher, 1)
        newsbeam(folder, "ingest", "--feeds", feed)
        assert publisher.paths() == ["/f"]
        for _ in range(2):
            ended = newsbeam(folder, "ingest", "--feeds", feed, other, "--force", "--json")
            assert ended.code == 0, ended.err
        assert publisher.paths() == ["/f"]
    states = rows(folder, "SELECT url, system_status, not_before IS NOT NULL AS held FROM feeds WHERE url LIKE '%/f'")
    assert states == [{"url": feed, "system_status": "backing_off", "held": True}]


@pytest.mark.politeness("29", "a changed entry is fetched again and becomes a revision")
@pytest.mark.fault("entry_updated_same_guid")
def test_an_edit_is_a_revision_and_a_new_guid_is_nothing(folder: Path) -> None:
    with Publisher() as publisher:
        for number in range(2):
            publisher.add(f"/news/{number}", response(page(f"Story {number} of Ravenmoor")))
        first = rss(2, publisher.url + "/news")
        feed = publisher.add("/changing", response(first))
        newsbeam(folder, "ingest", "--feeds", feed)
        publisher.add("/news/1", response(page("Story 1 of Ravenmoor, corrected")))
        edited = first.replace(b"<title>Story 1<", b"<title>Story 1, corrected<")
        publisher.add("/changing", response(edited.replace(b"/0</guid>", b"/0?again</guid>")))
        before = len(publisher.requests)
        second = newsbeam(folder, "ingest", "--feeds", feed, "--json")
        asked = [seen.path for seen in publisher.requests[before:] if seen.path.startswith("/news")]
    assert asked == ["/news/1"]
    assert second.json["outcomes"] == {"known": 1, "stored": 1}
    titles = rows(folder, "SELECT revision, title FROM article_revisions WHERE url LIKE '%/1' ORDER BY revision")
    assert [row["title"] for row in titles] == ["Story 1 of Ravenmoor", "Story 1 of Ravenmoor, corrected"]
    assert rows(folder, "SELECT count(*) AS n FROM articles") == [{"n": 2}]


@pytest.mark.fault("same_article_2_feeds")
def test_an_article_of_two_feeds_is_one_article_with_two_sightings(folder: Path) -> None:
    with Publisher() as publisher:
        one, two = publish(publisher, 2, "/one"), publish(publisher, 2, "/two")
        ended = newsbeam(folder, "ingest", "--feeds", one, two, "--json")
        fetched = Counter(path for path in publisher.paths() if path.startswith("/news"))
    assert ended.json["outcomes"] == {"duplicate": 2, "stored": 2}
    assert set(fetched.values()) == {1}
    assert rows(folder, "SELECT count(*) AS n, count(DISTINCT article_id) AS a FROM sightings") == [{"n": 4, "a": 2}]


def test_addresses_of_one_canonical_page_are_one_article(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publish(publisher, 3)
        link = f'<link rel="canonical" href="{publisher.url}/story">'.encode()
        for number in range(2):
            publisher.add(f"/news/{number}", response(page("The story").replace(b"<head>", b"<head>" + link)))
        ended = newsbeam(folder, "ingest", "--feeds", feed, "--json")
        publisher.add("/again", response(rss(1, publisher.url + "/story").replace(b"/story/0", b"/story")))
        again = newsbeam(folder, "ingest", "--feeds", publisher.url + "/again", "--json")
    assert ended.json["outcomes"] == {"duplicate": 1, "stored": 2}
    assert again.json["outcomes"] == {"known": 1}
    seen = rows(folder, "SELECT article_id, outcome FROM sightings JOIN articles USING (article_id)")
    assert [row["outcome"] for row in seen] == ["stored"] * 4
    assert len({row["article_id"] for row in seen}) == 2


@pytest.mark.politeness("24", "robots.txt's refusal is in the ledger, and the headline stays")
@pytest.mark.politeness("25", "a reservation is honoured, or kept as a column")
@pytest.mark.fault("private/x")
def test_what_publishers_do_not_want_read_is_not_read(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publish(publisher, 3)
        publisher.add(
            "/robots.txt", response(b"User-agent: *\nDisallow: /news/0\n", "200 OK", "Content-Type: text/plain")
        )
        reserved = page("Reserved").replace(b"<head>", b'<head><meta name="tdm-reservation" content="1">')
        publisher.add("/news/1", response(reserved, "200 OK", "X-Robots-Tag: noai"))
        ended = newsbeam(folder, "ingest", "--feeds", feed, "--json")
        assert "/news/0" not in publisher.paths()
        settings = folder / "newsbeam.toml"
        settings.write_text(settings.read_text() + 'tdm = "record"\n')
        second = newsbeam(folder, "--lake", "other", "ingest", "--feeds", feed, "--json")
    assert ended.json["outcomes"] == {"robots": 1, "stored": 1, "tdm_reserved": 1}
    told = rows(folder, "SELECT title, outcome FROM sightings ORDER BY title")
    assert [row["outcome"] for row in told] == ["robots", "tdm_reserved", "stored"]
    assert second.json["outcomes"] == {"robots": 1, "stored": 2}
    kept = rows(folder, "SELECT title, tdm_reserved, noai FROM articles ORDER BY title", "--lake", "other")
    assert kept == [
        {"title": "Reserved", "tdm_reserved": True, "noai": True},
        {"title": "Story 2 of Ravenmoor", "tdm_reserved": False, "noai": False},
    ]


def test_what_fails_stays_pending_though_the_feed_forgets_it(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publish(publisher, 2)
        publisher.add("/news/1", response(b"", "500 Internal Server Error"))
        first = newsbeam(folder, "ingest", "--feeds", feed, "--json")
        assert first.json["outcomes"] == {"http_error": 1, "stored": 1}
        assert first.json["dead_letters"] == 0
        publisher.add("/feed-of-many", response(rss(1, publisher.url + "/news")))
        asked = publisher.paths().count("/news/1")
        assert newsbeam(folder, "ingest", "--json").json["outcomes"] == {}
        assert publisher.paths().count("/news/1") == asked
        (waits,) = rows(folder, "SELECT url, outcome, attempt FROM pending")
        assert waits == {"url": publisher.url + "/news/1", "outcome": "http_error", "attempt": 1}
        publisher.add("/news/1", response(page("Back again")))
        again = newsbeam(folder, "ingest", "--force", "--json", "--raw-days", "0")
    assert again.json["outcomes"]["stored"] == 1
    (row,) = rows(folder, "SELECT published_at, feed_url FROM articles WHERE title = 'Back again'")
    assert row["published_at"].startswith("2018-09-24")
    assert row["feed_url"] == feed
    assert rows(folder, "SELECT count(raw_path) AS n FROM articles") == [{"n": 1}]
    assert rows(folder, "SELECT * FROM pending") == []
    told = newsbeam(folder, "inspect", publisher.url + "/news/1").out
    assert "http_error" in told
    assert f"{feed}  Story 1" in told


def test_an_article_of_two_feeds_that_fails_is_tried_again(folder: Path) -> None:
    with Publisher() as publisher:
        one, two = publish(publisher, 1, "/one"), publish(publisher, 1, "/two")
        publisher.add("/news/0", response(b"", "500 Internal Server Error"))
        first = newsbeam(folder, "ingest", "--feeds", one, two, "--json")
        assert first.json["outcomes"] == {"duplicate": 1, "http_error": 1}
        publisher.add("/news/0", response(page("Back again")))
        again = newsbeam(folder, "ingest", "--force", "--json")
    assert again.json["outcomes"] == {"stored": 1}, again.err


def test_after_some_days_it_is_given_up(folder: Path) -> None:
    settings = folder / "newsbeam.toml"
    settings.write_text(settings.read_text() + "[feeds]\nretry_days = 0\n")
    with Publisher() as publisher:
        feed = publisher.add("/f", response(rss(1, publisher.url + "/gone")))
        ended = newsbeam(folder, "ingest", "--feeds", feed, "--json")
    assert ended.json["outcomes"] == {"gave_up": 1}
    (letter,) = rows(folder, "SELECT outcome, reason FROM dead_letters")
    assert letter["reason"].startswith("http_404 after 1 try")


def test_what_is_beyond_the_limit_or_the_time_comes_with_the_next_run(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publish(publisher, 6)
        first = newsbeam(folder, "ingest", "--feeds", feed, "--limit", "2", "--json")
        assert first.json["outcomes"] == {"deferred": 4, "stored": 2}
        second = newsbeam(folder, "ingest", "--json")
        assert second.json["outcomes"] == {"stored": 4}, second.err
    assert rows(folder, "SELECT count(*) AS n FROM articles") == [{"n": 6}]


def test_what_is_not_asked_for_today_is_there_tomorrow(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publish(publisher, 2)
        first = newsbeam(folder, "ingest", "--feeds", feed, "--since", "2018-09-25", "--json")
        assert first.json["outcomes"] == {"filtered": 2}, first.err
        second = newsbeam(folder, "ingest", "--feeds", feed, "--until", "2018-09-24", "--json")
    assert second.json["outcomes"] == {"stored": 2}, second.err


def test_a_site_stands_for_the_feed_it_names(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publish(publisher, 1)
        link = b'<link rel="alternate" type="application/rss+xml" href="/feed-of-many">'
        site = publisher.add("/", response(page("The Ravenmoor Gazette").replace(b"<head>", b"<head>" + link)))
        ended = newsbeam(folder, "ingest", "--feeds", site, "--json")
        assert ended.json["articles"] == 1, ended.err
    assert [row["url"] for row in rows(folder, "SELECT url FROM feeds")] == [feed]


@pytest.mark.politeness("4", "killed anywhere, no article is hidden behind a 304")
@pytest.mark.fault("crash_after_write_before_state")
def test_killed_anywhere_nothing_is_lost_or_doubled(folder: Path) -> None:
    chance = random.Random(20261124)
    with Publisher() as publisher:
        feed = publish(publisher, 12)
        began = time.monotonic()
        newsbeam(folder, "--lake", "whole", "ingest", "--feeds", feed)
        whole = time.monotonic() - began
        for _ in range(4):
            process = start(folder, "ingest", "--feeds", feed, "--limit", "5")
            time.sleep(whole * (0.3 + 0.7 * chance.random()))
            process.kill()
            finish(process)
        ended = newsbeam(folder, "ingest", "--feeds", feed, "--json")
        assert ended.code == 0, ended.err
        for _ in range(3):
            newsbeam(folder, "ingest", "--feeds", feed)
    audit_files(LakeSettings(uri=str(folder / "data/news")))
    assert rows(folder, "SELECT count(*) AS n, count(DISTINCT article_id) AS a FROM article_revisions") == [
        {"n": 12, "a": 12}
    ]
    assert rows(folder, "SELECT count(*) AS n, count(DISTINCT sighting_id) AS s FROM sightings") == [{"n": 12, "s": 12}]
    assert rows(folder, "SELECT * FROM pending") == []


@pytest.mark.politeness("32", "a feed named twice, in two spellings, is asked once a run")
@pytest.mark.fault("two_workers_same_host")
def test_two_runs_at_once_poll_a_feed_once_each_and_double_nothing(folder: Path) -> None:
    with Publisher() as publisher:
        feed = publish(publisher, 8)
        again = feed.replace("http://", "HTTP://") + "#top"
        running = [start(folder, "ingest", "--feeds", feed, again) for _ in range(2)]
        ended = [finish(process) for process in running]
        assert [each.code for each in ended] == [0, 0], ended
        assert publisher.paths().count("/feed-of-many") <= 2
    assert rows(folder, "SELECT count(*) AS n FROM article_revisions") == [{"n": 8}]
    assert rows(folder, "SELECT count(*) AS n FROM sightings") == [{"n": 8}]


def test_one_bad_host_or_feed_does_not_hold_up_the_others(folder: Path) -> None:
    with Publisher() as publisher:
        publisher.add("/good/0", response(page("A good story")))
        good = publisher.add("/good-feed", response(rss(1, publisher.url + "/good")))
        publisher.add("/no-feed", response(page("No feed")))
        bad = [publisher.url + path for path in ("/hang", "/no-feed", "/not_http")]
        (folder / "feeds.txt").write_text("\n".join([*bad, good, "http://127.0.0.1:9/feed"]))
        ended = newsbeam(folder, "ingest", "--feeds", "feeds.txt", "--json")
    assert ended.code == 0, ended.err
    assert rows(folder, WAYS) == [
        {"outcome": "bad_http", "n": 1},
        {"outcome": "connection", "n": 1},
        {"outcome": "not_a_feed", "n": 1},
        {"outcome": "stored", "n": 1},
        {"outcome": "timeout", "n": 1},
    ]
    letters = rows(folder, "SELECT source_uri, step FROM dead_letters")
    assert letters == [{"source_uri": bad[1], "step": "ReadFeeds"}]
    failing = newsbeam(folder, "feeds", "list", "--failing")
    assert sorted(line.split()[0] for line in failing.out.splitlines()) == [
        "STATUS",
        "backing_off",
        "backing_off",
        "backing_off",
        "not_a_feed",
    ]


def test_a_list_of_addresses_is_fetched(folder: Path) -> None:
    with Publisher() as publisher:
        publisher.add("/one", response(page("One")))
        (folder / "urls.txt").write_text(f"{publisher.url}/one\n{publisher.url}/pdf\nmailto:nobody\n")
        ended = newsbeam(folder, "ingest", "--urls", "urls.txt", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["outcomes"] == {"bad_record": 1, "stored": 1, "unsupported_type": 1}
    assert ended.json["articles"] == 1


def test_a_local_feed_file_named_as_a_feed_is_followed(folder: Path) -> None:
    with Publisher() as publisher:
        publisher.add("/news/0", response(page("Followed")))
        (folder / "saved.xml").write_bytes(rss(1, publisher.url + "/news"))
        ended = newsbeam(folder, "ingest", "--feeds", "saved.xml", "--json")
    assert ended.json["outcomes"] == {"stored": 1}, ended.err
    assert rows(folder, "SELECT title FROM articles") == [{"title": "Followed"}]
