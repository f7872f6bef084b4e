"""Resolve what the user names into slices: files into shards, lists of feeds into feeds. Imports no Beam."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from schemas.errors import SettingsError
from schemas.records import Shard
from transforms.article.seeds import seed_paths, shards, url_shards
from transforms.article.sniff import sniff
from transforms.fetch.feed_lists import feed_urls

#: A feed counts as so many references when slices are cut.
REFERENCES_OF_A_FEED = 40


@dataclass(frozen=True)
class Slice:
    """The inputs of one commit."""

    seeds: tuple[Shard, ...] = ()
    feeds: tuple[str, ...] = ()  # addresses, or paths of feed files
    lists: tuple[Shard, ...] = ()  # of URL list files


@dataclass(frozen=True)
class Inputs:
    """What a run reads, checked: every file is there and can be read."""

    paths: tuple[Path, ...] = ()
    feeds: tuple[str, ...] = ()
    urls: Path | None = None

    def slices(self, size: int) -> Iterator[Slice]:
        """Cut the inputs into slices of about `size` references, always at the same places."""
        for group in _groups(shards(self.paths, size), size):
            yield Slice(seeds=group)
        step = max(1, size // REFERENCES_OF_A_FEED)
        for start in range(0, len(self.feeds), step):
            yield Slice(feeds=self.feeds[start : start + step])
        if self.urls:
            for group in _groups(url_shards(self.urls, size), size):
                yield Slice(lists=group)


def resolve(paths: Sequence[str], feeds: Sequence[str], urls: Path | None) -> Inputs:
    """Check the inputs and resolve folders, globs and lists of feeds.

    Raises:
        SettingsError: nothing is named, or something named is not there or can not be read.

    """
    if not (paths or feeds or urls):
        raise SettingsError("nothing to read: name a file, a folder, --feeds or --urls")
    found = tuple(seed_paths([Path(path) for path in paths])) if paths else ()
    if urls:
        _read(urls)
    addresses = [address for argument in feeds for address in _feeds(argument)]
    return Inputs(found, tuple(dict.fromkeys(addresses)), urls)


def _feeds(argument: str) -> list[str]:
    if urlsplit(argument).scheme in ("http", "https"):
        return [argument]
    path = Path(argument)
    body = _read(path)
    if sniff(body) == "feed":
        return [str(path.absolute())]
    listed = [subscription.url for subscription in feed_urls(argument, body)]
    if not listed:
        raise SettingsError(f"{argument} names no feed: it is no feed, no OPML file and no list of addresses")
    return listed


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error


def _groups(parts: Iterator[Shard], size: int) -> Iterator[tuple[Shard, ...]]:
    group: list[Shard] = []
    weight = 0
    for part in parts:
        records = part.stop - part.first if part.stop >= 0 else 1
        if group and weight + records > size:
            yield tuple(group)
            group, weight = [], 0
        group.append(part)
        weight += records
    if group:
        yield tuple(group)
