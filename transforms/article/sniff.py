"""Tell what bytes are, by their content and never by their name."""

import codecs
import re
from typing import Final

#: Bytes that are looked at.
HEAD: Final = 65_536

_MAGIC: Final = (
    (b"%PDF-", "PDF document"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"PK\x05\x06", "ZIP archive"),
    (b"PAR1", "Parquet file"),
    (b"ARROW1", "Arrow file"),
    (b"Obj\x01", "Avro file"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"RIFF", "WebP image, sound or film"),
    (b"OggS", "Ogg sound or film"),
    (b"ID3", "MP3 sound"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ\0", "xz archive"),
    (b"\x28\xb5\x2f\xfd", "zstd archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!", "RAR archive"),
    (b"\xd0\xcf\x11\xe0", "old office document"),
    (b"{\\rtf", "RTF document"),
    (b"%!PS", "PostScript document"),
    (b"\x7fELF", "program"),
)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: C0 controls that no text file has; NUL is among them, since UTF-16 and UTF-32 are told first.
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1a\x1b"))
_HTML_NAMES: Final = """
    html head body title meta link script style base noscript main article section header footer nav aside div span p a
    b i u em strong small font center br hr img picture figure figcaption ul ol li dl dt dd table thead tbody tr td th
    h1 h2 h3 h4 h5 h6 blockquote pre code form input button label iframe video audio time address details summary
    frameset
"""
_HTML_TAGS: Final = frozenset(_HTML_NAMES.split())
_HTML_ROOTS: Final = frozenset({"html", "body", "div"})  # also after an XML declaration
_FEED_NAMES: Final = re.compile(
    r"https?://(?:purl\.org/rss|my\.netscape\.com/rdf|backend\.userland\.com)|<(?:\w+:)?channel\b"
)
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w-]*)(?=[\s/>])")
_LATE_XML: Final = re.compile(r"<\?xml\s[^>]*\?>\s*(?=<(?:\w+:)?(?:rss|feed|rdf)\b)", re.IGNORECASE)
_LATE_HTML: Final = re.compile(r"^[ \t]*(?:<!doctype\s+html|<html)\b", re.IGNORECASE | re.MULTILINE)
_CLOSING: Final = re.compile(
    r"</(?:p|div|li|ul|ol|h[1-6]|article|section|table|td|blockquote|body|html|a|span|em|strong)\s*>|<br\s*/?>|<p>",
    re.IGNORECASE,
)
_JSON_FEED: Final = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_JSON_START: Final = re.compile(r'\{\s*["}]|\[\s*[\{\]]')
_MHTML: Final = re.compile(r"\A(?:From: <?Saved by|MIME-Version:).{0,2000}multipart/related", re.IGNORECASE | re.DOTALL)


def magic(data: bytes) -> str:
    """Name the binary format whose signature the bytes begin with; "" when there is none."""
    head = data[:64].lstrip(b" \t\r\n\0") if data[:1] in b" \t\r\n" else data[:64]
    known = next((name for sign, name in _MAGIC if head.startswith(sign)), "")
    return known or ("MP4 film or HEIF image" if data[4:8] == b"ftyp" else "")


def unicode_encoding(head: bytes) -> str:
    """Name the Unicode encoding that a mark, or the place of the zero bytes, gives away; "" when neither does."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    sample = head[: min(len(head), 4096) // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half >= 4 and odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if half >= 4 and even > half * 0.4 and odd < half * 0.05 else ""


def sniff(data: bytes) -> str:
    """Tell the kind of a document or container from its first 64 KiB.

    Returns `gzip`, `warc`, `feed` (RSS, RDF, Atom, JSON Feed), `sitemap`, `opml`, `xml` (any other), `jsonl` (JSON
    Lines, or one JSON object or array), `html` (page or fragment), `text`, `binary`, or `empty`.
    """
    head = data[:HEAD] if data[:HEAD].strip() else data.lstrip()[:HEAD]
    if not head:
        return "empty"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"WARC/"):
        return "warc"
    encoding = unicode_encoding(head)
    if not encoding and (magic(head) or len(head) - len(head.translate(None, _CONTROLS)) > len(head) * 0.005):
        return "binary"
    return _sniff_text(head.decode(encoding or "utf-8", "replace").lstrip("\ufeff \t\r\n\f\v\xa0\u200b"))


def _sniff_text(text: str) -> str:
    if not text.strip():
        return "empty"
    if text.startswith("<"):
        return _sniff_markup(text)
    if _JSON_START.match(text) or _looks_like_lines(text):
        return "feed" if _JSON_FEED.search(text) else "jsonl"
    if _MHTML.match(text):
        return "binary"
    if late := _LATE_XML.search(text, 0, 4096):
        return _sniff_markup(text[late.start() :])
    return "html" if _LATE_HTML.search(text) or _is_fragment(text) else "text"


def _looks_like_lines(text: str) -> bool:
    """Tell JSON Lines whose first line is bad from text."""
    lines = [line.strip() for line in text[:HEAD].split("\n")[:50] if line.strip()]
    objects = sum(line.startswith('{"') for line in lines)
    return objects >= 1 and objects * 2 >= len(lines)


def _is_fragment(text: str) -> bool:
    tags = len(_CLOSING.findall(text))
    return tags >= 3 and tags * 1500 >= len(text)


def _sniff_markup(text: str) -> str:
    declared = text[:5].lower() == "<?xml"
    doctype, rest = _skip_prologue(text)
    if doctype == "html":
        return "html"
    found = _ROOT.match(rest)
    if not found:
        return "html" if not rest or _is_fragment(rest) else "text"
    root = found[1].lower()
    if root in ("rss", "feed") or (root == "rdf" and _FEED_NAMES.search(rest)):
        return "feed"
    if root in ("urlset", "sitemapindex"):
        return "sitemap"
    if root == "opml":
        return "opml"
    if root in _HTML_ROOTS or (not declared and (root in _HTML_TAGS or root.startswith("amp-"))):
        return "html"
    if declared or doctype or "xmlns" in rest[: rest.find(">")]:
        return "xml"
    return "html" if _is_fragment(rest) else "text"


def _skip_prologue(text: str) -> tuple[str, str]:
    """Return the name in the doctype, if any, and what follows declarations, comments and white space."""
    doctype = ""
    while True:
        text = text.lstrip("\ufeff \t\r\n\f\v")
        if text.startswith("<!--"):
            end, width = text.find("-->", 4), 3
        elif text.startswith("<?"):
            end, width = text.find("?>", 2), 2
        elif text[:9].lower() == "<!doctype":
            named = re.match(r"\s*([\w:.-]+)", text[9:200])
            doctype = named[1].lower() if named else "?"
            inner, close = text.find("[", 9), text.find(">", 9)
            end = text.find("]>", inner) + 1 if -1 < inner < close else close
            width = 1
        else:
            return doctype, text
        if end < 1:
            return doctype, ""
        text = text[end + width :]
