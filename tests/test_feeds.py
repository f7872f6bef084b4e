"""Feeds of every format and in every state: what is read, and that nothing a server sends does harm."""

import json
import os
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import Refusal
from transforms.fetch import feed_keeper
from transforms.fetch.feed_dates import feed_date
from transforms.fetch.feed_text import feed_text
from transforms.fetch.feeds import Feed, FeedEntry, parse_feed

URL = "https://feeds.ravenmoor.example/news/rss.xml"


def read(body: bytes | str, content_type: str = "", final_url: str = "") -> Feed:
    data = body.encode() if isinstance(body, str) else body
    feed = parse_feed(data, URL, {"content-type": content_type} if content_type else {}, final_url)
    assert isinstance(feed, Feed), feed
    return feed


def rss(items: str, head: str = "", declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    spaces += ' xmlns:media="http://search.yahoo.com/mrss/"'
    return f'{declaration}<rss version="2.0" {spaces}><channel><title>Ravenmoor</title>{head}{items}</channel></rss>'


def item(inner: str) -> FeedEntry:
    (entry,) = read(rss(f"<item>{inner}</item>")).entries
    return entry


THREE = "".join(f"<item><title>Story {n}</title><link>https://a.example/{n}</link></item>" for n in range(3))
STAMP = datetime(2018, 9, 24, 22, 42, 40, tzinfo=UTC)


def test_rss_entry_in_full() -> None:
    entry = item(
        """<title>Council &amp; mayor <b>agree</b></title><link> https://a.example/1?utm_source=rss </link>
        <guid isPermaLink="false">story:1</guid><pubDate>Mon, 24 Sep 2018 22:42:40 GMT</pubDate>
        <dc:creator>Ada Marsh</dc:creator><dc:creator>Bo Lind</dc:creator><category>Towns</category>
        <category>Council</category><description>&lt;p&gt;They &lt;b&gt;agreed&lt;/b&gt;.&lt;/p&gt;</description>
        <content:encoded><![CDATA[<p>They agreed, on a Monday.</p>]]></content:encoded>
        <media:content url="/small.jpg" medium="image" width="100"/><media:content url="/big.jpg" medium="image"
        width="900"/>"""
    )
    assert entry == FeedEntry(
        guid="story:1",
        link="https://a.example/1?utm_source=rss",
        title="Council & mayor agree",
        description="They agreed.",
        html="<p>They agreed, on a Monday.</p>",
        text="",
        published_at="Mon, 24 Sep 2018 22:42:40 GMT",
        published=STAMP,
        modified=None,
        authors=["Ada Marsh", "Bo Lind"],
        tags=["Towns", "Council"],
        image_url="https://feeds.ravenmoor.example/big.jpg",
        language="",
    )


@pytest.mark.politeness("8", "hints on when to come again")
def test_hints_on_when_to_come_again() -> None:
    feed = read(
        rss(
            THREE,
            """<ttl>45</ttl><language>en-GB</language><skipHours><hour>1</hour><hour>2</hour></skipHours>
            <skipDays><day>Sunday</day></skipDays>
            <sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">Hourly</sy:updatePeriod>
            <sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">2</sy:updateFrequency>
            <atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="/news/rss.xml"/>""",
        )
    )
    assert (feed.ttl, feed.skip_hours, feed.skip_days) == (45, (1, 2), ("Sunday",))
    assert (feed.update_period, feed.update_frequency) == ("hourly", 2)
    assert (feed.url, feed.self_url, feed.language, feed.title) == (URL, URL, "en-GB", "Ravenmoor")


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>R</title><entry><id>tag:r,2018:1</id>
<title type="html">Un &amp;lt;b&amp;gt; jour</title><link rel="edit" href="/edit/1"/><link href="/1"/>
<published>2018-09-25T00:42:40+02:00</published><updated>2018-09-26T00:00:00Z</updated>
<author><name>Ada Marsh</name><email>ada@r.example</email></author><category term="villes" label="Villes"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Le conseil.</p></div></content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>R</title></channel>
<item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link>
<dc:date>2018-09-24T22:42:40Z</dc:date></item></rdf:RDF>"""


@pytest.mark.politeness("27", "atom")
def test_atom() -> None:
    feed = read(ATOM)
    (entry,) = feed.entries
    assert (feed.kind, feed.language) == ("atom10", "fr")
    assert (entry.guid, entry.link) == ("tag:r,2018:1", "https://feeds.ravenmoor.example/1")
    assert entry.published == STAMP
    assert entry.modified == datetime(2018, 9, 26, tzinfo=UTC)
    assert (entry.authors, entry.tags, entry.html) == (["Ada Marsh"], ["Villes"], "<p>Le conseil.</p>")
    assert (entry.title, entry.language) == ("Un <b> jour", "fr")


@pytest.mark.politeness("27", "older formats")
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (RDF, "rss10"),
        (rss(THREE).replace("2.0", "0.91", 1), "rss091u"),
        (rss(THREE).replace("2.0", "0.92", 1), "rss092"),
        (
            ATOM.replace("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#").replace(
                "<feed", "<feed version='0.3'"
            ),
            "atom03",
        ),
        (ATOM.replace("<feed xmlns=", "<a:feed xmlns:a=").replace("</feed", "</a:feed"), "atom10"),
    ],
)
def test_older_formats(body: str, kind: str) -> None:
    feed = read(body)
    assert feed.kind == kind
    assert feed.entries or "a:feed" in body  # an entry without the namespace is none of Atom's


@pytest.mark.politeness("27", "json feed")
@pytest.mark.fault("jsonfeed")
def test_json_feed() -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "R",
        "language": "en",
        "authors": [{"name": "Ada Marsh"}],
        "items": [
            {
                "id": 7,
                "url": "/7",
                "content_html": "<p>Seven</p>",
                "date_published": "2018-09-24T22:42:40Z",
                "tags": ["a", 1],
            },
            {"id": "8", "content_text": "Eight", "author": {"name": "Bo"}, "external_url": "javascript:alert(1)"},
            "no object",
        ],
    }
    feed = read("\ufeff" + json.dumps(body), "text/html")
    seven, eight = feed.entries
    assert (feed.kind, feed.bozo) == ("json", "some items are no objects")
    assert (seven.guid, seven.link, seven.html, seven.published) == (
        "7",
        "https://feeds.ravenmoor.example/7",
        "<p>Seven</p>",
        STAMP,
    )
    assert (seven.authors, seven.tags, seven.language) == (["Ada Marsh"], ["a"], "en")
    assert (eight.guid, eight.link, eight.text, eight.authors) == ("8", "", "Eight", ["Bo"])


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>https://a.example/1.jpg</image:loc></image:image><loc>https://a.example/1</loc>
<n:news><n:publication><n:name>R</n:name><n:language>en</n:language></n:publication>
<n:publication_date>2018-09-24T22:42:40Z</n:publication_date><n:title>One &amp; two</n:title>
<n:keywords>towns, council</n:keywords></n:news></url><url><loc>/2</loc><lastmod>2018-09-24</lastmod></url></urlset>"""


@pytest.mark.politeness("27", "news sitemap")
def test_news_sitemap() -> None:
    feed = read(SITEMAP)
    one, two = feed.entries
    assert (feed.kind, feed.title, feed.language) == ("news_sitemap", "R", "en")
    assert (one.link, one.title, one.published) == ("https://a.example/1", "One & two", STAMP)
    assert (one.tags, one.image_url, one.language) == (["towns", "council"], "https://a.example/1.jpg", "en")
    assert (two.link, two.modified) == ("https://feeds.ravenmoor.example/2", datetime(2018, 9, 24, tzinfo=UTC))


def test_broken_sitemap_gives_what_can_be_read() -> None:
    feed = read(SITEMAP[:-90])
    assert feed.entries[0].link == "https://a.example/1"
    assert feed.bozo


@pytest.mark.politeness("16", "what is no feed")
@pytest.mark.fault("html_not_rss")
@pytest.mark.fault("consent")
@pytest.mark.fault("empty_200")
@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        (b"", "empty", "no bytes"),
        (b" \n\t ", "empty", "no bytes"),
        (b"/etc/passwd", "not_a_feed", "neither"),
        (b"https://a.example/feed", "not_a_feed", "neither"),
        (b"\x00\x01\x02\xff\xfe", "not_a_feed", "neither"),
        (b'{"error": "no"}', "not_a_feed", "JSON"),
        (b'{"items": 3', "not_a_feed", "JSON"),
        (b"<html><body>Please accept our cookies</body></html>", "not_a_feed", "HTML"),
        (b"<!-- x --><!DOCTYPE html>\n<HTML lang=en><p>parked", "not_a_feed", "HTML"),
        (b"<soap><fault/></soap>", "not_a_feed", "<soap>"),
        (b"<sitemapindex><sitemap/></sitemapindex>", "not_a_feed", "index of sitemaps"),
        (b"<opml><body/></opml>", "not_a_feed", "OPML"),
    ],
)
def test_what_is_no_feed(body: bytes, outcome: str, reason: str) -> None:
    result = parse_feed(body, URL)
    assert isinstance(result, Refusal)
    assert result.outcome == outcome
    assert reason in result.reason


