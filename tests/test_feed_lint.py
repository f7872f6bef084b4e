"""What is said of a feed: each fault in one sentence, and nothing of a feed without faults."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.fetch.feed_lint import Finding, lint
from transforms.fetch.feeds import parse_feed
from transforms.fetch.fetched import Fetched, Redirect

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
URL = "https://a.example/feed"
HEADERS = {
    "content-type": "application/rss+xml; charset=utf-8",
    "etag": '"a"',
    "last-modified": "Mon, 04 May 2026 08:00:00 GMT",
    "cache-control": "max-age=900",
    "content-encoding": "gzip",
}
ITEM = """<item><guid isPermaLink="false">{n}</guid><title>Story {n}</title><link>https://a.example/{n}</link>
<pubDate>Mon, 04 May 2026 10:00:00 GMT</pubDate><description>{text}</description></item>"""
ITEMS = "".join(ITEM.format(n=n, text="All of it. " * 120) for n in range(3))
HEAD = f"""<title>Ravenmoor</title><language>en-GB</language><ttl>30</ttl>
<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="self" href="{URL}"/>"""


def rss(items: str = ITEMS, head: str = HEAD) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def served(body: bytes, url: str = URL, **headers: str | None) -> Fetched:
    said = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(url, url, 200, {name: value for name, value in said.items() if value}, body, (), 0.2)


def findings(fetched: Fetched) -> list[Finding]:
    return lint(parse_feed(fetched.body, URL, fetched.headers, fetched.final_url), fetched, NOW)


def faults(fetched: Fetched) -> list[tuple[str, str]]:
    return [(found.level, found.topic) for found in findings(fetched) if found.level != "ok"]


def test_feed_without_faults() -> None:
    assert faults(served(rss())) == []
    topics = {found.topic for found in findings(served(rss()))}
    assert {"validators", "caching", "compression", "https", "content type", "encoding", "well-formed"} <= topics
    assert {"title", "language", "self link", "ttl", "entries", "dates", "guids", "links", "full text"} <= topics


@pytest.mark.parametrize(
    ("fetched", "fault"),
    [
        (served(rss(), etag="", last_modified=""), ("warning", "validators")),
        (served(rss(), cache_control=""), ("note", "caching")),
        (served(rss(), cache_control="no-store"), ("note", "caching")),
        (served(rss(), content_encoding=""), ("warning", "compression")),
        (served(rss())._replace(final_url="http://a.example/feed"), ("warning", "https")),
        (served(rss())._replace(redirects=(Redirect(URL, 301),)), ("note", "redirects")),
        (served(rss())._replace(redirects=(Redirect(URL, 302),) * 3), ("warning", "redirects")),
        (served(rss(), content_type="text/html"), ("warning", "content type")),
        (served(rss(), content_type=""), ("warning", "content type")),
        (served(rss(), content_type="text/xml; charset=iso-8859-1"), ("warning", "encoding")),
        (served(rss(), content_type="text/xml; charset=nonsense"), ("warning", "encoding")),
        (served(rss(head=HEAD + "<x>é</x>").decode().encode("latin-1")), ("warning", "encoding")),
        (served(rss())._replace(elapsed=9.0), ("warning", "time")),
        (served(rss(ITEMS * 400)), ("note", "size")),
        (served(rss() + b"<oops"), ("warning", "well-formed")),
        (served(rss(head="<language>en</language>")), ("warning", "title")),
        (served(rss(head="<title>R</title>")), ("note", "language")),
        (served(rss(head="<title>R</title>")), ("note", "ttl")),
        (served(rss(head="<title>R</title>")), ("note", "self link")),
        (served(rss(head=HEAD.replace(URL, "https://b.example/"))), ("note", "self link")),
        (served(rss(head=HEAD.replace(">30<", ">9999<"))), ("warning", "ttl")),
        (served(rss("")), ("warning", "entries")),
    ],
)
def test_faults_of_server_and_feed(fetched: Fetched, fault: tuple[str, str]) -> None:
    assert fault in faults(fetched)


@pytest.mark.parametrize(
    ("before", "instead", "topic", "words"),
    [
        ("<pubDate>Mon, 04 May 2026 10:00:00 GMT</pubDate>", "", "dates", "3 of 3 entries have no date"),
        ("Mon, 04 May 2026 10:00:00 GMT", "some day", "dates", "cannot be read: “some day”"),
        ("04 May 2026", "04 May 2035", "dates", "in the future"),
        ("Mon, 04 May 2026 10:00:00 GMT", "2026-05-04", "dates", "without a time of day"),
        ("Mon, 04 May 2026 10:00:00 GMT", "2026-05-04 10:00:00", "dates", "without a zone"),
        ('<guid isPermaLink="false">1</guid>', "", "guids", "1 of 3 entries has no id"),
        ('<guid isPermaLink="false">1</guid>', "<guid>2</guid>", "guids", "2 of 3 entries share an id"),
        ("<link>https://a.example/1</link>", "", "links", "1 of 3 entries has no link"),
        ("https://a.example/1<", "/1<", "links", "relative"),
        ("https://a.example/1<", "javascript:go(1)<", "links", "no web address: “javascript:go(1)”"),
        ("https://a.example/1<", "https://a.example/2<", "links", "share a link"),
        ("<title>Story 1</title>", "", "titles", "1 of 3 entries has no title"),
        ("All of it. " * 120, "Teaser", "full text", "summaries (6 characters"),
    ],
)
def test_faults_of_entries(before: str, instead: str, topic: str, words: str) -> None:
    body = rss(ITEMS.replace(before, instead))
    (found,) = [one for one in findings(served(body)) if one.level != "ok"]
    assert (found.topic, words in found.text) == (topic, True), found


def test_page_instead_of_a_feed() -> None:
    page = served(b"<html><p>Please log in", content_type="text/html")
    assert findings(page)[-1] == Finding("error", "feed", "This is no feed that can be read: an HTML page.")


def test_file_has_no_server() -> None:
    found = lint(parse_feed(rss(), "/home/me/feed.xml"), None, NOW, rss())
    assert not {"validators", "https", "redirects"} & {one.topic for one in found}
    assert "encoding" in {one.topic for one in found}


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(max_size=20))
def test_nothing_raises_and_each_is_a_sentence(body: bytes, kind: str) -> None:
    for candidate in (body, rss("<item><title>" + body.decode("latin-1")), b"<rss><channel><item>" + body):
        for found in findings(served(candidate, content_type=kind)):
            assert found.level in ("ok", "note", "warning", "error")
            assert found.text.endswith(".")
