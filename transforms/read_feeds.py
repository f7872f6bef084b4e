"""Poll feeds and turn their entries into references."""

import random
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.utils.windowed_value import WindowedValue

from lake.blocks import BlockList, block_list
from lake.known import known
from lake.store import open_store
from lake.writer import TableWriter
from schemas.records import FeedState, Found, Reference, Refusal, Stamp, WrittenFile
from schemas.settings import Settings
from transforms import coders  # noqa: F401
from transforms.article.ids import digest
from transforms.blocked import refused_as
from transforms.fetch.discover import feed_links
from transforms.fetch.feed_hints import hints_as_text, hints_from_text
from transforms.fetch.fetched import Fetched, Request
from transforms.fetch.hosts import host_key
from transforms.fetch.schedule import Poll, next_state, permanent_target, validators
from transforms.fetch.sighted import FeedName, FeedPage, Sighted, Sorted, read_entries, sort_entries
from transforms.fetch.urls import domain
from transforms.fetch.wanted import is_wanted
from transforms.fetching import Closed, fetch_each
from transforms.poll_rows import Polled, fetch_row, sighting_row
from transforms.pool import Pool, shared_pool
from transforms.rows import Row
from transforms.windows import in_window, is_stream, stamp_in

#: Name of the output that carries the names of written files.
FILES = "files"
#: Characters of an entry's teaser that travel with its reference.
TEASER = 500


def found_entry(state: FeedState, entry: Sighted, edited: bool) -> Found:
    """Make the reference of an entry; of an edited one it is a new one, so that the page is fetched again."""
    reference = Reference(
        reference_id=digest("edit", entry.sighting_id) if edited else entry.article_id,
        article_id=entry.article_id,
        raw_hash="",
        source_uri=entry.link or state.url,
        kind="link",
        position=0,
        url=entry.link,
        source=domain(entry.link or state.url),
        feed_url=state.url,
        title=entry.title[:TEASER],
        description=entry.description[:TEASER],
        published_at=entry.published_at.isoformat() if entry.published_at else "",
    )
    if entry.link:
        return Found(reference)
    return Found(reference, "no_link", f"entry {entry.guid or entry.title!r}"[:500])


def feed_failure(state: FeedState, refusal: Refusal, run_id: str) -> Found:
    """Make the line of the ledger for a poll that failed; each poll has its own, and the feed's schedule goes on."""
    name = digest("poll", state.feed_id, run_id)
    reference = Reference(name, state.feed_id, "", state.url, "feed", 0, state.url, domain(state.url), state.url)
    return Found(reference, refusal.outcome, refusal.reason)


