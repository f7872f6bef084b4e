"""Feeds that a page names, and sitemaps of news."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.fetch.discover import FoundFeed, feed_links, sitemap_kind, sitemaps_of_index

SITE = "https://ravenmoor.example/news/"
PAGE = b"""<html><head><link rel="stylesheet" href="/a.css"><LINK REL='alternate' TYPE='application/rss+xml'
title="Comments > all" href="/comments/feed/"><link rel=alternate type=application/atom+xml href=atom.xml?a=1&amp;b=2>
<link rel="alternate" type="application/rss+xml; charset=utf-8" title="Town &amp; moor" href="/feed/">
<link rel="alternate" type="text/html" hreflang="fr" href="/fr/"></head>
<body><a href="/rss">RSS</a><a href="/feedback">Tell us</a>
<a href="javascript:feed()">x</a><a href="/feed/">again</a>"""


@pytest.mark.fault("html_not_rss")
@pytest.mark.politeness("16", "the feeds that a page names are told")
def test_feeds_of_a_page_come_in_its_order_and_those_of_comments_last() -> None:
    assert feed_links(PAGE, SITE) == [
        FoundFeed("https://ravenmoor.example/news/atom.xml?a=1&b=2", "", "atom"),
        FoundFeed("https://ravenmoor.example/feed/", "Town & moor", "rss"),
        FoundFeed("https://ravenmoor.example/rss", "", ""),
        FoundFeed("https://ravenmoor.example/comments/feed/", "Comments > all", "rss"),
    ]


def test_base_of_the_page_holds() -> None:
    page = b'<base href="https://b.example/x/"><link rel="alternate" type="application/feed+json" href="feed.json">'
    assert feed_links(page, SITE) == [FoundFeed("https://b.example/x/feed.json", "", "json")]


@pytest.mark.parametrize("body", [b"", b"no page", b"<p>words</p>", b"<link", b"<a href>", b"\xff\xfe\x00"])
def test_page_without_feeds(body: bytes) -> None:
    assert feed_links(body, SITE) == []


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('type="text/xml" title="RSS" href="/news"', True),
        ('type="application/xml" title="Atom feed of Ravenmoor" href="/x?id=7"', True),
        ('type="text/xml" href="/index.xml"', True),
        ('type="text/xml" href="/feed/"', True),
        ('type="text/xml" href="/news?format=rss"', True),
        ('type="text/xml" title="Sitemap" href="/sitemap"', False),
        ('type="text/xml" title="Feedback" href="/feedback"', False),
        ('type="text/xml" title="Search" href="/opensearch-description"', False),
        ('type="text/html" title="RSS" href="/rss"', False),
    ],
)
def test_link_of_a_type_that_only_says_xml_is_a_feed_where_it_is_named_so(link: str, found: bool) -> None:
    page = f'<link rel="alternate" {link}>'.encode()
    assert bool(feed_links(page, SITE)) is found
    assert feed_links(page.replace(b"alternate", b"search"), SITE) == []


URLS = """<?xml version="1.0"?>{before}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.example/1</loc>{inside}</url></urlset>"""
INDEX = b"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc> https://a.example/pages.xml</loc></sitemap><sitemap><loc>https://a.example/map?kind=news&amp;p=1</loc>
</sitemap><sitemap><loc>https://a.example/newsletters.xml</loc></sitemap></sitemapindex>"""
DATE = "<n:news><n:publication_date>2018-09-24</n:publication_date></n:news>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (URLS.format(before="", inside=DATE).encode(), "news_sitemap"),
        (URLS.format(before="<!-- a map -->", inside=DATE).encode("utf-16"), "news_sitemap"),
        (URLS.format(before="", inside="").encode(), "sitemap"),
        (URLS.format(before="", inside="").encode() + b" " * 70_000, "sitemap"),
        (INDEX, "sitemap_index"),
        (b"<html><body>no map</body></html>", ""),
        (b"https://a.example/1\nhttps://a.example/2\n", ""),
        (b"", ""),
    ],
)
def test_kinds_of_sitemaps(body: bytes, kind: str) -> None:
    assert sitemap_kind(body) == kind


def test_index_of_sitemaps_gives_those_of_news_first() -> None:
    assert sitemaps_of_index(INDEX) == [
        "https://a.example/map?kind=news&p=1",
        "https://a.example/pages.xml",
        "https://a.example/newsletters.xml",
    ]


@pytest.mark.parametrize(
    "unit", [b"<link ", b"<a '", b'<a href="', b"<a \"'", b"<a x=", b"<link rel=alternate href=a "]
)
def test_hostile_page_takes_little_time(unit: bytes) -> None:
    start = time.process_time()
    feed_links(unit * (500_000 // len(unit)), SITE)
    feed_links(b"<link " + unit.replace(b"<", b"") * (500_000 // len(unit)), SITE)
    sitemaps_of_index(b"<sitemapindex>" + b"<loc> " * 800_000)
    sitemap_kind(b"<urlset " * 8_000)
    assert time.process_time() - start < 3


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_nothing_raises(body: bytes) -> None:
    for candidate in (
        body,
        b"<link rel=alternate type=application/rss+xml href=" + body + b">",
        b"<sitemapindex" + body,
    ):
        feed_links(candidate, SITE)
        sitemaps_of_index(candidate)
        sitemap_kind(candidate)
