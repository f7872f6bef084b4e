"""What bytes are, by content."""

import gzip
import json
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.article.page_url import page_url
from transforms.article.sniff import HEAD, magic, sniff, unicode_encoding

KINDS = {"gzip", "warc", "feed", "sitemap", "opml", "xml", "jsonl", "html", "text", "binary", "empty"}
SEEDS = Path(__file__).parent.parent / "seeds"
PROSE = "The ferry left at noon. Nobody on board had seen the fog. " * 5
RSS = '<rss version="2.0"><channel><title>t</title></channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>'
XHTML = '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/x.dtd">\n<html/>'


def zipped() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", PROSE)
    return buffer.getvalue()


CASES = {
    "nothing": (b"", "empty"),
    "white space": (b" \r\n\t\n", "empty"),
    "a mark alone": (b"\xef\xbb\xbf\n", "empty"),
    "white space in utf-16": ("\ufeff \n".encode("utf-16-le"), "empty"),
    "no-break spaces": ("\xa0\xa0\n".encode(), "empty"),
    "prose": (PROSE.encode(), "text"),
    "prose in utf-16": (PROSE.encode("utf-16"), "text"),
    "prose in utf-16 without a mark": (PROSE.encode("utf-16-be"), "text"),
    "prose in utf-32": (PROSE.encode("utf-32"), "text"),
    "prose in windows-1252": ("Zürich – „Café“ ".encode("cp1252") * 20, "text"),
    "prose in shift-jis": ("東京で火曜日に会議が開かれた。".encode("shift_jis") * 9, "text"),
    "prose in iso-2022-jp": ("東京で火曜日に会議が開かれた。".encode("iso2022_jp") * 9, "text"),
    "one stray zero byte": (PROSE.encode() + b"\0", "text"),
    "prose that begins with a heart": (b"<3 from Lagos: " + PROSE.encode(), "text"),
    "prose that begins with a bracket": (b"[Update] {sic} " + PROSE.encode(), "text"),
    "prose about tags": (b"The <p> tag is older than the <div> tag. " + PROSE.encode(), "text"),
    "prose about feeds": (b'A feed begins with <rss version="2.0">. ' + PROSE.encode(), "text"),
    "csv": (b"url,title\nhttps://example.com/a,A\n", "text"),
    "page": (b"<!doctype html><title>t</title><p>x", "html"),
    "page without doctype": (b"<HTML><BODY>x</BODY></HTML>", "html"),
    "page after white space and comments": (b"\n\n <!-- a --><!-- <rss> -->\n<html><p>x", "html"),
    "page in utf-16": ("<html><p>x</p></html>".encode("utf-16"), "html"),
    "page after a mark": (b"\xef\xbb\xbf<html>", "html"),
    "xhtml": (XHTML.encode(), "html"),
    "xhtml without doctype": (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><p>x</p></html>',
        "html",
    ),
    "page after a warning": (b"Warning: foo in bar.php\n<!DOCTYPE html>\n<html><p>x", "html"),
    "page after 70 kB of white space": (b"\n" * 70_000 + b"<html><p>x", "html"),
    "page that shows a feed": (f"<html><pre>{RSS}</pre></html>".encode(), "html"),
    "fragment": (b"<p>One.</p><p>Two.</p>", "html"),
    "fragment that begins with text": (b"One.<br>Two.<br/>Three.<p>Four.</p>", "html"),
    "fragment with an inline tag": (b"<b>Lagos</b>: " + PROSE.encode(), "html"),
    "amp element": (b"<amp-story><p>x</p></amp-story>", "html"),
    "comment without an end": (b"<!-- " + PROSE.encode(), "html"),
    "rss": (RSS.encode(), "feed"),
    "rss with a declaration": (f'<?xml version="1.0" encoding="utf-8"?>\n<!-- x -->\n{RSS}'.encode(), "feed"),
    "rss with a style sheet": (f'<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?>{RSS}'.encode(), "feed"),
    "rss with a doctype": (
        f'<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "x.dtd" [<!ENTITY a "b">]>\n{RSS}'.encode(),
        "feed",
    ),
    "rss after junk": (f'PHP notice\n<?xml version="1.0"?>{RSS}'.encode(), "feed"),
    "rss in utf-16": (f'<?xml version="1.0" encoding="utf-16"?>{RSS}'.encode("utf-16"), "feed"),
    "rdf": (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">',
        "feed",
    ),
    "rdf of another kind": (b'<?xml version="1.0"?><rdf:RDF xmlns:dc="http://purl.org/dc/"><x/></rdf:RDF>', "xml"),
    "atom": (ATOM.encode(), "feed"),
    "atom with a prefix": (b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>t</a:title></a:feed>', "feed"),
    "json feed": (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed"),
    "json feed with escaped slashes": (b'{\n "version": "https:\\/\\/jsonfeed.org\\/version\\/1"}', "feed"),
    "sitemap": (b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', "sitemap"),
    "index of sitemaps": (b"<sitemapindex><sitemap/></sitemapindex>", "sitemap"),
    "opml": (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "opml"),
    "other xml": (b'<?xml version="1.0"?><invoice><sum>3</sum></invoice>', "xml"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>', "xml"),
    "json lines": (b'{"url": "https://example.com/a", "text": "x"}\n{"text": "y"}\n', "jsonl"),
    "json lines in utf-16": ('{"text": "x"}\n{"text": "y"}\n'.encode("utf-16"), "jsonl"),
    "json lines after a mark": (b'\xef\xbb\xbf{"text": "x"}\n', "jsonl"),
    "json lines whose first line is bad": (b'not json\n{"text": "x"}\n{"text": "y"}\n', "jsonl"),
    "json lines that hold pages": (json.dumps({"html": "<html><p>a</p><p>b</p></html>"}).encode() * 3, "jsonl"),
    "one object": (json.dumps({"title": "t", "text": "x"}, indent=2).encode(), "jsonl"),
    "array of objects": (json.dumps([{"title": "t"}] * 3, indent=2).encode(), "jsonl"),
    "longer than what is looked at": (json.dumps({"text": "x" * 3 * HEAD}).encode(), "jsonl"),
    "gzip": (gzip.compress(PROSE.encode()), "gzip"),
    "warc": (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "warc"),
    "pdf": (b"%PDF-1.7\n1 0 obj\n", "binary"),
    "pdf after a line end": (b"\n%PDF-1.7\n1 0 obj\n", "binary"),
    "zip": (zipped(), "binary"),
    "parquet": (b"PAR1\x15\x04\x15", "binary"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "binary"),
    "film": (b"\0\0\0\x20ftypisom", "binary"),
    "rtf": (b"{\\rtf1\\ansi Hello}", "binary"),
    "saved mail archive": (b"From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n", "binary"),
    "any bytes": (bytes(range(256)) * 4, "binary"),
    "zero bytes": (b"\0" * 100, "binary"),
}


@pytest.mark.parametrize(("data", "kind"), CASES.values(), ids=CASES)
def test_kind(data: bytes, kind: str):
    assert sniff(data) == kind


@pytest.mark.parametrize("name", ["<p>", "rss", "text"])
def test_the_rest_of_a_large_file_does_not_count(name: str):
    data = {"<p>": b"<p>x</p>", "rss": RSS.encode(), "text": PROSE.encode()}[name]
    assert sniff(data + b" " * HEAD + b"\0\1\2" * 1000) == sniff(data)


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind(data: bytes):
    assert sniff(data) in KINDS


@given(st.text(st.characters(categories=["L", "N", "Zs", "Po"], exclude_characters='<>{}[]"&'), min_size=40))
def test_letters_are_text_in_every_unicode_encoding(words: str):
    words = "A report. " + words
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert sniff(words.encode(encoding)) == "text"


@given(st.sampled_from(["", " ", "\n\n", "\ufeff", "<!-- x -->", '<?xml version="1.0"?>', "\ufeff\n<!-- <html> -->\n"]))
def test_what_stands_before_a_root_does_not_change_it(prologue: str):
    assert sniff((prologue + RSS).encode()) == "feed"
    assert sniff((prologue + ATOM).encode()) == "feed"
    assert sniff((prologue + "<html><p>x</p></html>").encode()) == "html"


HOSTILE = {
    "comments": b"<!---->" * 40_000,
    "open comments": b"<!--" * 70_000,
    "open tags": b"<link " * 50_000,
    "open quotes": b"<meta content='" * 20_000,
    "both quotes": b"<meta a='b\" c=" * 20_000,
    "open scripts": b"<script>" * 40_000,
    "attributes": b"<meta " + b"a=1 " * 100_000,
    "spaces in a tag": b"<link rel" + b" " * 262_000 + b"=canonical>",
    "declarations": b"<?xml " * 45_000,
    "doctypes": b"<!DOCTYPE " * 26_000,
    "line ends": b"x" + b"\n" * 262_000,
    "braces": b'{"a":' * 50_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bytes_take_no_time(data: bytes):
    began = time.process_time()
    sniff(data)
    page_url(data)
    assert time.process_time() - began < 2


def test_binary_formats_are_named():
    assert magic(b"%PDF-1.4") == "PDF document"
    assert magic(b"\0\0\0\x18ftypheic") == "MP4 film or HEIF image"
    assert magic(PROSE.encode()) == ""


def test_unicode_encodings_are_told():
    assert unicode_encoding("a".encode("utf-32-le")[:1] + b"\0\0\0") == ""
    assert unicode_encoding("\ufeffa".encode("utf-32-le")) == "utf-32"
    assert unicode_encoding("\ufeffa".encode("utf-16-be")) == "utf-16"
    assert unicode_encoding(PROSE.encode("utf-16-le")) == "utf-16-le"
    assert unicode_encoding(PROSE.encode()) == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("niamey-embassies.txt", "text"),
        ("kaffeehaus-1252.txt", "text"),
        ("river-ferry-table.html", "html"),
        ("drought-amp.html", "html"),
        ("lighthouse.html.gz", "gzip"),
        ("observatory.rss", "feed"),
        ("townhall.atom", "feed"),
        ("wire.jsonl", "jsonl"),
        ("empty.txt", "empty"),
        ("scan.pdf", "binary"),
    ],
)
def test_seeds(name: str, kind: str):
    assert sniff((SEEDS / name).read_bytes()) == kind
