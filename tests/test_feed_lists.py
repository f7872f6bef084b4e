"""Lists of feeds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.fetch.feed_lists import Subscription, feed_urls

OPML = """<?xml version="1.0" encoding="{encoding}"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Städte"><outline text="Council"><outline text="Räven &amp; Moor" type="rss"
xmlUrl="https://r.example/rss?a=1&amp;lang=2" category="/towns/small,daily"/></outline>
<outline title="Second" xmlUrl="https://s.example/feed"/></outline>
<outline text="Again" xmlUrl="https://r.example/rss?a=1&amp;lang=2"/><outline text="No feed" htmlUrl="https://n.example/"/>
</body></opml>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_opml_gives_names_and_tags(encoding: str) -> None:
    first, second = feed_urls("list.opml", OPML.format(encoding=encoding).encode(encoding))
    assert first.url == "https://r.example/rss?a=1&lang=2"
    assert first.name == "Räven & Moor"
    assert set(first.tags) == {"Städte", "Council", "towns", "small", "daily"}
    assert second == Subscription("https://s.example/feed", "Second", ("Städte",))


def test_opml_in_old_and_broken_forms() -> None:
    body = '<OPML version="1.1"><body><outline text="A & B" xmlurl="https://a.example/?x=1&copy=2"><outline'
    assert [(found.url, found.name) for found in feed_urls("x", body.encode())] == [
        ("https://a.example/?x=1&copy=2", "A & B")
    ]


def test_plain_list() -> None:
    body = b"\xef\xbb\xbf# mine\n\nhttps://a.example/feed\r\n  https://b.example/feed#top  # The B\nhttps://a.example/feed\noops\n"
    assert feed_urls("list.txt", body) == [
        Subscription("https://a.example/feed"),
        Subscription("https://b.example/feed#top", "The B"),
        Subscription("oops"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        '<rss version="2.0"><channel><title>R</title></channel></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>R</title></feed>',
        '{"version": "https://jsonfeed.org/version/1", "title": "R", "items": []}',
    ],
)
def test_feed_is_a_list_of_itself(body: str) -> None:
    assert feed_urls("https://r.example/f", body.encode()) == [Subscription("https://r.example/f", "R")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"# only a comment\n",
        b"A novel.\nIn many lines.\nhttps://a.example/\n",
        b"<html><p>no</p></html>",
        b"{}",
        b"<opml/>",
    ],
)
def test_what_is_no_list(body: bytes) -> None:
    assert feed_urls("x", body) == []


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_nothing_raises(body: bytes) -> None:
    for candidate in (body, b"<opml><body><outline " + body, b"https://a.example/\n" + body):
        feed_urls("x", candidate)


ADDRESSES = st.from_regex(r"\Ahttps?://[a-z]{1,8}\.example/[a-z0-9?=&-]{0,9}\Z")


@settings(deadline=None)
@given(st.lists(ADDRESSES, max_size=8))
def test_plain_list_keeps_order_and_gives_each_once(addresses: list[str]) -> None:
    assert [found.url for found in feed_urls("x", "\n".join(addresses).encode())] == list(dict.fromkeys(addresses))
