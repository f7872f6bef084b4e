"""Feeds and address lists as a user gives them, from a publisher on the loopback."""

from pathlib import Path

import pytest
from newsbeam_command import WITHOUT_MODEL, newsbeam, rows
from publisher import Publisher, page, response, rss

WAYS = "SELECT outcome, count(*) AS n FROM outcomes GROUP BY 1 ORDER BY 1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a working folder whose settings load no model, and give up on a silent server soon."""
    (tmp_path / "newsbeam.toml").write_text(
        'contact = "test@example.org"\n' + WITHOUT_MODEL + "[fetch]\nallow_private = true\ntotal_timeout = 3\n"
    )
    return tmp_path


def test_a_feed_gives_its_articles_once(folder: Path) -> None:
    with Publisher() as publisher:
        for number in range(3):
            publisher.add(f"/news/{number}", response(page(f"Story {number} of Ravenmoor")))
        feed = publisher.add("/feed-of-three", response(rss(5, publisher.url + "/news")))
        first = newsbeam(folder, "ingest", "--feeds", feed, "--json")
        assert first.code == 0, first.err
        assert first.json["outcomes"] == {"http_error": 2, "stored": 3}
        agent = {seen.headers["user-agent"] for seen in publisher.requests}
        again = newsbeam(folder, "ingest", "--feeds", feed, "--json")
    assert len(agent) == 1
    assert "test@example.org" in agent.pop()
    assert again.json["outcomes"] == {"http_error": 2, "known": 3}
    articles = rows(folder, "SELECT title, feed_url, domain, published_at, date FROM articles ORDER BY title")
    assert [row["title"] for row in articles] == [f"Story {number} of Ravenmoor" for number in range(3)]
    assert {row["feed_url"] for row in articles} == {feed}
    assert {row["date"] for row in articles} == {"2018-09-24"}


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
    letters = rows(folder, "SELECT source_uri, step FROM dead_letters WHERE outcome = 'timeout'")
    assert letters == [{"source_uri": bad[0], "step": "ReadFeeds"}]


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
