"""What pages say about themselves, in all the ways they say it."""

import json
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    assert (found.section, found.tags) == ("Local", ("barge", "river"))
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
        ("Jane Roe, Staff Writer", ("Jane Roe",)),
        ("Jane Roe, Senior Political Correspondent and John Doe, BBC News", ("Jane Roe", "John Doe")),
        ("Jane Roe, Nairobi", ("Jane Roe",)),
        ("Ludwig van der Berg und Omar al-Hassan", ("Ludwig van der Berg", "Omar al-Hassan")),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("BBC News", ("BBC News",)),
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
    assert (found.published.offset, found.modified.offset) == (None, 120)  # its own words do not say it


def test_the_same_minute_with_an_offset_elsewhere_tells_the_offset():
    head = meta(article_published_time="2026-05-03T10:00:00+02:00")
    assert read(head, datePublished="2026-05-03T10:00:00", dateModified=None).published.offset == 120


def test_a_date_in_the_future_is_kept_raw_only():
    found = read(datePublished="2031-05-03T10:00:00Z", dateModified="2031-05-03T10:00:00Z")
    for time in (found.published, found.modified):
        assert (time.at, time.raw, time.flag, time.source) == (None, "2031-05-03T10:00:00Z", "future", "json-ld")


def test_times_keep_what_was_written():
    found = read(dateModified="2026-05-04T09:30:00+02:00")
    assert found.modified[1:] == ("second", "json-ld", "2026-05-04T09:30:00+02:00", 120, "")
    assert read(meta(article_modified_time="2026-05-04"), dateModified=None).modified[1:5] == (
        "day",
        "meta",
        "2026-05-04",
        None,
    )


@pytest.mark.parametrize(
    ("line", "at", "offset"),
    [
        ("Published: 3 May 2026, 10:15", "2026-05-03T10:15", None),
        ("So 03.05.26 | 10:15 Uhr | Von Jane Roe", "2026-05-03T10:15", None),
        ("Sunday, 3 May 2026 10:15 BST", "2026-05-03T09:15", 60),
        ("By Jane Roe, 3 May 2026", "2026-05-03T00:00", None),
    ],
)
def test_the_date_below_the_headline_is_read_where_the_page_says_no_other(line, at, offset):
    found = read(body=f"<h1>Police find lost barge</h1><div>{line}</div><p>{'The barge was found. ' * 9}</p>", ld=False)
    assert found.published.at is not None
    assert found.published.at.isoformat()[:16] == at
    assert (found.published.offset, found.published.source) == (offset, "text")


@pytest.mark.parametrize("line", ["3 May 1962", "Born: 3 May 2026", "4/5/2026", "Updated 3 May 2026 10:15"])
def test_what_is_no_date_below_the_headline(line):
    found = read(body=f"<h1>Police find lost barge</h1><div>{line}</div><p>{'The barge was found. ' * 9}</p>", ld=False)
    assert found.published.source != "text"


OG = '<meta property="og:site_name" content="Example Gazette">'


@pytest.mark.parametrize(
    ("title", "body", "head", "expected"),
    [
        ("Example Gazette", "<h1>Barge found below the lock</h1>", OG, "Barge found below the lock"),
        (
            "Example Gazette",
            "<h1>Example Gazette</h1><h1>Barge found below the lock</h1>",
            OG,
            "Barge found below the lock",
        ),
        ("Barge found below the lock | Example Gazette", "", OG, "Barge found below the lock"),
        ("Example Gazette - Barge found below the lock", "", OG, "Barge found below the lock"),
        (
            "Example Gazette - Barge found below the lock",
            "<b>Barge found below the lock after nine days</b><p>Copyright © 2026 Example Gazette.</p>",
            "",
            "Barge found below the lock after nine days",
        ),
        ("River - Barge found below the lock", "", "", "Barge found below the lock"),
        ("Barge found below the lock", "", "", "Barge found below the lock"),
        ("Barge found - and lost again", "", "", "Barge found - and lost again"),
        ("x", "", '<meta property="og:title" content="Example Gazette">' + OG, "x"),
    ],
    ids=range(9),
)
def test_the_headline_is_never_the_name_of_the_site(title, body, head, expected):
    found = read(f"<title>{title}</title>{head}", body, ld=False)
    assert found.title == expected


def test_a_part_behind_a_bar_goes_when_another_name_is_the_same_without_it():
    head = meta(og_title="Barge found below the lock")
    assert read(head, headline="Barge found below the lock | Local").title == "Barge found below the lock"


def test_a_part_of_the_article_that_is_not_free():
    part = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paid"}
    assert read(isAccessibleForFree=None, hasPart=part).is_free is False
    assert read(isAccessibleForFree=None, hasPart=[{"@type": "Clip"}, part]).is_free is False
    assert read(isAccessibleForFree=True, hasPart=part).is_free is True


