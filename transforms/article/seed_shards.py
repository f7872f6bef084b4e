"""Cut files of many records into shards that can be read apart from one another."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.records import Shard
from transforms.article.line_files import READ_ERRORS
from transforms.article.line_pool import LinePool
from transforms.article.seed_files import file_kind
from transforms.article.seed_paths import portable_path


def shards(paths: Iterable[Path], size: int) -> Iterator[Shard]:
    """Yield shards of at most `size` lines of each JSON Lines file, and one shard of every other file.

    A file is streamed once and never held. One that can not be read is a shard too, so that `references` can tell why.
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
        if not only_json or file_kind(name) == "lines":
            for start in pool.starts(name, size):
                if start:
                    yield Shard(name, first, start)
                    first = start
    except READ_ERRORS:
        pass  # the last shard meets the same error and reports it
    finally:
        pool.close()
    yield Shard(name, first)
