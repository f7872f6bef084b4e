"""Take a seed file apart into its records."""

import json
from collections.abc import Iterator
from typing import Final

from schemas.records import Refusal
from transforms.article.feed_records import feed_records
from transforms.article.line_files import DOCUMENT_CAP, LineFile, read_head
from transforms.article.line_pool import LinePool
from transforms.article.page_url import page_url
from transforms.article.seed_records import REFUSED_CAP, Record, element_record, json_record
from transforms.article.seed_warc import is_warc
from transforms.article.sniff import HEAD, magic, sniff

#: Bytes of a file that has to be parsed as a whole: a feed, a JSON array.
WHOLE_CAP: Final = 32_000_000

_UNSUPPORTED: Final = {
    "warc": "a WARC file within gzip within gzip: gunzip it once",
    "sitemap": "a sitemap lists pages and holds none",
    "opml": "an OPML list names feeds and holds no article; give it to --feeds",
    "xml": "XML of a kind that holds no article",
    "gzip": "gzip within gzip within gzip",
}


def file_kind(path: str) -> str:
    """Sniff what is in a file, unpacked: as `sniff`, with `jsonl` told into `lines` and `elements` (parsed as a whole).

    A WARC file that can be read record by record is an `archive`.

    Raises one of `READ_ERRORS`.
    """
    if is_warc(path):
        return "archive"
    head = read_head(path, HEAD)
    kind = sniff(head)
    if kind == "empty" and len(head) == HEAD:
        kind = sniff(read_head(path, DOCUMENT_CAP))
    if kind != "jsonl":
        return kind
    return "lines" if _is_lines(path) else "elements"


def whole_records(path: str, kind: str) -> list[Record]:
    """Return the records of a file that is not read line by line; a file that is refused is one refused record.

    Raises one of `READ_ERRORS`.
    """
    if kind == "elements":
        return elements(json.loads(read_head(path, WHOLE_CAP)))
    cap = WHOLE_CAP if kind == "feed" else DOCUMENT_CAP
    data = read_head(path, cap + 1)
    raw = data[:DOCUMENT_CAP]
    refusal = _refusal(data, kind, cap)
    if refusal:
        return [Record("html" if kind == "html" else "text", 0, raw, raw[:REFUSED_CAP], refusal=refusal)]
    if kind == "feed":
        return feed_records(data)
    return [Record(kind, 0, raw, raw, page_url(raw) if kind == "html" else "")]


def elements(value: object) -> list[Record]:
    """Return a record for each element of a decoded JSON array, or for the one object."""
    return [element_record(inner, number) for number, inner in enumerate(value if isinstance(value, list) else [value])]


def _refusal(data: bytes, kind: str, cap: int) -> Refusal | None:
    if kind == "empty":
        return Refusal("empty", "nothing but white space" if data else "the file is empty")
    if kind == "binary":
        return Refusal("unsupported_type", magic(data) or "binary data")
    if kind in _UNSUPPORTED:
        return Refusal("unsupported_type", _UNSUPPORTED[kind])
    return Refusal("too_large", f"the document is longer than {cap:,} bytes") if len(data) > cap else None


def line_records(pool: LinePool, path: str, first: int, stop: int) -> Iterator[Record]:
    """Yield a record for each line that is not blank; raises one of `READ_ERRORS`."""
    with pool.at_line(path, first) as file:
        while stop < 0 or file.line < stop:
            line = file.read()
            if line is None:
                return
            if line.data:
                yield json_record(line.data, line.offset)


def line_at(pool: LinePool, path: str, offset: int) -> Record | None:
    """Return the record of the line that begins at a byte offset; raises one of `READ_ERRORS`."""
    with pool.opened(path) as (file, _):
        file.seek(offset)
        line = file.read()
        return json_record(line.data, offset) if line and line.data else None


def _is_lines(path: str) -> bool:
    """Tell JSON Lines from one JSON value over several lines, or one array; lines, when it is neither."""
    file = LineFile(path)
    try:
        line = file.read()
        while line and not line.data:
            line = file.read()
    finally:
        file.close()
    if line and isinstance(_value(line.data), dict):
        return True
    data = read_head(path, WHOLE_CAP + 1)
    return len(data) > WHOLE_CAP or not isinstance(_value(data), dict | list)


def _value(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
