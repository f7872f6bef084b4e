"""The text of feeds in pieces: the same wherever they end, and no token is cut."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.fetch import feed_encoding, feed_text
from transforms.fetch.feed_encoding import Encoding, decoded, encoding_of
from transforms.fetch.feed_text import TOKEN, FeedText

WORDS = st.sampled_from(
    ["<item>", "&amp;", "&#8;", "&#x1F600;", "<![CDATA[", "]]>", "é", "\N{FOX FACE}", "\x00", "\ufffe", " "]
)
TEXTS = st.lists(WORDS | st.text(max_size=5), max_size=60).map("".join)


@settings(deadline=None)
@given(TEXTS, st.integers(4, 200), st.sampled_from(["utf-8", "utf-16", "cp1252", "gb18030"]))
def test_pieces_of_any_size_give_the_same(text: str, size: int, charset: str) -> None:
    body = f'<?xml version="1.0" encoding="{charset}"?><rss>{text}'.encode(charset, "replace")
    whole = FeedText(body).whole()
    with pytest.MonkeyPatch.context() as patch:
        for module in (feed_encoding, feed_text):
            patch.setattr(module, "PIECE", size)
        pieces = list(FeedText(body).pieces())
        assert b"".join(pieces).decode() == whole
        assert b"".join(FeedText(body).pieces(7)).decode() == whole.encode()[7:].decode("utf-8", "replace")
        assert FeedText(body).head(10) == whole[: len(FeedText(body).head(10))]
    for piece in pieces:
        piece.decode()  # no character is cut
    for before, after in pairwise(pieces):
        for token in (rb"<!\[CDATA\[", rb"\]\]>", rb"&#?\w{1,60};"):
            edge = len(before[-TOKEN:])
            found = re.finditer(token, before[-TOKEN:] + after[:TOKEN])
            assert all(one.end() <= edge or one.start() >= edge for one in found)


def test_nothing_that_xml_forbids_is_left() -> None:
    body = "\ufeff \u3000<a>\x00\x0b\x7f\ufffe\uffff&#0;&#x1;&#xD800;&#65;\t</a>".encode()
    assert FeedText(body).whole() == "<a>&#65;\t</a>"


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (b"<a/>", "", Encoding("utf-8")),
        (b"\xef\xbb\xbf<a/>", "text/xml; charset=latin-1", Encoding("utf-8", "replace", 3)),
        ("<a>é</a>".encode(), "text/xml; charset=latin-1", Encoding("utf-8")),
        ("<a>é</a>".encode("latin-1"), "text/xml; charset=latin-1", Encoding("cp1252")),
        ("<?xml?><a>é</a>".encode("utf-16-le"), "", Encoding("utf-16-le", "replace")),
        (("é" * 50).encode() + b"\xff", "", Encoding("utf-8", "replace")),
    ],
)
def test_encoding(body: bytes, content_type: str, encoding: Encoding) -> None:
    assert encoding_of(body, content_type) == encoding
    assert "".join(decoded(body, encoding)).strip("\ufffd")


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["", "text/xml; charset=shift_jis", "text/xml; charset=hz", "x;charset=utf-7"]),
)
def test_any_bytes_have_an_encoding_that_reads_them(body: bytes, content_type: str) -> None:
    "".join(decoded(body, encoding_of(body, content_type)))
