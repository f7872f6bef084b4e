"""Broken feeds taken apart: the same items wherever the pieces end, ampersands escaped where they mean themselves."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.fetch.feed_pieces import ITEM_LIMIT, Frame, cut_at_items, escape_ampersands
from transforms.fetch.feed_text import FeedText

PARTS = [
    "<item>",
    "<item a='b'>",
    "<media:entry>",
    "</item>",
    "<items>",
    "<!-- <item> -->",
    "<![CDATA[<item>&x]]>",
    "words ",
    "<",
]


def cut(text: bytes, size: int) -> list[bytes]:
    return list(cut_at_items(text[start : start + size] for start in range(0, len(text), size)))


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join), st.integers(1, 50))
def test_items_are_the_same_wherever_the_pieces_end(text: str, size: int) -> None:
    whole = cut(text.encode(), 10_000)
    assert cut(text.encode(), size) == whole
    assert b"".join(whole).decode() == text


def test_items_in_sections_and_comments_are_none() -> None:
    text = b"<rss><!-- <item> --><item>1<![CDATA[ <item> ]]></item><entry x=''>2</entry><items>"
    head, one, two = cut(text, 5)
    assert head == b"<rss><!-- <item> -->"
    assert (one, two) == (b"<item>1<![CDATA[ <item> ]]></item>", b"<entry x=''>2</entry><items>")
    assert Frame("<rss a='1'><channel>").around([one, two]) == b"<rss a='1'>" + one + b"<entry x=''>2</entry></rss>"


def test_no_more_than_a_bound_of_an_item_is_held() -> None:
    text = b"<rss><item>" + b"x" * (2 * ITEM_LIMIT) + b"</item><item>2</item>"
    assert [len(part) for part in cut(text, 65_536)] == [5, ITEM_LIMIT, 14]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Salt & pepper", "Salt &amp; pepper"),
        ("a?b=1&c=2&copy=3", "a?b=1&amp;c=2&amp;copy=3"),
        ("&amp; &lt; &#65; &#x41; &nbsp;", "&amp; &lt; &#65; &#x41; &nbsp;"),
        ("&unknown; &#99999999999; &; &#;", "&amp;unknown; &amp;#99999999999; &amp;; &amp;#;"),
        ("<![CDATA[a & b]]> & c", "<![CDATA[a & b]]> &amp; c"),
        ("]]> & <![CDATA[ & ]]> &", "]]> &amp; <![CDATA[ & ]]> &amp;"),
    ],
)
@pytest.mark.politeness("31", "a bare ampersand stays, and costs no item")
def test_ampersands(text: str, escaped: str) -> None:
    assert b"".join(escape_ampersands([text.encode()], {"nbsp"})).decode() == escaped
    body = f"<rss>{'x' * 70_000}{text}".encode()
    assert b"".join(escape_ampersands(FeedText(body).pieces(), {"nbsp"})).decode().endswith(f"x{escaped}")


@pytest.mark.parametrize("unit", [b"<item>", b"<![CDATA[", b"<!--", b"<a:", b"<", b"]]>", b"&", b"&a", b"</item>"])
def test_hostile_feed_is_cut_in_little_time(unit: bytes) -> None:
    text = FeedText(b"<rss>" + unit * (2_000_000 // len(unit)))
    start = time.process_time()
    for _ in cut_at_items(escape_ampersands(text.pieces(), ())):
        pass
    assert time.process_time() - start < 5
