"""Cut files of many records into shards that can be read apart from one another."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.records import Shard
from transforms.article.line_files import READ_ERRORS
from transforms.article.line_pool import LinePool
from transforms.article.seed_files import file_kind
from transforms.article.seed_paths import portable_path
from transforms.article.seed_warc import warc_starts


def shards(paths: Iterable[Path], size: int) -> Iterator[Shard]:
    """Yield shards of at most `size` lines of each JSON Lines file, and one shard of every other file.

    A WARC file is cut after every `size` documents as well; its shards are counted in bytes of the file as it is
    stored, so that any worker goes to its own at once. A file is streamed once and never held. One that can not be
    read is a shard too, so that `references` can tell why.
    """
    for path in paths:
        yield from _cut(path, size, only_json=True)


def url_shards(path: Path, size: int) -> Iterator[Shard]:
    """Yield shards of at most `size` lines of a list of addresses."""
    return _cut(path, size, only_json=False)


def _cut(path: Path, size: int, *, only_json: bool) -> Iterator[Shard]:
    name = portable_path(path.absolute())
    pool = LinePool(keep=1)
    first = 0
    try:
        for start in _starts(pool, name, size, only_json):
            if start:
                yield Shard(name, first, start)
                first = start
    except READ_ERRORS:
        pass  # the last shard meets the same error and reports it
    finally:
        pool.close()
    yield Shard(name, first)


def _starts(pool: LinePool, name: str, size: int, only_json: bool) -> Iterator[int]:
    kind = file_kind(name) if only_json else "lines"
    if kind == "archive":
        return warc_starts(name, size)
    return pool.starts(name, size) if kind == "lines" else iter(())
