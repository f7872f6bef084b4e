"""The records that walk through the house.

Small ones (`Shard`, `Reference`, `Found`, `WrittenFile`) may cross a shuffle; `transforms/` registers them with Beam.
`Payload`, `Article`, `Refused` hold text: they go from step to step inside one fused stage and are never shuffled.
Standard library only, so that a pool worker imports this for nothing.
"""

from datetime import date, datetime
from typing import Any, NamedTuple


class Shard(NamedTuple):
    """A part of one local input: records `[first, stop)` of the file at `path` (`stop` −1: to the end).

    A record is a line of a JSON Lines or URL list file, an entry of a feed file, or the whole of any other file.
    """

    path: str
    first: int = 0
    stop: int = -1


class Reference(NamedTuple):
    """One document to read, before its text is read; well under 1 kB.

    `kind`: `text`, `html`, `entry` (of a local feed file), `json` (a line), `link` (to be fetched).
    `reference_id` names these very bytes: for local input hash(article_id, raw_hash), for a link the article_id.
    """

    reference_id: str  # 32 hex digits
    article_id: str  # 32 hex digits: hash of the URL key, else of the bytes
    raw_hash: str  # 32 hex digits of the record's bytes; "" for a link, whose bytes are not here yet
    source_uri: str  # absolute path or URL of the file the record is in; for a link its address
    kind: str
    position: int  # byte offset of a JSON line in the decompressed file; number of an entry; else 0
    url: str  # address of the document, "" when it has none
    source: str  # publisher, when the input names it, else ""
    feed_url: str  # the feed that named it, else ""
    title: str = ""  # what a feed said of a link; "" else
    description: str = ""
    published_at: str = ""  # as the feed gave it, ISO 8601
    attempt: int = 0  # times it has been tried before
    first_seen_at: str = ""  # ISO 8601, of the first try; "" where there was none


class FeedState(NamedTuple):
    """A subscribed feed and what its polls have taught: all that the next poll needs. Times are UTC."""

    feed_id: str  # 32 hex digits: hash of the URL key of the address it was subscribed by; never changes
    url: str  # the configured address, or the path of a local feed file
    name: str = ""
    tags: tuple[str, ...] = ()
    enabled: bool = True  # False: paused by its owner
    every: float = 0.0  # seconds between polls as its owner wants them; 0: by its own rhythm
    status: str = "new"  # new | active | backing_off | moved | gone | not_a_feed | paused
    reason: str = ""  # one plain line on the status
    fetch_url: str = ""  # where it is asked for since it moved for good; "" for `url`
    etag: str = ""  # byte by byte as the server gave it
    last_modified: str = ""
    body_hash: str = ""  # of the last body that was parsed
    failures: int = 0  # in a row
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    last_full: datetime | None = None  # last time a whole body came, not 304
    next_attempt: datetime | None = None  # None: at once
    fresh_until: datetime | None = None  # before that the server wants no poll, by its hints
    not_before: datetime | None = None  # before that the server refuses, by Retry-After: never overridden
    moved_to: str = ""  # permanent redirect seen at the last poll
    moved_times: int = 0  # polls in a row that saw it
    interval: float = 0.0  # seconds between polls as they are now
    items_a_day: float = -1.0  # new items, smoothed; below 0: not known yet
    hints: str = ""  # JSON: what the feed itself said of the next poll
    names_feed: str = ""  # the feed that the page names which came instead of a feed
    title: str = ""  # what the feed calls itself; shown where its owner has given no name


class Found(NamedTuple):
    """A reference on its way; with an `outcome` its way has ended already, and only the ledger waits for it."""

    reference: Reference
    outcome: str = ""
    reason: str = ""


class OptOuts(NamedTuple):
    """What a publisher asks of those who read automatically."""

    x_robots_tag: str = ""  # the header, and `<meta name="robots">`, joined by ", "
    noai: bool = False  # one of them says noai or noimageai
    tdm_reserved: bool = False  # text and data mining is reserved (TDM Reservation Protocol)
    tdm_policy: str = ""  # address of the policy


class RawPlace(NamedTuple):
    """Where the bytes of a fetched page are kept: a WARC file of the lake and the offset of its record."""

    path: str = ""
    offset: int = 0


class StoredRows(NamedTuple):
    """Some rows of a file of the lake, of which articles are made again."""

    path: str  # relative to the lake
    ids: tuple[str, ...]  # revision_id in `articles`, reference_id in `dead_letters`


class Payload(NamedTuple):
    """The bytes of one document, read or fetched, with what is known about them."""

    reference: Reference
    data: bytes  # decompressed; for `entry` a JSON object (title, html, url, published_at, language …)
    fetched_at: datetime  # UTC
    content_type: str = ""
    final_url: str = ""
    opt_outs: OptOuts = OptOuts()
    raw: RawPlace = RawPlace()


