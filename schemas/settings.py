"""Settings: one frozen value, built once by the command line and passed down.

Secrets are not in it. Each worker reads keys from its own environment, or from the file named by `config`.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from schemas.records import Correction


@dataclass(frozen=True)
class LakeSettings:
    """Where the lake is: a folder or `s3://bucket/prefix`."""

    uri: str = "data/news"
    endpoint: str = ""  # host:port or URL of the S3 server; "" for a folder
    region: str = "us-east-1"
    config: str = ""  # path of the newsbeam.toml that may hold [s3] access_key and secret_key
    ca_file: str = ""  # PEM file of a private certificate authority
    patience: float = 60.0  # seconds for which a store that is away is waited for
    heartbeat: float = 10.0  # seconds between two signs of life of a run
    lease: float = 120.0  # seconds without a sign of life after which a run counts as dead

    @property
    def remote(self) -> bool:
        """Tell an S3 lake from a folder."""
        return self.uri.startswith("s3://")


@dataclass(frozen=True)
class FetchSettings:
    """How pages and feeds are fetched; times in seconds, sizes in bytes."""

    contact: str = ""  # address or URL of a person, part of the User-Agent
    allow_private: bool = False
    total_timeout: float = 30.0
    connect_timeout: float = 10.0
    max_body: int = 5_000_000  # of a page; feeds have a cap of their own
    max_redirects: int = 5
    ports: tuple[int, ...] = (80, 443, 8080, 8443)  # all, where private addresses are allowed
    blocked_domains: tuple[str, ...] = ()  # never asked, nor any host below them
    per_host: int = 1  # requests in flight to one host
    concurrency: int = 64  # requests in flight in all
    delay: float = 1.0  # between the starts of two requests to one registrable domain; loopback hosts have none
    max_crawl_delay: float = 30.0  # the most that a Crawl-delay of robots.txt can ask for
    tries: int = 3  # of one request, after failures that may pass
    patience: float = 5.0  # the longest Retry-After that is waited for at once
    max_retry_after: float = 7 * 86_400.0  # the longest Retry-After that is honoured
    host_failures: int = 3  # failures in a row after which a host is left alone for the rest of a run
    tdm: str = "honour"  # honour | record: what a reservation of text and data mining leads to


@dataclass(frozen=True)
class FeedSettings:
    """When feeds are polled, and how long what failed is tried again; times in seconds."""

    interval: float = 1_800.0  # between two polls, until the feed's own rate is known
    max_body: int = 16_000_000  # bytes of a feed
    min_interval: float = 600.0
    max_interval: float = 86_400.0
    probe_days: float = 7.0  # after so many days of 304 a feed is asked without validators
    moves: int = 3  # polls that must name the same new address before it is taken over
    retry_days: float = 3.0  # for which a link that failed is tried again


@dataclass(frozen=True)
class ProcessSettings:
    """How a document becomes an article."""

    pool_size: int = 0  # 0: one process a core
    timeout: float = 10.0  # seconds of CPU time a document may take before its worker is killed
    recycle: int = 400  # documents after which a worker is replaced, because trafilatura's caches grow
    extract: str = "standard"  # standard | quality
    tagger: str = "spacy"  # spacy | spacy:<model> | none
    names: tuple[Correction, ...] = ()  # corrections of names
    models: tuple[tuple[str, str], ...] = ()  # (language, model) that override the defaults


@dataclass(frozen=True)
class RetentionSettings:
    """How long what `newsbeam maintain` may delete is kept."""

    grace_days: float = 1.0  # for files that were replaced: longer than any query or slice takes; 7 at most
    articles_days: int = 0  # from publication on, for articles with their mentions; 0 here and below: for ever
    outcomes_days: int = 0  # for lines of the ledger; after that only ids and outcome stay
    sightings_days: int = 0  # for feed entries; after that only their ids stay
    feed_fetches_days: int = 0  # for polls; the last of each feed stays
    dead_letters_days: int = 0  # for what could not be stored, with its bytes


@dataclass(frozen=True)
class Wanted:
    """Which documents a run takes; what names no date or domain is taken."""

    since: date | None = None  # UTC day of publication
    until: date | None = None  # the last day, included
    domains: tuple[str, ...] = ()  # these and what is below them; none: all

    @property
    def all(self) -> bool:
        """Tell whether it takes everything."""
        return not (self.since or self.until or self.domains)


#: Asks for no day and no domain.
EVERYTHING: Final = Wanted()


@dataclass(frozen=True)
class Settings:
    """Everything a run is told."""

    lake: LakeSettings = field(default_factory=LakeSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    process: ProcessSettings = field(default_factory=ProcessSettings)
    feeds: FeedSettings = field(default_factory=FeedSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    wanted: Wanted = EVERYTHING
    raw_days: float = 30.0  # for which fetched pages are kept; 0: they are not
    run_date: date | None = None
    source: str = ""
    limit: int = 0  # 0: no limit
    max_time: float = 0.0  # seconds after which nothing more is begun; 0: no limit
    force: bool = False  # poll and try again what is not due
    strict: bool = False
    slice_references: int = 2_000
    slice_seconds: float = 600.0


@dataclass(frozen=True)
class Inputs:
    """What a run reads."""

    paths: tuple[Path, ...] = ()
    feeds: tuple[str, ...] = ()
    urls: Path | None = None


def told(settings: Settings) -> str:
    """Return what differs from the defaults as a JSON object, flat, without where the lake is; "" for nothing.

    No secret is in the settings; what a file names (`config`, `ca_file`) is part of where the lake is.
    """
    flat, plain = _flat(asdict(settings)), _flat(asdict(Settings()))
    differing = {name: value for name, value in flat.items() if value != plain[name] and not name.startswith("lake.")}
    return json.dumps(differing, ensure_ascii=False, default=str) if differing else ""


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{name}.{inner}" if inner else name: found
        for name, value in values.items()
        for inner, found in (value.items() if isinstance(value, dict) else (("", value),))
    }
