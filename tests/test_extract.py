"""Documents of every kind become text and metadata, or a refusal with a word of the vocabulary."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outcomes import OUTCOMES
from schemas.records import Payload, Reference, Refusal
from transforms.article.extract import EXTRACTOR_VERSION, Extracted, extract, extractor_version
from transforms.article.lines import strip_lines

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BODY = [
    "Officers of the river police found the missing barge on Monday, eleven kilometres below the lock at Marlow.",
    "It had lost its load of gravel and both anchors, but the cat that lives on board was well, the police said.",
    "The owner, Edna Prescott, had reported the theft on Friday after a night of high water and heavy rain.",
    "Nobody knows yet who cut the ropes, and the harbour office is asking for witnesses along the towpath.",
]
PAGE = """<!doctype html><html lang="en-GB"><head><title>Police find stolen barge - River Post</title>
<meta property="og:site_name" content="River Post"><meta property="og:title" content="Police find stolen barge">
<link rel="canonical" href="/news/stolen-barge">{head}</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Police find stolen barge</h1>{body}</article><footer>© 2026 River Post</footer></body></html>"""


def payload(data, kind, url="", content_type=""):
    data = data if isinstance(data, bytes) else data.encode()
    return Payload(Reference("", "", "", "", kind, 0, url, "", ""), data, NOW, content_type, url)


def page(body=BODY, head=""):
    return PAGE.format(head=head, body="".join(f"<p>{paragraph}</p>" for paragraph in body))


def record(kind="json", **fields):
    return extract(payload(json.dumps(fields), kind))


def test_a_page_gives_its_paragraphs_and_metadata():
    found = extract(payload(page(), "html", "https://river.example/news/stolen-barge?utm_source=x"))
    assert isinstance(found, Extracted)
    assert strip_lines(found).lines == BODY
    assert found.title == "Police find stolen barge"
    assert found.language == "en"
    assert found.canonical_url == "https://river.example/news/stolen-barge"
    assert found.extractor == "trafilatura"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "utf-8-sig"])
def test_a_page_in_any_encoding(encoding):
    body = [*BODY, "“Très bien,” said the cat’s owner, Zoë Müller, on the quay of Besançon."]
    data = page(body, f'<meta charset="{encoding}">').encode(encoding)
    found = extract(payload(data, "link", content_type="text/html"))
    assert isinstance(found, Extracted)
    assert strip_lines(found).lines == body


def test_a_page_laid_out_by_tables_gives_paragraphs():
    cells = "<br><br>".join(BODY)
    inner = f"<table><tr><td>{cells}</td></tr></table>"
    text = f"<html><body><table><tr><td>{'<br>' * 6}{inner}</td></tr></table></body></html>"
    found = extract(payload(text, "html"))
    assert isinstance(found, Extracted)
    assert found.lines == BODY


def test_controls_are_stripped_from_a_page():
    found = extract(payload(page([BODY[0].replace(" ", " \x00\x08"), *BODY[1:]]), "html"))
    assert isinstance(found, Extracted)
    assert strip_lines(found).lines == BODY


def test_plain_text_with_headline_and_byline():
    text = "\ufeffPolice find the barge that was stolen\r\nBy Jane Roe\r\n\r\n" + "\r\n\r\n".join(BODY)
    found = extract(payload(text, "text"))
    assert isinstance(found, Extracted)
    assert (found.title, found.authors) == ("Police find the barge that was stolen", ["Jane Roe"])
    stripped = strip_lines(found)
    assert stripped.lines == BODY
    assert [removed.rule for removed in stripped.removed] == ["title", "credit.byline"]


def test_plain_text_without_headline():
    found = extract(payload("\n".join(BODY), "text"))
    assert isinstance(found, Extracted)
    assert (found.title, found.lines, found.extractor) == ("", BODY, "text")


def test_markup_in_plain_text_is_text():
    found = extract(payload("\n".join([*BODY, "Use <b> for bold & </b> to end it."]), "text"))
    assert isinstance(found, Extracted)
    assert found.lines[-1] == "Use <b> for bold & </b> to end it."


def test_a_record_with_text():
    found = record(
        title="Police find&nbsp;barge",
        text="\n\n".join(BODY),
        url="https://river.example/1",
        published_at="2026-05-03T10:00:00+02:00",
        modified_at="2026-05-04T10:00:00Z",
        language="eng",
        authors=["By Jane Roe and John Doe"],
        description="<p>A barge, a cat &amp; no gravel</p>",
        tags=["river", " barge ", 3],
        section="Local",
        image_url="https://river.example/1.jpg",
    )
    assert isinstance(found, Extracted)
    assert found.lines == BODY
    assert found.published[:4] == (
        datetime(2026, 5, 3, 8, tzinfo=UTC),
        "second",
        "record",
        "2026-05-03T10:00:00+02:00",
    )
    assert found.modified.at == datetime(2026, 5, 4, 10, tzinfo=UTC)
    assert (found.language, found.section, found.tags) == ("en", "Local", ["river", "barge"])
    assert found.authors == ["Jane Roe", "John Doe"]
    assert found.description == "A barge, a cat & no gravel"
    assert (found.canonical_url, found.extractor) == ("https://river.example/1", "record")


def test_an_entry_with_a_fragment_of_markup():
    html = "<p>" + "</p><p>".join(BODY) + "</p><script>alert(1)</script>"
    found = record("entry", title="Barge", html=html, published_at="Fri, 01 May 2026 08:00:00 GMT")
    assert isinstance(found, Extracted)
    assert found.lines == BODY
    assert (found.title, found.extractor, found.published.source) == ("Barge", "feed", "feed")


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>Short.</p>", ["Short."]),
        ("Just words &amp; more<br>second line", ["Just words & more", "second line"]),
        ("<ul><li>one</li><li>two <b>bold</b> words</li></ul>", ["- one", "- two bold words"]),
        ("<div>first<div>second</div>third</div>", ["first", "second", "third"]),
    ],
)
def test_a_short_fragment_is_stripped_of_its_tags(html, lines):
    found = record("entry", title="t", html=html)
    assert isinstance(found, Extracted)
    assert found.lines == lines


def test_a_record_with_a_whole_page_takes_the_pages_metadata_where_it_has_none_itself():
    head = (
        '<meta property="article:published_time" content="2026-05-03T10:00:00Z"><meta name="author" content="Jane Roe">'
    )
    found = record(html=page(head=head), title="Own title")
    assert isinstance(found, Extracted)
    assert (found.title, found.authors, found.published.source) == ("Own title", ["Jane Roe"], "meta")
    assert strip_lines(found).lines == BODY


def test_an_implausible_date_is_kept_raw_only():
    found = record(text=BODY[0], published_at="2031-05-03T10:00:00Z")
    assert isinstance(found, Extracted)
    assert (found.published.at, found.published.raw) == (None, "2031-05-03T10:00:00Z")


@pytest.mark.parametrize(
    ("data", "kind", "outcome"),
    [
        (b"", "text", "empty"),
        (b" \r\n\t ", "html", "empty"),
        (b"\xef\xbb\xbf\n", "text", "empty"),
        (b"... --- 123", "text", "no_text"),
        (b"<html><body><img src=x></body></html>", "html", "no_text"),
        (b"<html></html>", "link", "no_text"),
        (b"{", "json", "bad_record"),
        (b"[1]", "entry", "bad_record"),
        (b"[" * 200_000, "json", "bad_record"),
        (b"\xff\xfe{", "json", "bad_record"),
        (b'{"title": "t"}', "json", "no_text"),
        (b'{"html": "<p></p>"}', "entry", "no_text"),
        (b"<p>" * 100_000, "html", "too_large"),
        (b"a b " * 1_300_000, "text", "too_large"),
        (json.dumps({"html": "<p>" * 100_000}).encode(), "entry", "too_large"),
    ],
    ids=range(15),
)
def test_refusals(data, kind, outcome):
    found = extract(payload(data, kind))
    assert isinstance(found, Refusal)
    assert found.outcome == outcome
    assert outcome in OUTCOMES
    assert found.reason
    assert "\n" not in found.reason


@pytest.mark.parametrize(
    "extra",
    [
        "<div>" * 20_000,
        "<table><tr><td>" * 8_000,
        "<svg>" + "<path d='M0 0L1 1'/>" * 20_000 + "</svg>",
        "<img src='data:image/png;base64," + "QUJD" * 500_000 + "'>",
        "<![CDATA[" * 200_000,
        "<!--" * 500_000,
        "<" * 1_000_000,
        "</p>" * 40_000,
        "<script type='application/ld+json'>" + '{"@graph":[' * 200_000 + "</script>",
        "<p a='" + "&amp;" * 200_000 + "'>",
        "<aside>" + "\n" * 2_000_000 + "</aside>",
    ],
    ids=range(11),
)
def test_odd_markup_in_quantity_costs_no_paragraph(extra):
    found = extract(payload(page().replace("</article>", extra), "html"))
    assert isinstance(found, Extracted)
    assert strip_lines(found).lines[:4] == BODY


@pytest.mark.parametrize(
    "markup", ["<script>var p = '<p>no text</p>';</script> tail", "<svg><title>no text</title></svg>"]
)
def test_programs_and_drawings_are_no_text_but_what_follows_them_is(markup):
    found = extract(payload(page([BODY[0] + markup, *BODY[1:]]), "html"))
    assert isinstance(found, Extracted)
    assert "no text" not in "".join(found.lines)
    assert ("tail" in "".join(found.lines)) == ("tail" in markup)


def test_quality_mode_names_the_extractor_that_won():
    found = extract(payload(page(), "html"), "quality")
    assert isinstance(found, Extracted)
    assert strip_lines(found).lines == BODY
    assert found.extractor == "quality:trafilatura"
    assert found._replace(extractor="trafilatura") == extract(payload(page(), "html"))


@pytest.mark.parametrize(
    ("data", "kind"), [("\n".join(BODY), "text"), (json.dumps({"html": "<p>Short.</p>"}), "entry")]
)
def test_quality_mode_is_for_whole_pages(data, kind):
    assert extract(payload(data, kind), "quality") == extract(payload(data, kind))


def test_a_record_with_a_whole_page_is_read_in_quality_mode_too():
    found = extract(payload(json.dumps({"html": page()}), "json"), "quality")
    assert isinstance(found, Extracted)
    assert (strip_lines(found).lines, found.extractor) == (BODY, "record")


def test_an_empty_page_is_refused_in_quality_mode():
    assert extract(payload("<html><body><img src=x></body></html>", "html"), "quality") == Refusal(
        "no_text", "no article text was found in the page"
    )


def test_the_version_of_quality_mode_names_its_packages():
    assert extractor_version() == EXTRACTOR_VERSION
    assert "+readability-lxml-" in extractor_version("quality")
    assert "+resiliparse-" in extractor_version("quality")


def test_the_version_names_all_that_shapes_the_text():
    assert EXTRACTOR_VERSION.startswith("trafilatura-2.")
    assert "+rules-" in EXTRACTOR_VERSION


def test_the_same_page_gives_the_same_result_whatever_came_before():
    first = extract(payload(page(), "html"))
    for number in range(3):
        extract(payload(page([f"Another story number {number}. " + BODY[number]] * 4), "html"))
    assert extract(payload(page(), "html")) == first


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["text", "html", "link", "entry", "json"]))
def test_any_bytes_are_answered(data, kind):
    found = extract(payload(data, kind))
    if isinstance(found, Refusal):
        assert found.outcome in OUTCOMES
    else:
        assert all(line and line == " ".join(line.split()) for line in found.lines)


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.lists(st.text(max_size=9), max_size=2)
KEYS = ["title", "text", "html", "url", "published_at", "modified_at", "language", "authors", "tags", "description"]


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_any_record_is_answered(fields):
    found = record(**fields)
    assert isinstance(found, Refusal | Extracted)
