"""`newsbeam feeds` as a user types it; in this process, since no pipeline runs."""

import json
from pathlib import Path

import pytest
from publisher import Publisher, page, response, rss

from newsbeam.cli import main
from pipelines.inputs import subscriptions
from transforms.fetch.feed_lists import feed_urls

OPML = """<?xml version="1.0"?><opml version="2.0"><body><outline text="World"><outline text="Ravenmoor Gazette"
 type="rss" xmlUrl="https://gazette.example/feed"/></outline><outline text="Tamale Times" type="rss"
 xmlUrl="https://times.example/rss" category="africa,ghana"/></body></opml>"""
GAZETTE = "https://gazette.example/feed"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsbeam.toml").write_text('contact = "test@example.org"\n[process]\npool_size = 1\n')
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *line: str, code: int = 0) -> str:
    capsys.readouterr()
    found = main(["feeds", *line])
    told = capsys.readouterr()
    assert found == code, told.err
    return told.out if code in (0, 1) else told.err


def listed(capsys: pytest.CaptureFixture[str], *flags: str) -> list[dict]:
    found: list[dict] = json.loads(said(capsys, "list", "--json", *flags))
    return found


def test_subscriptions_come_from_lists_and_go_as_opml(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "feeds.opml").write_text(OPML)
    assert said(capsys, "list") == "no feed is subscribed\n"
    assert not (folder / "data").exists()
    assert said(capsys, "add", "feeds.opml", GAZETTE).startswith("2 added, 0 there already")
    assert said(capsys, "add", "feeds.opml").startswith("0 added, 2 there already")
    gazette, times = listed(capsys)
    assert (gazette["name"], gazette["tags"]) == ("Ravenmoor Gazette", ["World"])
    assert times["tags"] == ["africa", "ghana"]
    exported = said(capsys, "export")
    again = feed_urls("x", exported.encode())
    assert [(feed.url, feed.name) for feed in again] == [
        (GAZETTE, "Ravenmoor Gazette"),
        ("https://times.example/rss", "Tamale Times"),
    ]
    assert again[1].tags == ("africa", "ghana")


def test_a_subscription_is_changed_and_stays_the_same_feed(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", GAZETTE)
    (before,) = listed(capsys, "--due")
    said(
        capsys, "set", GAZETTE, "--url", "https://new.example/feed", "--name", "New", "--tag", "a", "b", "--every", "2h"
    )
    (after,) = listed(capsys)
    assert after["feed_id"] == before["feed_id"]
    assert (after["url"], after["name"], after["tags"], after["every"]) == (
        "https://new.example/feed",
        "New",
        ["a", "b"],
        7200.0,
    )
    said(capsys, "set", GAZETTE, "--pause")
    assert listed(capsys, "--due") == []
    assert "paused" in said(capsys, "list")
    said(capsys, "set", "https://new.example/feed", "--resume")
    assert len(listed(capsys, "--due")) == 1
    assert "nothing to change" in said(capsys, "set", GAZETTE, "--resume", code=2)


def test_a_subscription_ends_only_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", GAZETTE)
    said(capsys, "remove", GAZETTE)
    assert listed(capsys) == []
    assert "is not subscribed" in said(capsys, "remove", GAZETTE, code=2)
    assert said(capsys, "add", GAZETTE).startswith("1 added")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (("add", "nowhere.opml"), "cannot read nowhere.opml"),
        (("set", "https://never.example/", "--pause"), "is not subscribed"),
        (("check", "nowhere.xml"), "cannot read nowhere.xml"),
    ],
)
def test_what_can_not_be_is_said_in_one_line(
    line: tuple[str, ...], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, *line, code=2)
    assert word in told
    assert told.count("\n") == 1


@pytest.mark.politeness("32", "spellings of one address are one feed")
def test_spellings_of_one_address_are_one_feed(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", GAZETTE, "HTTPS://Gazette.example:443/feed#top", "https://gazette.example/feed?utm_source=x")
    assert len(listed(capsys)) == 1
    assert [feed.url for feed in subscriptions([GAZETTE, GAZETTE])] == [GAZETTE]


def test_check_tells_what_is_wrong_and_finds_the_feeds_of_a_site(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Publisher() as publisher:
        root = publisher.url
        publisher.add("/robots.txt", response(f"User-agent: *\nDisallow: /n/0\nSitemap: {root}/map.xml\n".encode()))
        feed = publisher.add("/f", response(rss(2, root + "/n"), "200 OK", "Content-Type: application/rss+xml"))
        link = b'<link rel="alternate" type="application/rss+xml" title="All" href="/f">'
        site = publisher.add("/", response(page("Home").replace(b"<head>", b"<head>" + link)))
        (one, two) = json.loads(said(capsys, "check", feed, site, "--allow-private", "--json"))
        broken = said(capsys, "check", root + "/404", "--allow-private", code=1)
    topics = {finding["topic"]: finding["level"] for finding in one["findings"]}
    assert topics["robots.txt"] == "warning"
    assert set(topics.values()) <= {"ok", "note", "warning"}
    assert [found["url"] for found in two["feeds"]] == [feed]
    assert two["sitemaps"] == [f"{root}/map.xml"]
    assert "http_404" in broken
    (folder / "saved.xml").write_bytes(rss(2))
    assert "entries" in said(capsys, "check", "saved.xml")
