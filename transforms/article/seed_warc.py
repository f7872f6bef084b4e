"""WARC files as seeds: one document for each answer that was archived.

`response` records of http(s) addresses are documents; `warcinfo`, `request`, `metadata`, `revisit`, `resource`,
`conversion` and whatever is said of DNS are none. A record's place is its byte offset in the file as it is stored.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from schemas.records import Refusal
from transforms.article.line_files import DOCUMENT_CAP
from transforms.article.own_url import LONGEST
from transforms.article.seed_paths import native_path
from transforms.article.seed_records import REFUSED_CAP, Record
from transforms.article.sniff import sniff
from transforms.article.warc_pieces import HEAD_CAP, KEPT, Piece, WarcPieces, unpacked_head
from transforms.article.warc_record import Answer, WarcRecord, answer_of, decoded, record_of
from transforms.fetch.urls import url_key

#: What the HTTP header may call a document that looks like plain text; style sheets and scripts look like it, too.
_TEXTS: Final = ("", "text/plain", "text/html", "text/markdown", "application/xhtml+xml")
#: Schemes of records that are about a crawl.
_NO_PAGES: Final = ("dns:", "filedesc:", "metadata:", "urn:", "whois:")
_STATUSES: Final = {404: "http_404", 410: "gone"}
#: The address that a record of our own raw pages was asked for by (`lake/raw_record.py`).
_ASKED_FOR: Final = "x-newsbeam-requested-uri"

#: `url_key`, worked out once though several ask for it in a row.
record_key = lru_cache(maxsize=16)(url_key)


class Archived(NamedTuple):
    """A document of a WARC file: its record, and what the archive knows about it."""

    record: Record  # kind `warc`; `data` is empty where the document is refused for what it is
    kind: str = ""  # html or text
    content_type: str = ""
    final_url: str = ""
    fetched_at: datetime | None = None  # UTC


def is_warc(path: str) -> bool:
    """Tell whether a regular file, plain or gzip, begins as a WARC file does; raises OSError."""
    if not os.path.isfile(native_path(path)):
        return False
    with open(native_path(path), "rb") as file:
        head = file.read(1024)
    return (unpacked_head(head, 5) if head.startswith(b"\x1f\x8b") else head).startswith(b"WARC/")


def archived(path: str, first: int = 0, stop: int = -1) -> Iterator[Archived]:
    """Yield the documents whose records begin in `[first, stop)`; damaged ones are refused. Raises OSError."""
    pieces = WarcPieces(path)
    try:
        for piece in pieces.each(first, stop):
            record = record_of(piece.data)
            if found := _document(piece, record):
                yield found
            if record.left.startswith(b"WARC/"):
                yield _several(piece, record)
    finally:
        pieces.close()


def archived_at(pieces: WarcPieces, position: int) -> Archived | None:
    """Return the document whose record begins at an offset, None where none does; raises OSError."""
    piece = pieces.at(position)
    return _document(piece, record_of(piece.data))


def warc_starts(path: str, every: int) -> Iterator[int]:
    """Yield the offset of each record that is the first of another `every` documents; raises OSError."""
    pieces = WarcPieces(path)
    count = 0
    try:
        for piece in pieces.each(keep=HEAD_CAP):
            if piece.refusal or record_of(piece.data).kind == "response":
                if count % every == 0:
                    yield piece.position if count else 0
                count += 1
    finally:
        pieces.close()


def _document(piece: Piece, record: WarcRecord) -> Archived | None:
    """Read the document in a record; None where it holds none."""
    if piece.refusal:
        return _damaged(piece, record, piece.refusal)
    if record.kind not in ("", "response") or record.url.lower().startswith(_NO_PAGES):
        return None
    if not record.kind:
        return _damaged(piece, record, Refusal("bad_record", "no WARC record begins here"))
    if not _usable(record.url) or record.length < 0:
        missing = "WARC-Target-URI of a page" if record.length >= 0 else "Content-Length"
        return _damaged(piece, record, Refusal("bad_record", f"the record has no {missing}"))
    if piece.size <= KEPT and len(record.block) < record.length:
        return _damaged(piece, record, Refusal("truncated", "the record is shorter than its Content-Length"))
    if record.left and not record.left.startswith(b"WARC/"):
        return _damaged(piece, record, Refusal("bad_record", "the record is longer than its Content-Length"))
    return _answered(piece, record, answer_of(record.block))


def _answered(piece: Piece, record: WarcRecord, answer: Answer) -> Archived:
    """Read the document in an HTTP answer."""
    body: bytes | Refusal = answer.body
    refusal = _http_refusal(answer)
    if not refusal and (piece.size > KEPT or "warc-truncated" in record.fields):
        refusal = _cut_refusal(piece, record, answer)
    if not refusal:
        body = decoded(answer)
    if isinstance(body, Refusal):
        refusal, body = body, answer.body
    kind = sniff(body)
    content_type = answer.headers.get("content-type", "")
    refusal = refusal or _kind_refusal(kind, content_type)
    asked_for = record.fields.get(_ASKED_FOR, "")
    url = asked_for if _usable(asked_for) else record.url
    raw = body[:DOCUMENT_CAP]
    found = Record("warc", piece.position, raw, b"" if refusal else raw, url, refusal=refusal)
    return Archived(found, kind, content_type, record.url, record.date)


def _http_refusal(answer: Answer) -> Refusal | None:
    if not answer.status:
        return Refusal("bad_http", "the record holds no HTTP answer")
    if answer.status != 200:
        return Refusal(_STATUSES.get(answer.status, "http_error"), f"the archived answer has status {answer.status}")
    return None


def _cut_refusal(piece: Piece, record: WarcRecord, answer: Answer) -> Refusal | None:
    """Refuse what is too long to be kept here, or what the crawler cut; unless it holds no text anyway."""
    if sniff(answer.body) == "binary" and not answer.headers.get("content-encoding"):
        return None
    if piece.size > KEPT:
        return Refusal("too_large", f"the document is longer than {DOCUMENT_CAP:,} bytes")
    return Refusal("truncated", f"the crawler cut the page: {record.fields['warc-truncated'][:40]}")


def _kind_refusal(kind: str, content_type: str) -> Refusal | None:
    if kind == "empty":
        return Refusal("empty", "the page is empty")
    if kind not in ("html", "text"):
        return Refusal("unsupported_type", f"the page is of the kind {kind}")
    media = content_type.partition(";")[0].strip().lower()
    if kind == "text" and media not in _TEXTS:
        return Refusal("unsupported_type", f"the page is {media[:80]}")
    return None


def _damaged(piece: Piece, record: WarcRecord, refusal: Refusal) -> Archived:
    """Refuse a record for what it is itself; of its bytes the first megabyte is kept."""
    raw = piece.data[:REFUSED_CAP]
    url = record.url if _usable(record.url) else ""
    return Archived(Record("warc", piece.position, raw, raw, url, refusal=refusal))


def _several(piece: Piece, record: WarcRecord) -> Archived:
    reason = "a gzip member holds several records and only the first is read: gunzip the file, and give that"
    raw = record.left[:REFUSED_CAP]
    return Archived(Record("warc", piece.position, raw, raw, refusal=Refusal("unsupported_type", reason)))


def _usable(url: str) -> bool:
    """Tell whether a document can be keyed by an address: http(s), not longer than others may be."""
    if len(url) > LONGEST or not url.lower().startswith(("http://", "https://")):
        return False
    try:
        return bool(record_key(url))
    except ValueError:
        return False
