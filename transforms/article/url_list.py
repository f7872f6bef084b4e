"""Read a list of addresses: one a line, CSV, or JSON Lines."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from schemas.records import Reference, Refusal, Shard
from transforms.article.ids import article_id, digest, reference_id
from transforms.article.line_files import READ_ERRORS, LineFile
from transforms.article.own_url import LONGEST
from transforms.article.seed_files import file_kind, whole_records
from transforms.article.seed_paths import native_path, portable_path
from transforms.article.seed_references import POOL, Origin, named, nothing_in, unreadable, unreadable_refusal
from transforms.fetch.urls import domain, url_key

_DELIMITERS: Final = ",;\t|"


class _Columns(NamedTuple):
    """The header of a CSV list."""

    delimiter: str
    names: tuple[str, ...]


class _Item(NamedTuple):
    """One line of a list."""

    url: str
    path: str = ""
    title: str = ""
    published_at: str = ""


def url_references(shard: Shard, source: str = "") -> Iterator[Reference | tuple[Reference, Refusal]]:
    """Yield one reference for each address of a list file; a bad line comes with its `Refusal`, and the rest go on.

    The list has one address a line (blank lines and `#` are skipped), or is CSV whose first line names a column `url`,
    or JSON Lines with `url`; both may have `title` and `published_at`, and `path`: the local page of that address,
    relative to the list, which is then read instead of fetched (kind `html` or `text`, keyed by the address).

    Args:
        shard: a part of the list, as `url_shards` cuts it.
        source: publisher of all of them; without it the domain of each address.

    """
    origin = Origin(shard.path, source)
    empty = shard.first == 0 and shard.stop < 0
    try:
        columns = _columns(shard.path)
        for position, line in _lines(shard, columns is not None):
            empty = False
            yield _reference(origin, position, line, columns)
        if empty:
            yield named(origin, nothing_in(shard.path, "the list holds no address"))
    except READ_ERRORS as error:
        yield unreadable(origin, error)


def _lines(shard: Shard, has_header: bool) -> Iterator[tuple[int, bytes]]:
    with POOL.at_line(shard.path, shard.first) as file:
        while shard.stop < 0 or file.line < shard.stop:
            number, line = file.line, file.read()
            if line is None:
                return
            if line.data and not line.data.startswith(b"#") and not (has_header and number == 0):
                yield line.offset, line.data


def _columns(path: str) -> _Columns | None:
    """Read the header of a CSV list; None when the first line is no header."""
    file = LineFile(path)
    try:
        line = file.read()
    finally:
        file.close()
    text = line.data[:4096].decode("utf-8", "replace") if line else ""
    for delimiter in _DELIMITERS:
        names = tuple(name.strip().strip('"').lower() for name in text.split(delimiter))
        if "url" in names:
            return _Columns(delimiter, names)
    return None


def _reference(
    origin: Origin, position: int, line: bytes, columns: _Columns | None
) -> Reference | tuple[Reference, Refusal]:
    try:
        item = _item(line, columns)
        key = article_id(_key(item.url), "")
    except (ValueError, RecursionError, csv.Error) as error:
        raw_hash = digest(line)
        article = article_id("", raw_hash)
        name = reference_id(article, raw_hash)
        bad = Reference(name, article, raw_hash, origin.path, "link", position, "", origin.source, "")
        text = line.decode("utf-8", "replace")
        return bad, Refusal("bad_record", f"{error}, in the line {text[:200]!r}"[:400])
    source = origin.source or domain(item.url)
    if item.path:
        return _page(origin, item, Reference(key, key, "", "", "html", 0, item.url, source, ""))
    return Reference(key, key, "", item.url, "link", 0, item.url, source, "", item.title[:300], "", item.published_at)


def _key(url: str) -> str:
    if len(url) > LONGEST:
        raise ValueError(f"an address of {len(url):,} characters")
    return url_key(url)


def _page(origin: Origin, item: _Item, reference: Reference) -> Reference | tuple[Reference, Refusal]:
    """Name the local page of an address, whatever address the page gives itself."""
    path = portable_path((Path(native_path(origin.path)).parent / item.path).absolute())
    try:
        kind = file_kind(path)
        if kind in ("feed", "lines", "elements", "archive"):
            return reference._replace(source_uri=path), Refusal(
                "unsupported_type", "a file of many records, not a page"
            )
        record = whole_records(path, kind)[0]
    except READ_ERRORS as error:
        return reference._replace(source_uri=path), unreadable_refusal(error)
    return named(Origin(path, origin.source), record._replace(url=item.url))


def _item(line: bytes, columns: _Columns | None) -> _Item:
    text = line.decode("utf-8")
    if text.startswith("{"):
        return _from_fields(json.loads(text))
    if columns:
        cells = next(csv.reader([text], delimiter=columns.delimiter, strict=True), [])
        return _from_fields(dict(zip(columns.names, cells, strict=False)))
    return _Item(text)


def _from_fields(fields: dict[str, Any]) -> _Item:
    values = {name: value.strip() for name in _Item._fields if isinstance(value := fields.get(name), str)}
    return _Item(**{"url": "", **values, "published_at": _iso(values.get("published_at", ""))})


def _iso(raw: str) -> str:
    """Keep a time only when it is ISO 8601."""
    try:
        return datetime.fromisoformat(raw).isoformat() if raw else ""
    except ValueError:
        return ""