def test_page_tells_the_feed_it_names() -> None:
    page = '<html><head><link href="/feed?a=1&amp;b=2" type="application/rss+xml" rel="alternate"></head></html>'
    result = parse_feed(page.encode(), URL)
    assert isinstance(result, Refusal)
    assert "https://feeds.ravenmoor.example/feed?a=1&b=2" in result.reason


@pytest.mark.fault("body_is_path")
def test_body_that_is_a_path_is_not_opened(tmp_path: object) -> None:
    path = os.path.join(str(tmp_path), "feed.xml")
    with open(path, "w") as file:
        file.write(rss(THREE))
    assert isinstance(parse_feed(path.encode(), URL), Refusal)


@pytest.mark.politeness("26", "content type does not matter")
@pytest.mark.fault("rss_as_html_ct")
@pytest.mark.parametrize(
    "content_type", ["text/html", "application/octet-stream", "text/plain; charset=x", "", "rubbish"]
)
def test_content_type_does_not_matter(content_type: str) -> None:
    assert len(read(rss(THREE), content_type).entries) == 3


ACCENTS = rss("<item><title>Féed – ça</title></item>", declaration="")


@pytest.mark.politeness("26", "encodings")
@pytest.mark.fault("bom")
@pytest.mark.fault("leading_ws")
@pytest.mark.fault("utf16")
@pytest.mark.fault("charset_lie_http")
@pytest.mark.fault("charset_bogus")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xef\xbb\xbf" + ACCENTS.encode(), ""),
        (ACCENTS.encode("utf-16"), ""),
        (ACCENTS.encode("utf-16-be"), "text/xml"),
        (('<?xml version="1.0" encoding="utf-16"?>' + ACCENTS).encode("utf-16-le"), ""),
        (ACCENTS.encode("utf-32"), ""),
        (ACCENTS.encode(), "text/xml; charset=iso-8859-1"),
        (('<?xml version="1.0" encoding="iso-8859-1"?>' + ACCENTS).encode(), ""),
        (('<?xml version="1.0" encoding="windows-1252"?>' + ACCENTS).encode("cp1252"), "text/xml; charset=utf-8"),
        (('<?xml version="1.0" encoding="iso-8859-1"?>' + ACCENTS).encode("cp1252"), ""),
        (ACCENTS.encode("cp1252"), "text/xml; charset=windows-1252"),
        (('<?xml version="1.0" encoding="bogus"?>' + ACCENTS).encode(), "text/xml; charset=nonsense"),
        (('<?xml version="1.0" encoding="punycode"?>' + ACCENTS).encode(), "text/xml; charset=utf-7"),
        (b"\n\n  " + ACCENTS.encode(), ""),
    ],
)
def test_encodings(body: bytes, content_type: str) -> None:
    assert read(body, content_type).entries[0].title == "Féed – ça"