@pytest.mark.parametrize(
    ("tier", "is_free"), [("free", True), ("locked", False), ("metered", None), ("Premium", False), ("", None)]
)
def test_content_tiers(tier, is_free):
    assert read(meta(article_content_tier=tier), ld=False).is_free is is_free


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ("/a.jpg", "https://river.example/a.jpg"),
        (["/a.jpg", "/b.jpg"], "https://river.example/a.jpg"),
        ([{"url": "/a.jpg", "width": 400}, {"url": "/b.jpg", "width": "1200 px"}], "https://river.example/b.jpg"),
        ([{"url": "/a.jpg"}, {"contentUrl": "/b.jpg", "width": {"value": 1200}}], "https://river.example/b.jpg"),
        ({"@id": "https://river.example/a.jpg"}, "https://river.example/a.jpg"),
        ("data:image/png;base64,AAAA", ""),
    ],
)
def test_images(image, address):
    assert read(image=image).image_url == address


def test_the_widest_image_of_open_graph():
    head = "".join(
        f'<meta property="og:image" content="/{width}.jpg"><meta property="og:image:width" content="{width}">'
        for width in (200, 1200, 600)
    )
    assert read(head, ld=False).image_url == "https://river.example/1200.jpg"


def test_an_image_by_reference():
    graph = [
        {**ARTICLE, "image": {"@id": "https://river.example/#primary"}},
        {"@type": "ImageObject", "@id": "https://river.example/#primary", "url": "https://river.example/a.jpg"},
    ]
    script = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    assert read(script, ld=False).image_url == "https://river.example/a.jpg"


def test_tags_of_open_graph_come_one_by_one_or_in_a_list():
    several = "".join(f'<meta property="article:tag" content="{tag}">' for tag in ("Barge", "barge", "River, north"))
    assert read(several, ld=False).tags == ("Barge", "River, north")
    assert read('<meta property="article:tag" content="Barge, River">', ld=False).tags == ("Barge", "River")
    assert read('<meta name="keywords" content="barge; river">', ld=False).tags == ("barge", "river")
    assert read(keywords=[{"@type": "DefinedTerm", "name": "barge"}, "river"]).tags == ("barge", "river")


def test_the_section_out_of_breadcrumbs():
    steps = [
        {"@type": "ListItem", "position": 3, "name": "Barge found"},
        {"@type": "ListItem", "position": 1, "name": "Home"},
        {"@type": "ListItem", "position": 2, "item": {"@id": "/local", "name": "Local &amp; near"}},
    ]
    graph = [{"@type": "NewsArticle", "headline": "Barge found"}, {"@type": "BreadcrumbList", "itemListElement": steps}]
    script = f'<script type="application/ld+json">{json.dumps(graph)}</script>'
    assert read(script, ld=False).section == "Local & near"


def test_a_description_without_markup_and_entities():
    assert read(description="<p>A barge &amp;amp; a cat</p>").description == "A barge & a cat"


def test_the_article_of_this_address_goes_before_others():
    other = {**ARTICLE, "headline": "Another story", "url": "https://river.example/news/other"}
    own = {"@type": "NewsArticle", "headline": "This story", "mainEntityOfPage": {"@id": URL + "?ref=x"}}
    script = f'<script type="application/ld+json">{json.dumps([other, own])}</script>'
    assert read(script, ld=False).title == "This story"


@pytest.mark.parametrize("key", ["author", "headline", "image", "keywords", "hasPart", "publisher", "datePublished"])
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"name":', "}")])
def test_values_too_deep_to_read_are_passed_over(key, before, after):
    text = f'{{"@type": "NewsArticle", "url": "{URL}", "{key}": {before * 900}"x"{after * 900}}}'
    found = read(f'<title>Barge</title><script type="application/ld+json">{text}</script>', ld=False)
    assert found.title == "Barge"


@pytest.mark.parametrize("shape", ["{0}{1}", "{0}\n{1}", "{0},{1}", "{0};{1};"])
def test_values_of_json_ld_one_after_another(shape):
    text = shape.format(json.dumps({"@type": "WebSite", "name": "x"}), json.dumps(ARTICLE))
    found = read(f'<script type="application/ld+json">{text}</script>', ld=False)
    assert found.authors == ("Jane Roe", "John Doe")


def test_json_ld_with_a_wrong_escape():
    broken = json.dumps(ARTICLE).replace("A barge", "A\\'barge")
    found = read(f'<script type="application/ld+json">{broken}</script>', ld=False)
    assert found.authors == ("Jane Roe", "John Doe")


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.sampled_from(["author", "date", "og:title"])
)
def test_any_page_is_answered(title, heading, line, name):
    shown = [escape(text.replace("\x00", "")) for text in (title, heading, line)]
    head = f'<title>{shown[0]}</title><meta name="{name}" content="{shown[2]}">'
    found = read(head, f"<h1>{shown[1]}</h1><div>{shown[2]}</div>", ld=False)
    assert all(found.headlines)
    assert found.published.flag in {"", "past", "future"}


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from([*ARTICLE, "hasPart", "isAccessibleForFree", "mainEntityOfPage", "url"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=12),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "url", "@id"]), inner),
            max_leaves=4,
        ),
    )
)
def test_any_json_ld_is_answered(fields):
    found = read(**{"ld": True, **fields})
    assert found.published.at is None or found.published.precision


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