class _Poll(beam.DoFn):
    """Gathers the feeds of a bundle, polls them side by side, parses them in the pool."""

    def __init__(self, settings: Settings, stamp: Stamp, closed: Closed) -> None:
        self._settings = settings
        self._fetch = replace(settings.fetch, max_body=settings.feeds.max_body)
        self._stamp = self._run_stamp = stamp
        self._closed = closed
        self._references = Metrics.counter("newsbeam", "references")
        self._seen = Metrics.counter("newsbeam", "known")
        self._filtered = Metrics.counter("newsbeam", "filtered")
        self._chance = random.Random()

    def setup(self) -> None:
        self._pool: Pool = shared_pool(self._settings.process)
        self._store = open_store(self._settings.lake)
        self._known = known(self._settings.lake)

    def start_bundle(self) -> None:
        self._states: dict[Any, list[FeedState]] = {}  # by window
        self._parsing: deque[tuple[Polled, Future[Any]]] = deque()

    def process(self, state: FeedState, window: Any = beam.DoFn.WindowParam) -> None:
        self._states.setdefault(window, []).append(state)

    def finish_bundle(self) -> Iterator[WindowedValue | TaggedOutput]:
        for window, states in self._states.items():
            self._stamp = stamp_in(self._run_stamp, window)
            self._writer = TableWriter(self._store, self._stamp.run_id)
            self._written: list[WrittenFile] = []
            if is_stream(window):
                self._known.refresh()
            for item in self._items(states):
                yield in_window(item, window)
            for written in (*self._written, *self._writer.flush()):
                yield TaggedOutput(FILES, in_window(written, window))

    def _items(self, states: Sequence[FeedState]) -> Iterator[Found]:
        remote = []
        for state in states:
            if state.url.startswith("/"):
                yield from self._local(state)
            else:
                remote.append(state)
        now = datetime.now(UTC)
        asked = [
            Request(state.fetch_url or state.url, validators(state, self._settings.feeds, now), robots=False)
            for state in remote
        ]
        for index, result in fetch_each(asked, self._fetch, self._closed()):
            yield from self._answered(remote[index], result)
            while len(self._parsing) >= 2 * self._pool.size:
                yield from self._next_parsed()
        while self._parsing:
            yield from self._next_parsed()

    def _local(self, state: FeedState) -> Iterator[Found]:
        try:
            body = Path(state.url).read_bytes()
        except OSError as error:
            yield feed_failure(state, Refusal("unreadable", error.strerror or str(error)), self._stamp.run_id)
        else:
            self._parse(Polled(state, datetime.now(UTC), body))

    def _answered(self, state: FeedState, result: Fetched | Refusal) -> Iterator[Found]:
        at = datetime.now(UTC)
        if isinstance(result, Refusal):
            yield from self._failed(Polled(state, at), result)
            return
        polled = Polled(
            state,
            at,
            result.body,
            result.headers.get("content-type", ""),
            result.final_url,
            result.status,
            result.headers,
            result.elapsed,
            permanent_target(result.redirects, result.final_url),
        )
        if result.status == 304:
            self._learn(polled, "not_modified")
        elif polled.body_hash == state.body_hash:
            self._learn(polled, "unchanged")
        else:
            self._parse(polled)

    def _parse(self, polled: Polled) -> None:
        name = FeedName(polled.state.feed_id, polled.state.url, polled.final_url)
        future = self._pool.submit(read_entries, polled.body, name, polled.content_type, polled.at)
        self._parsing.append((polled, future))

    def _next_parsed(self) -> Iterator[Found]:
        polled, future = self._parsing.popleft()
        parsed = self._pool.result(future)
        if isinstance(parsed, Refusal):
            yield from self._failed(polled, parsed)
            return
        blocks = block_list(self._settings.lake)
        refused: list[Sighted] = []
        sort = sort_entries(filter(self._wants, _not_refused(parsed.entries, blocks, refused)), self._known)
        wanted = sort.seen + len(sort.new) + len(sort.edited) + len(refused)
        self._references.inc(len(parsed.entries) - len(sort.new) - len(sort.edited) - len(refused))
        self._seen.inc(sort.seen)
        self._filtered.inc(len(parsed.entries) - wanted)
        self._learn(polled, "parsed", page=parsed._replace(is_whole=wanted == len(parsed.entries)), sort=sort)
        for entry, edited in sort.fresh:
            self._write("sightings", sighting_row(polled.state, entry, edited, self._stamp))
            yield found_entry(polled.state, entry, edited)
        for entry in refused:  # without a sighting; the ledger says once that it is refused
            yield found_entry(polled.state, entry, False)

    def _failed(self, polled: Polled, refusal: Refusal) -> Iterator[Found]:
        self._learn(polled, refusal.outcome, refusal)
        yield feed_failure(polled.state, refusal, self._stamp.run_id)

    def _wants(self, entry: Sighted) -> bool:
        return self._settings.wanted.all or is_wanted(entry.link, entry.published_at, self._settings.wanted)

    def _learn(
        self,
        polled: Polled,
        outcome: str,
        refusal: Refusal = Refusal("", ""),  # noqa: B008  a constant
        page: FeedPage | None = None,
        sort: Sorted = Sorted([], [], 0),  # noqa: B008  a constant
    ) -> None:
        """Keep what the poll has taught; it counts with the commit of what the poll brought."""
        if polled.state.url.startswith("/"):
            return
        poll = Poll(
            outcome,
            refusal.reason or (page.left_out if page else ""),
            polled.at,
            wait=refusal.wait,
            permanent_url=polled.permanent_url,
            headers=polled.headers,
            body_hash=polled.body_hash,
            new=len(sort.new),
            entries=len(page.entries) if page else 0,
            hints=page.hints if page else hints_from_text(polled.state.hints),
        )
        after = next_state(polled.state, poll, self._settings.feeds, self._chance.random())
        after = after._replace(hints=hints_as_text(poll.hints))
        if page and not page.is_whole:  # what was passed over must not be hidden by a 304
            old = polled.state
            after = after._replace(etag=old.etag, last_modified=old.last_modified, body_hash=old.body_hash)
        after = after._replace(names_feed=_named_feed(polled) if outcome == "not_a_feed" else "")
        after = after._replace(title=page.title[:300] if page and page.title else after.title)
        row = fetch_row(polled, after, poll, len(sort.edited), page.kind if page else "")
        self._write("feed_fetches", row | {"run_id": self._stamp.run_id})

    def _write(self, table: str, row: Row) -> None:
        self._written += self._writer.add(table, self._stamp.started_at.date(), row)


def _not_refused(entries: Iterable[Sighted], blocks: BlockList, refused: list[Sighted]) -> Iterator[Sighted]:
    """Yield entries; those of articles that were erased and are refused go into `refused`."""
    for entry in entries:
        if refused_as(blocks, entry.article_id, entry.link):
            refused.append(entry)
        else:
            yield entry


def _named_feed(polled: Polled) -> str:
    """Return the feed that a page names, "" where it names none, or only itself."""
    named = next((found.url for found in feed_links(polled.body, polled.final_url)), "")
    return named if named not in (polled.state.url, polled.final_url) else ""


def _host(state: FeedState) -> str:
    return host_key(state.fetch_url or state.url)


@dataclass
class ReadFeeds(beam.PTransform):
    """Poll feeds (`FeedState`) and give the references (`Found`) of their new entries.

    The output `files` are the names of the files with their sightings and polls. A feed's validators count only with
    the commit of those, so that no article is ever hidden behind a 304.

    Args:
        settings: how they are fetched, where they are parsed, the lake that knows the entries.
        stamp: the run's.
        closed: gives the hosts that refuse, with the UNIX times until which they do.

    """

    settings: Settings
    stamp: Stamp
    closed: Closed

    def expand(self, feeds: PCollection[FeedState]) -> Any:
        """Bring the feeds of a host to one worker, and poll the feeds of a bundle at its end."""
        return (
            feeds
            | "Key by host" >> beam.WithKeys(_host).with_output_types(tuple[str, FeedState])
            | "Group by host" >> beam.GroupByKey()
            | "Feeds" >> beam.Values()
            | "Each feed" >> beam.FlatMap(iter).with_output_types(FeedState)
            | "Poll feed" >> beam.ParDo(_Poll(self.settings, self.stamp, self.closed)).with_outputs(FILES, main="found")
        )