def test_wide_encoding_that_looks_like_utf8() -> None:
    body = rss("<item><title>联通</title></item>", declaration='<?xml version="1.0" encoding="gb2312"?>').encode(
        "gb2312"
    )
    assert read(body).entries[0].title == "联通"


def test_some_broken_bytes_do_not_spoil_the_rest() -> None:
    body = ("é" * 200).encode() + b"\xff" + ("ü" * 200).encode()
    assert feed_text(body) == "é" * 200 + "\ufffd" + "ü" * 200


@pytest.mark.fault("ctrl_chars")
def test_control_characters_are_dropped() -> None:
    entry = item("<title>A\x00B\x0bC&#0;&#x1;&#146;s</title><link>https://a.example/1</link>")
    assert entry.title == "ABC’s"


def test_named_entities_of_html_stay_well_formed() -> None:
    feed = read(rss("<item><title>Caf&eacute;&nbsp;&mdash; &copy;</title></item>"))
    assert (feed.entries[0].title, feed.bozo) == ("Café — ©", "")


@pytest.mark.politeness("31", "broken feed gives its entries and a note")
@pytest.mark.fault("malformed")
@pytest.mark.parametrize(
    "broken",
    [
        rss(THREE).replace("</channel></rss>", ""),
        rss(THREE).replace("Story 1", "Story & <1"),
        rss(THREE)[:-25],
        rss(THREE).replace("Story 1", "&#99999999999; &#xD800; &undefined;"),
        "<br />\n<b>Warning</b>: it broke on line 3\n" + rss(THREE),
    ],
)
def test_broken_feed_gives_its_entries_and_a_note(broken: str) -> None:
    feed = read(broken)
    assert [entry.link for entry in feed.entries] == [f"https://a.example/{n}" for n in range(3)]
    assert feed.bozo


