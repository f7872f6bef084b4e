"""What pages say about themselves, in all the ways they say it."""

import json
from datetime import UTC, datetime

import pytest

from transforms.article.html_text import parse
from transforms.article.language_code import language_code
from transforms.article.metadata import read_metadata

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://river.example/news/barge"
ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Police find &quot;lost&quot; barge | River Post",
    "datePublished": "2026-05-03T10:00:00+02:00",
    "dateModified": "2026-05-04T09:30:00+02:00",
    "author": [{"@type": "Person", "name": "Jane Roe"}, {"@type": "Person", "name": "John Doe"}],
    "publisher": {"@type": "Organization", "name": "River Post"},
    "description": "A barge &amp; a cat",
    "articleSection": ["Local", "River"],
    "keywords": "barge, river, Barge",
    "image": [{"@type": "ImageObject", "url": "/barge.jpg"}],
    "isAccessibleForFree": "False",
    "inLanguage": "en-GB",
}


def read(head="", body="", **article):
    data = json.dumps({**ARTICLE, **article}) if article.pop("ld", True) else ""
    script = f'<script type="application/ld+json">{data}</script>' if data else ""
    return read_metadata(parse(f"<html><head>{script}{head}</head><body><p>Text</p>{body}</body></html>"), URL, NOW)


def meta(**values):
    return "".join(f'<meta property="{name.replace("_", ":", 1)}" content="{value}">' for name, value in values.items())


def test_json_ld_says_it_all():
    found = read()
    assert found.title == 'Police find "lost" barge'
    assert found.authors == ("Jane Roe", "John Doe")
    assert found.description == "A barge & a cat"
    assert (found.section, found.tags) == ("Local", ("barge", "river")) or found.tags == ("Barge", "river")
    assert found.image_url == "https://river.example/barge.jpg"
    assert found.is_free is False
    assert found.language == "en"
    assert found.is_article
    assert found.published[:4] == (
        datetime(2026, 5, 3, 8, tzinfo=UTC),
        "second",
        "json-ld",
        "2026-05-03T10:00:00+02:00",
    )
    assert found.modified.at == datetime(2026, 5, 4, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrap",
    [
        "[{}]",
        '{{"@graph": [{{"@type": "WebSite", "name": "x"}}, {}]}}',
        '{{"@type": "WebPage", "mainEntity": {}}}',
        "<!-- {} -->",
        "//<![CDATA[\n{}\n//]]>",
        "{};",
    ],
)
def test_json_ld_in_any_wrapping(wrap):
    script = f'<script type="application/ld+json">{wrap.format(json.dumps(ARTICLE))}</script>'
    found = read(script, ld=False)
    assert found.authors == ("Jane Roe", "John Doe")


def test_json_ld_with_a_trailing_comma_and_raw_line_ends():
    broken = json.dumps(ARTICLE)[:-1].replace("A barge", "A\nbarge") + ",}"
    found = read(f'<script type="application/ld+json">{broken}</script>', ld=False)
    assert (found.description, found.is_free) == ("A barge & a cat", False)


@pytest.mark.parametrize(
    "broken", ["{", "[[[[", "null", '"text"', "{}", '{"@type": 3}', '{"@graph": 1}', "[" * 100_000]
)
def test_broken_json_ld_is_passed_over(broken):
    script = f'<script type="application/ld+json">{broken}</script>'
    found = read(script + meta(og_title="Barge found"), ld=False)
    assert found.title == "Barge found"
    assert not found.is_article


def test_authors_are_found_through_references():
    graph = [{**ARTICLE, "author": {"@id": "#jane"}}, {"@type": "Person", "@id": "#jane", "name": "Jane Roe"}]
    script = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    assert read(script, ld=False).authors == ("Jane Roe",)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("By Jane Roe", ("Jane Roe",)),
        ("Jane Roe and John Doe", ("Jane Roe", "John Doe")),
        ("Jane Roe, John Doe & Ann Lee", ("Jane Roe", "John Doe", "Ann Lee")),
        (["Jane Roe", "jane roe", "https://river.example/jane"], ("Jane Roe",)),
        ({"name": ["Jane Roe", "John Doe"]}, ("Jane Roe", "John Doe")),
        ("Von Käthe Groß (kg)", ("Käthe Groß",)),
        ("Jane Roe\nJohn Doe", ("Jane Roe", "John Doe")),
        ("<a href='/jane'>Jane Roe</a>", ("Jane Roe",)),
        ("John E Smith", ("John E Smith",)),
        ("Roe, Jane", ("Roe, Jane",)),
    ],
)
def test_names_of_authors(author, names):
    assert read(author=author).authors == names


def test_a_person_goes_before_the_publisher():
    body = '<div class="author">Jane Roe</div>'
    house = {"@type": "Organization", "name": "River Post"}
    assert read(author=house, body=body).authors == ("Jane Roe",)
    assert read(author=house).authors == ("River Post",)


def test_meta_takes_the_place_of_missing_json_ld():
    head = meta(
        og_title="Barge found – River Post",
        og_site_name="River Post",
        og_description="A cat",
        article_published_time="2026-05-03T10:00:00Z",
        article_modified_time="2026-05-03T11:00:00Z",
        article_section="Local",
        article_tag="barge",
        og_image="https://river.example/b.jpg",
        og_locale="de_AT",
        article_content_tier="metered",
        article_author="Jane Roe",
        og_type="article",
    )
    found = read(head, ld=False)
    assert found[:2] == ("Barge found", ("Barge found", "Barge found – River Post")) or found.title == "Barge found"
    assert (found.description, found.section, found.tags) == ("A cat", "Local", ("barge",))
    assert (found.authors, found.language, found.is_free) == (("Jane Roe",), "de", None)
    assert found.published.source == "meta"
    assert found.modified.at == datetime(2026, 5, 3, 11, tzinfo=UTC)
    assert found.is_article


def test_a_time_without_offset_takes_that_of_the_other_time():
    found = read(datePublished="2026-05-03T10:00:00", dateModified="2026-05-04T09:30:00+02:00")
    assert found.published.at == datetime(2026, 5, 3, 8, tzinfo=UTC)


def test_a_date_in_the_future_is_kept_raw_only():
    found = read(datePublished="2031-05-03T10:00:00Z", dateModified="2031-05-03T10:00:00Z")
    assert (found.published.at, found.published.raw) == (None, "2031-05-03T10:00:00Z")
    assert found.modified.at is None


def test_a_page_without_any_metadata_gives_empty_values():
    found = read(ld=False)
    assert found.title == ""
    assert (found.authors, found.tags, found.language, found.is_free) == ((), (), "", None)
    assert found.published.at is None
    assert not found.is_article


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "http://[bad", ""])
def test_addresses_that_are_none_are_left_out(href):
    assert read(f'<link rel="canonical" href="{href}">', ld=False).canonical_url == ""


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("de_AT", "de"),
        ("deu", "de"),
        ("ger", "de"),
        ("zh-Hans-CN", "zh"),
        ("nb", "no"),
        ("iw", "he"),
        ("French", "fr"),
        ("xx", ""),
        ("", ""),
        ("und", ""),
        ("{{lang}}", ""),
    ],
)
def test_language_codes(raw, code):
    assert language_code(raw) == code
