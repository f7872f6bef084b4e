"""Poll feeds and turn their entries into references."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Found, Reference, Refusal
from schemas.settings import FetchSettings, ProcessSettings
from transforms import coders  # noqa: F401
from transforms.article.ids import article_id, digest
from transforms.fetch.feeds import FeedEntry, parse_feed
from transforms.fetch.urls import domain, url_key
from transforms.fetching import fetch_each
from transforms.pool import Pool, shared_pool

#: Characters of an entry's teaser that travel with its reference.
TEASER = 500


def feed_links(feed_url: str, entries: list[FeedEntry]) -> Iterator[Found]:
    """Yield one `Found` for each entry of a feed, by its link; an entry without one ends as `no_link`."""
    for number, entry in enumerate(entries):
        try:
            key = url_key(entry.link)
        except ValueError:
            yield Found(
                _reference(feed_url, entry, "", number), "no_link", f"entry {entry.guid or entry.title!r}"[:500]
            )
        else:
            yield Found(_reference(feed_url, entry, key, number))


def feed_failure(feed_url: str, refusal: Refusal) -> Found:
    """Make the line of the ledger for a feed that gave no entries."""
    name = digest("feed", feed_url)
    reference = Reference(name, name, "", feed_url, "feed", 0, feed_url, domain(feed_url), feed_url)
    return Found(reference, refusal.outcome, refusal.reason)


def _reference(feed_url: str, entry: FeedEntry, key: str, number: int) -> Reference:
    article = article_id(key, digest("entry", feed_url, entry.guid or entry.title or str(number)))
    return Reference(
        reference_id=article,
        article_id=article,
        raw_hash="",
        source_uri=entry.link if key else feed_url,
        kind="link",
        position=number,
        url=entry.link if key else "",
        source=domain(entry.link) if key else domain(feed_url),
        feed_url=feed_url,
        title=entry.title[:TEASER],
        description=entry.description[:TEASER],
        published_at=entry.published.isoformat() if entry.published else "",
    )


class _Poll(beam.DoFn):
    """Gathers the feeds of a bundle, polls them side by side, parses them in the pool."""

    def __init__(self, fetch: FetchSettings, process: ProcessSettings) -> None:
        self._fetch = fetch
        self._process = process

    def setup(self) -> None:
        self._pool: Pool = shared_pool(self._process)

    def start_bundle(self) -> None:
        self._addresses: list[str] = []

    def process(self, feed: str) -> Iterator[Found]:
        if urlsplit(feed).scheme in ("http", "https"):
            self._addresses.append(feed)
            return
        try:
            body = Path(feed).read_bytes()
        except OSError as error:
            yield feed_failure(feed, Refusal("unreadable", error.strerror or str(error)))
        else:
            yield from self._parsed(feed, body, {}, "")

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for index, result in fetch_each(self._addresses, self._fetch):
            feed = self._addresses[index]
            if isinstance(result, Refusal):
                found: Any = [feed_failure(feed, result)]
            else:
                found = self._parsed(feed, result.body, dict(result.headers), result.final_url)
            for item in found:
                yield WindowedValue(item, GlobalWindow().max_timestamp(), (GlobalWindow(),))

    def _parsed(self, feed: str, body: bytes, headers: dict[str, str], final_url: str) -> Iterator[Found]:
        parsed = self._pool.result(self._pool.submit(parse_feed, body, feed, headers, final_url))
        if isinstance(parsed, Refusal):
            yield feed_failure(feed, parsed)
        else:
            yield from feed_links(feed, parsed.entries)


@dataclass
class ReadFeeds(beam.PTransform):
    """Read feeds (their addresses, or paths of local files) into references (`Found`) by the links of their entries.

    Args:
        fetch: how they are fetched.
        process: the pool they are parsed in.

    """

    fetch: FetchSettings
    process: ProcessSettings

    def expand(self, feeds: PCollection[str]) -> PCollection[Found]:
        """Poll the feeds of a bundle at its end."""
        return feeds | "Poll feed" >> beam.ParDo(_Poll(self.fetch, self.process)).with_output_types(Found)