@pytest.mark.politeness("31", "one malformed item does not lose the others")
@pytest.mark.parametrize(
    "item",
    [
        "<item><title>Bad<link>https://a.example/bad</link></item>",
        "<item><title>Bad</title><link>https://a.example/bad</link>",
        "<item><title>Bad</title></description></item>",
        "<item><description><![CDATA[<item>]]]]></description></item>",
        "<item><description><p>x<br></p></b></description><x:y/></item>",
        "<item a=b c><title>Bad & < worse</title></item>",
    ],
)
def test_one_malformed_item_does_not_lose_the_others(item: str) -> None:
    feed = read(rss(THREE.replace("<item>", item + "<item>", 2)))
    assert {f"https://a.example/{n}" for n in range(3)} <= {entry.link for entry in feed.entries}
    assert len(feed.entries) == 5
    assert (feed.title, feed.kind) == ("Ravenmoor", "rss20")


@pytest.mark.fault("zero_entries")
def test_no_entries_is_no_refusal() -> None:
    assert read(rss("")).entries == []


@pytest.mark.politeness("27", "guid and link")
@pytest.mark.fault("guid_permalink")
@pytest.mark.fault("rel_links")
@pytest.mark.fault("js_link")
@pytest.mark.parametrize(
    ("inner", "guid", "link"),
    [
        ("<title>x</title>", "", ""),
        ("<guid>https://a.example/1</guid>", "https://a.example/1", "https://a.example/1"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', "https://a.example/1", "https://a.example/1"),
        ('<guid isPermaLink="false">7</guid>', "7", ""),
        ("<guid>g0</guid>", "g0", "https://feeds.ravenmoor.example/news/g0"),
        (
            "<link>javascript:alert(1)</link><guid>https://a.example/1</guid>",
            "https://a.example/1",
            "https://a.example/1",
        ),
        ("<link>javascript:alert(1)</link>", "", ""),
        ("<link>data:text/html,x</link>", "", ""),
        ("<link>http://[half</link>", "", ""),
        ("<link>../1?a=1&amp;b=2</link>", "", "https://feeds.ravenmoor.example/1?a=1&b=2"),
        ("<link>//b.example/1</link>", "", "https://b.example/1"),
        ("<link>\n https://a.example/1\n</link>", "", "https://a.example/1"),
    ],
)
def test_guid_and_link(inner: str, guid: str, link: str) -> None:
    entry = item(inner)
    assert (entry.guid, entry.link) == (guid, link)


@pytest.mark.politeness("28", "guid stays when the feed moves and links follow")
@pytest.mark.fault("guid_relative")
def test_guid_stays_when_the_feed_moves_and_links_follow() -> None:
    body = rss("<item><guid>g0</guid><link>1.html</link></item>")
    moved = read(body, final_url="https://new.example/a/feed").entries[0]
    assert moved.guid == read(body).entries[0].guid
    assert moved.link == "https://new.example/a/1.html"


@pytest.mark.politeness("27", "base of an element holds within it only")
@pytest.mark.fault("rel_links")
def test_base_of_an_element_holds_within_it_only() -> None:
    entries = """<entry xml:base="https://b.example/x/"><link href="1"/></entry><entry><link href="2"/></entry>
    <entry xml:base="y/"><link href="3"/></entry>"""
    feed = read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>')
    assert [entry.link for entry in feed.entries] == [
        "https://b.example/x/1",
        "https://feeds.ravenmoor.example/news/2",
        "https://feeds.ravenmoor.example/news/y/3",
    ]


def test_alternate_link_wins_over_others() -> None:
    links = '<link rel="enclosure" href="/1.mp3"/><link rel="alternate" type="application/json" href="/1.json"/>'
    entry = f'<entry>{links}<link rel="alternate" type="text/html" href="/1"/><link rel="related" href="/2"/></entry>'
    feed = read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    assert feed.entries[0].link == "https://feeds.ravenmoor.example/1"


@pytest.mark.parametrize(
    ("inner", "html", "text"),
    [
        ("<description>&lt;p&gt;Long&lt;/p&gt;</description>", "<p>Long</p>", ""),
        ("<description>Plain words</description>", "", "Plain words"),
        (
            "<description>Teaser</description><content:encoded>&lt;p&gt;All of it&lt;/p&gt;</content:encoded>",
            "<p>All of it</p>",
            "",
        ),
        ("<title>x</title>", "", ""),
    ],
)
def test_content(inner: str, html: str, text: str) -> None:
    entry = item(inner)
    assert (entry.html, entry.text) == (html, text)


@pytest.mark.fault("bad_date")
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Mon, 24 Sep 2018 22:42:40 GMT", STAMP),
        ("Mon, 24 Sep 2018 15:42:40 PDT", STAMP),
        ("Tue, 25 Sep 2018 00:42:40 CEST", STAMP),
        ("Tue, 25 Sep 2018 00:42:40 +0200", STAMP),
        ("2018-09-24T22:42:40Z", STAMP),
        ("2018-09-25T07:42:40.000+09:00", STAMP),
        ("1537828960", STAMP),
        ("1537828960000", STAMP),
        ("Seg, 24 Set 2018 19:42:40 -0300", STAMP),
        ("Seg, 24 Set 2018", datetime(2018, 9, 24, tzinfo=UTC)),
        ("Tue,25 Sep 2018 7:42:40 GMT+9", STAMP),
        ("2018-09-24", datetime(2018, 9, 24, tzinfo=UTC)),
        ("24 septembre 2018", datetime(2018, 9, 24, tzinfo=UTC)),
        ("yesterday", None),
        ("2 days ago", None),
        ("0000-00-00 00:00:00", None),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("1" * 5000, None),
        ("", None),
    ],
)
def test_dates(raw: str, expected: datetime | None) -> None:
    assert feed_date(raw) == expected