class Removed(NamedTuple):
    """A line that was taken out of the text."""

    text: str
    rule: str  # the rule's name, such as `promo.watch-live`
    position: int  # number of the line in the extracted text, from 0


class LineRules(NamedTuple):
    """What is known of one publisher's lines, beside the built-in rules."""

    taken: dict[bytes, str]  # hash of a line that is no part of an article → `learned.<id>` or `own.<id>`
    off: frozenset[str] = frozenset()  # built-in rules that are not to be used


class Correction(NamedTuple):
    """What is put right of the names that a tagger finds; an entry of `names.toml`."""

    kind: str  # drop | retype | merge | link
    names: tuple[str, ...]  # surfaces or canonical names that it is for
    labels: tuple[str, ...] = ()  # only of these labels; none: of any
    to: str = ""  # the label, the canonical name, or the address it links to
    country: str = ""  # ISO 3166-1 alpha-2 that it links to


class Mention(NamedTuple):
    """One place in the text that names something; `text[start:end]` of the article is `text`."""

    text: str
    label: str  # PERSON, ORG, GPE, LOC, NORP, FAC, EVENT, …
    raw_label: str  # what the model said, "" when a later step found it
    start: int  # in characters
    end: int
    paragraph: int
    entity: str  # canonical name
    latitude: float | None = None  # degrees north, of a city whose place is known
    longitude: float | None = None  # degrees east


class Entity(NamedTuple):
    """What an article names, once; `start` and `end` are its first mention's, whose surface is `text`."""

    text: str
    name: str  # canonical name
    label: str
    start: int
    end: int
    count: int  # type: ignore[assignment]  # shadows tuple.count, which nobody calls
    in_title: bool
    country: str  # ISO 3166-1 alpha-2 of the country that it is or lies in, "" where that is not known
    link: str = ""  # address that a correction or GeoNames gives it


class Article(NamedTuple):
    """One document as the pure part makes it, before the run stamps it."""

    url: str
    canonical_url: str
    domain: str
    source: str
    title: str
    description: str
    text: str  # paragraphs joined by "\n"
    authors: list[str]
    dateline: str
    credits: str
    section: str
    tags: list[str]
    image_url: str
    language: str  # ISO 639-1, "" when unknown
    language_score: float
    published_at: datetime | None  # UTC
    published_precision: str  # second | minute | day | ""
    published_source: str  # json-ld | meta | feed | htmldate | url | record | text | ""
    published_raw: str
    modified_at: datetime | None
    is_free: bool | None
    removed: list[Removed]
    extractor: str
    extractor_version: str
    tagger: str  # "spacy:en_core_web_md", "none", "none:<lang>"
    tagger_version: str
    entities: list[Entity]
    mentions: list[Mention]
    published_offset: int | None = None  # minutes east of UTC, None when it was not written
    published_flag: str = ""  # why the time can not be: future | past
    modified_precision: str = ""
    modified_source: str = ""
    modified_raw: str = ""
    modified_offset: int | None = None
    signature: bytes = b""  # of `transforms.article.signature`, to find the same story elsewhere
    corrections: tuple[int, ...] = ()  # numbers of the corrections of names that found something
    line_hashes: bytes = b""  # 8 bytes for each line as extracted (`transforms.article.lines.line_hashes`)


class Refusal(NamedTuple):
    """Why a document did not become an article."""

    outcome: str  # of `schemas.outcomes`
    reason: str  # one plain line
    wait: float = 0.0  # seconds after which the server allows another try, where it says so


class Refused(NamedTuple):
    """A document that ended in the room `step`, with what is left of its bytes."""

    reference: Reference
    step: str
    outcome: str
    reason: str
    data: bytes = b""
    retry_at: datetime | None = None  # UTC; it stays pending until then


class Processed(NamedTuple):
    """An article with the reference and the facts of reading that its row needs."""

    reference: Reference
    article: Article
    raw_hash: str
    fetched_at: datetime
    final_url: str
    opt_outs: OptOuts = OptOuts()
    raw: RawPlace = RawPlace()
    replaces: str = ""  # the revision it was made from again
    day: date | None = None  # the partition that revision is in


class Stored(NamedTuple):
    """A stored revision, and the page it was made from where that is still kept."""

    payload: Payload  # of no bytes where the page is not kept
    row: dict[str, Any]  # of `articles`
    day: date  # its partition


class Stamp(NamedTuple):
    """What a run writes into each of its rows."""

    run_id: str
    started_at: datetime  # UTC
    day: date  # stands in for the publication date of undated input


class WrittenFile(NamedTuple):
    """The name of an immutable file that waits for its commit."""

    table: str
    path: str  # relative to the lake, such as articles/date=2026-11-23/part-<run>-<hash>.parquet
    date: date
    rows: int
    size: int  # bytes
    stats: str  # Delta's statistics of the file, JSON
