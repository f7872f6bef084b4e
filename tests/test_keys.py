"""The ids that lakes hold never change by accident.

A value that differs here is another key: every lake written before would take what it holds for new. Such a change is a
migration, and raises `schemas.tables.KEYS_VERSION`.
"""

from datetime import UTC, datetime

from pipelines.subscribing import feed_id
from schemas.tables import KEYS_VERSION
from transforms.article.ids import article_id, content_hash, reference_id, revision_id
from transforms.fetch.edits import entry_id, fingerprint, sighting_id, words_fingerprint
from transforms.fetch.feed_records import FeedEntry
from transforms.fetch.urls import url_key

URL = "HTTPS://www.Example.org:443/News/2026/a%7Eb/?utm_source=x&id=7#top"
ENTRY = FeedEntry(
    guid="tag:example.org,2026:7",
    link=URL,
    title="Title 7",
    description="Words, 3 comments",
    html="",
    text="",
    published_at="Mon, 24 Sep 2018 22:42:40 GMT",
    published=datetime(2018, 9, 24, 22, 42, 40, tzinfo=UTC),
    modified=datetime(2018, 9, 25, tzinfo=UTC),
    authors=[],
    tags=[],
    image_url="",
    language="en",
)
ARTICLE = "4de70297b272727e3e28aef9d9f4b986"
FEED = "94ab4040533cf82eb46509d45865ef1a"


def test_golden_keys() -> None:
    assert KEYS_VERSION == 1
    assert url_key(URL) == "https://example.org/News/2026/a~b?id=7"
    assert article_id(url_key(URL), "") == ARTICLE
    assert reference_id(ARTICLE, "0" * 32) == "3a3a6b7dffb7b04af5082051706a33e1"
    assert reference_id(ARTICLE, "") == ARTICLE
    assert revision_id(ARTICLE, content_hash("Title", "Text"), "1", "none 0") == "9bc199a6b5ec03363cf2e236649257f9"


def test_golden_keys_of_feeds() -> None:
    assert feed_id("https://www.example.org/feed/?utm_medium=rss") == FEED
    assert entry_id(FEED, ENTRY) == "cc0d851a444beea9f7f0be5d497f51d6"
    assert entry_id(FEED, ENTRY._replace(guid="")) == "a3822c4a8d160470159a0a5096582ca4"
    assert entry_id(FEED, ENTRY._replace(guid="", link="")) == "9c71eac2a7cb841485b84867ce4bf9f1"
    assert words_fingerprint(ENTRY) == "098ee8b8f1ffbef54994c3e06fcc21e3"
    assert fingerprint(ENTRY) == "b9e169e7dba5b8d1eeaff543ce771ad2"
    assert sighting_id(FEED, ARTICLE, fingerprint(ENTRY)) == "5760bcf57e48ceb38ee52f036c9e7d13"