@pytest.mark.politeness("30", "date that lies is kept as it was written")
def test_date_that_lies_is_kept_as_it_was_written() -> None:
    entry = item("<pubDate>some time in 20xx</pubDate><title>x</title>")
    assert (entry.published_at, entry.published) == ("some time in 20xx", None)


@settings(deadline=None)  # languages are loaded as they are met
@given(st.text(max_size=90), st.sampled_from(["", "pt-BR", "xx", "-", "en"]))
def test_dates_never_raise(raw: str, language: str) -> None:
    found = feed_date(raw, language)
    assert found is None or found.tzinfo is UTC


N = 200_000
HOSTILE = {
    "author": rss(f"<item><author>{'a.' * N}</author></item>"),
    "creator": rss(f"<item><dc:creator>{'a.' * N}</dc:creator></item>"),
    "split author": rss(f"<item><author>{'aaaaaaaa<b/>' * (N // 10)}</author></item>"),
    "line feeds": "\n" * N + rss(THREE),
    "line feeds inside": rss(THREE, declaration='<?xml version="1.0"?>' + "\n" * N),
    "long description": rss(f"<item><description>{'x' * 10_000_000}</description></item>"),
    "laughs": "<!DOCTYPE l ["
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    + "]>"
    + rss("<item><title>&a11;</title></item>", declaration=""),
    "quadratic entity": f'<!DOCTYPE l [<!ENTITY a "{"x" * 400}">]>'
    + rss(f"<item><title>{'&a;' * N}</title></item>", declaration=""),
    "open tags": "<rss>" + "<a>" * (N // 10),
    "angle brackets": "<rss>" + "<" * N,
    "comments": "<!--" * N,
    "sections": "<rss><item>" + "<![CDATA[" * (N // 10),
    "document type": "<!DOCTYPE x [" + "\"'" * N,
    "scripts": rss(f"<item><description>{'&lt;script&gt;' * (N // 10)}</description></item>"),
    "deep json": '{"version":"https://jsonfeed.org/version/1","items":' + "[" * N,
    "dots": rss(f"<item><link>{'/../' * (N // 10)}</link></item>"),
    "bad dates": rss("".join(f"<item><pubDate>{n} of {n}</pubDate></item>" for n in range(1000))),
}


@pytest.mark.politeness("19", "hostile feed takes little time")
@pytest.mark.fault("redos_author")
@pytest.mark.fault("laughs")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_feed_takes_little_time(name: str) -> None:
    feed_date("Seg, 24 Set 2018")  # loads the languages
    body = HOSTILE[name].encode()
    start = time.process_time()
    parse_feed(body, URL)
    assert time.process_time() - start < 5


def test_broken_feed_that_takes_too_long_says_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_keeper, "TIME_LIMIT", 0.1)
    feed = read(rss("<item><title>Salt <pepper</title></item>" * 3_000))
    assert 0 < len(feed.entries) < 3_000
    assert feed.left_out == f"it takes too long: {len(feed.entries)} of 3000 entries are read"
    assert "not well-formed" in feed.bozo


@pytest.mark.politeness("19", "outside files are never read")
@pytest.mark.fault("xxe")
def test_outside_files_are_never_read() -> None:
    head = '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>'
    feed = read(rss("<item><title>&f;</title><description>&f;</description></item>" + THREE, declaration=head))
    assert "root:" not in repr(feed)
    assert len(feed.entries) == 4


def test_own_entities_of_a_feed_are_expanded() -> None:
    head = '<!DOCTYPE rdf [<!ENTITY town "Ravenmoor"><!ENTITY quote \'"\'>]>'
    assert (
        read(rss("<item><title>&quote;&town;&quote;</title></item>", declaration=head)).entries[0].title
        == '"Ravenmoor"'
    )


@pytest.mark.politeness("31", "names of elements that are none do no harm")
@pytest.mark.parametrize(
    "tail", ["<:", "<url><:>x</:></url>", "<a:b><:c/>", "<url><loc>https://a.example/2</loc><::/>"]
)
def test_sitemap_with_names_that_are_none(tail: str) -> None:
    found = parse_feed(f"<urlset><url><loc>https://a.example/1</loc>{tail}".encode(), URL)
    assert isinstance(found, Feed)
    assert found.entries[0].link == "https://a.example/1"
    assert found.bozo


@pytest.mark.fault("sitemap_10k_items_feed")
def test_too_many_entries_leave_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_keeper, "MAX_ENTRIES", 2)
    days = [3, 1, 4]
    items = "".join(f"<item><title>{day}</title><pubDate>2018-09-0{day}</pubDate></item>" for day in days)
    feed = read(rss(items))
    assert [entry.title for entry in feed.entries] == ["3", "4"]
    assert feed.left_out == "only the newest 2 of 3 entries are read"
    assert feed.bozo == ""


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_nothing_raises(body: bytes) -> None:
    for candidate in (
        body,
        b"<rss><channel><item><title>" + body,
        b"<feed><entry>" + body,
        b"{" + body,
        b"<urlset><url>" + body,
    ):
        parse_feed(candidate, URL)


CUT = rss(THREE, "<ttl>5</ttl>").encode()


@settings(deadline=None)
@given(st.integers(0, len(CUT)), st.binary(max_size=4))
def test_feed_damaged_anywhere_never_raises(place: int, noise: bytes) -> None:
    parse_feed(CUT[:place] + noise, URL)
    result = parse_feed(CUT[:place] + noise + CUT[place:], URL)
    assert isinstance(result, Refusal) or len(result.entries) <= 3


@pytest.mark.fault("rss_octet")
@pytest.mark.parametrize("content_type", ["application/octet-stream", "image/png", "", "nonsense"])
def test_what_a_server_calls_a_feed_does_not_matter(content_type: str) -> None:
    body = b"<rss version='2.0'><channel><title>t</title><item><title>One</title></item></channel></rss>"
    found = parse_feed(body, "https://a.example/feed", {"content-type": content_type})
    assert isinstance(found, Feed)
    assert [entry.title for entry in found.entries] == ["One"]
