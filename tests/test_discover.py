"""Feeds that a page names, and sitemaps of news."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.fetch.discover import FoundFeed, feed_links, news_sitemaps, sitemap_links

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


ROBOTS = b"""User-agent: *\nDisallow: /x\n  Sitemap : https://a.example/sitemap.xml\r
sitemap: https://a.example/sitemap-news.xml # here\nSitemap: /relative.xml\nSitemap: https://a.example/newsletters.xml"""
INDEX = b"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc> https://a.example/pages.xml</loc></sitemap><sitemap><loc>https://a.example/map?kind=news&amp;p=1</loc>
</sitemap></sitemapindex>"""


def test_sitemaps() -> None:
    assert sitemap_links(ROBOTS) == [
        "https://a.example/sitemap.xml",
        "https://a.example/sitemap-news.xml",
        "https://a.example/newsletters.xml",
    ]
    assert news_sitemaps(ROBOTS) == ["https://a.example/sitemap-news.xml"]
    assert news_sitemaps(INDEX) == ["https://a.example/map?kind=news&p=1"]


@pytest.mark.parametrize(
    "unit", [b"<link ", b"<a '", b'<a href="', b"<a \"'", b"<a x=", b"<link rel=alternate href=a "]
)
def test_hostile_page_takes_little_time(unit: bytes) -> None:
    start = time.process_time()
    feed_links(unit * (500_000 // len(unit)), SITE)
    feed_links(b"<link " + unit.replace(b"<", b"") * (500_000 // len(unit)), SITE)
    news_sitemaps(b"<sitemapindex>" + b"<loc> " * 800_000)
    sitemap_links(b"\t sitemap \t" * 50_000)
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
        news_sitemaps(candidate)
