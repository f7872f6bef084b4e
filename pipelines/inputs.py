"""Resolve what the user names: files into shards, lists of feeds into feeds; and cut it into slices. No Beam."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from schemas.errors import SettingsError
from schemas.records import FeedState, Reference, Shard
from transforms.article.seeds import seed_paths, shards, url_shards
from transforms.article.sniff import sniff
from transforms.fetch.feed_lists import Subscription, feed_urls

#: A feed counts as so many references when slices are cut.
REFERENCES_OF_A_FEED = 40

#: How many times larger than the first the slices of local documents become.
GROWTH = 8


@dataclass(frozen=True)
class Slice:
    """The inputs of one commit."""

    seeds: tuple[Shard, ...] = ()
    lists: tuple[Shard, ...] = ()  # of URL list files
    feeds: tuple[FeedState, ...] = ()
    links: tuple[Reference, ...] = ()  # pending ones that are tried again
    closed: dict[str, float] = field(default_factory=dict)  # host → UNIX time until which it refuses


@dataclass(frozen=True)
class Inputs:
    """What a run reads, checked: every file is there and can be read. With nothing named it is what is due."""

    paths: tuple[Path, ...] = ()
    feeds: tuple[Subscription, ...] = ()  # addresses, or absolute paths of feed files
    urls: Path | None = None
    again: bool = False  # not for the first time: lists were read, feeds wait for their turn

    @property
    def is_what_is_due(self) -> bool:
        """Tell whether nothing is named."""
        return not (self.paths or self.feeds or self.urls)

    def slices(self, size: int) -> Iterator[Slice]:
        """Cut files and lists into slices of about `size` references, always at the same places.

        Slices of local documents double up to `GROWTH` times the size: the first are small, so that boilerplate lines
        are learned soon, the others large, so that an archive does not leave a file for every few articles of a day.
        """
        for group in _groups(shards(self.paths, size), size, GROWTH * size):
            yield Slice(seeds=group)
        if self.urls and not self.again:
            for group in _groups(url_shards(self.urls, size), size, size):
                yield Slice(lists=group)


def feed_slices(feeds: Sequence[FeedState], size: int) -> Iterator[Slice]:
    """Cut feeds into slices of about `size` references."""
    step = max(1, size // REFERENCES_OF_A_FEED)
    for start in range(0, len(feeds), step):
        yield Slice(feeds=tuple(feeds[start : start + step]))


def resolve(paths: Sequence[str], feeds: Sequence[str], urls: Path | None) -> Inputs:
    """Check the inputs and resolve folders, globs and lists of feeds.

    Raises:
        SettingsError: something that is named is not there or can not be read.

    """
    found = tuple(seed_paths([Path(path) for path in paths])) if paths else ()
    if urls:
        _read(urls)
    return Inputs(found, tuple(subscriptions(feeds)), urls)


def subscriptions(arguments: Sequence[str]) -> list[Subscription]:
    """Resolve addresses, feed files, OPML files and lists of addresses into feeds, each address once.

    Raises:
        SettingsError: a file can not be read, or names no feed.

    """
    found = [subscription for argument in arguments for subscription in _feeds(argument)]
    return list({subscription.url: subscription for subscription in reversed(found)}.values())[::-1]


def _feeds(argument: str) -> list[Subscription]:
    if urlsplit(argument).scheme in ("http", "https"):
        return [Subscription(argument)]
    path = Path(argument)
    body = _read(path)
    if sniff(body) == "feed":
        return [Subscription(str(path.absolute()))]
    listed = feed_urls(argument, body)
    if not listed:
        raise SettingsError(f"{argument} names no feed: it is no feed, no OPML file and no list of addresses")
    return listed


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error


def _groups(parts: Iterator[Shard], size: int, most: int) -> Iterator[tuple[Shard, ...]]:
    """Cut shards into groups of `size` records, each of twice the size of the one before, up to `most`."""
    group: list[Shard] = []
    weight = 0
    for part in parts:
        records = part.stop - part.first if part.stop >= 0 else 1
        if group and weight + records > size:
            yield tuple(group)
            group, weight, size = [], 0, min(2 * size, most)
        group.append(part)
        weight += records
    if group:
        yield tuple(group)
