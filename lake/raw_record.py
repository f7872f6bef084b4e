"""One page as a WARC record (ISO 28500:2017) in a gzip member of its own, and back.

The body is stored decoded, as `Fetched` holds it. Headers that told how it came over the wire are kept under the names
that Common Crawl gives them (`X-Crawler-Content-Encoding`, `-Transfer-Encoding`, `-Content-Length`).
"""

import gzip
import re
import uuid
from base64 import b32encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha1
from http import HTTPStatus
from typing import Final, NamedTuple

#: The address that was asked for, where redirects led elsewhere: an extension field, as ISO 28500 allows.
ASKED_FOR: Final = "X-Newsbeam-Requested-URI"

_LEVEL: Final = 6
_WIRE: Final = ("content-encoding", "transfer-encoding", "content-length")
_BREAKS: Final = re.compile(r"[\0\r\n]+")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110


class RawPage(NamedTuple):
    """A page as a server gave it."""

    url: str  # as it was asked for
    final_url: str  # after redirects
    fetched_at: datetime  # UTC, in microseconds
    status: int
    headers: dict[str, str]  # names in lower case, as received
    body: bytes  # decoded


def encode_page(page: RawPage) -> bytes:
    """Write a page as a `response` record; a line end in an address or a header becomes a space."""
    block = _bytes(_http_head(page)) + page.body
    fields = {
        "WARC-Type": "response",
        "WARC-Target-URI": page.final_url,
        **({ASKED_FOR: page.url} if page.url != page.final_url else {}),
        "WARC-Date": _date(page.fetched_at),
        "WARC-Payload-Digest": _digest(page.body),
        "Content-Type": "application/http; msgtype=response",
    }
    return _record(fields, block)


def encode_info(name: str, software: str, made_at: datetime) -> bytes:
    """Write the `warcinfo` record that a file begins with; `name` is the file's own."""
    block = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    fields = {
        "WARC-Type": "warcinfo",
        "WARC-Date": _date(made_at),
        "WARC-Filename": name,
        "Content-Type": "application/warc-fields",
    }
    return _record(fields, block)


def decode_page(record: bytes) -> RawPage:
    """Read a page out of an unpacked record that `encode_page` wrote; raises ValueError when it is none."""
    head, _, block = record.partition(b"\r\n\r\n")
    version, fields = _parsed(head)
    needed = ("content-length", "warc-target-uri", "warc-date")
    if not version.startswith("WARC/1.") or fields.get("warc-type") != "response" or not fields.keys() >= set(needed):
        raise ValueError("no response record of a WARC file begins here")
    length, final_url, date = (fields[name] for name in needed)
    http, _, body = block[: int(length)].partition(b"\r\n\r\n")
    status, headers = _parsed(http)
    asked_for = fields.get(ASKED_FOR.lower(), final_url)
    page = RawPage(asked_for, final_url, datetime.fromisoformat(date), int(status[9:12]), _as_received(headers), body)
    if len(block) < int(length) or fields.get("warc-payload-digest") != _digest(body):
        raise ValueError("the record is damaged: its digest is another one")
    return page


def _record(fields: Mapping[str, str], block: bytes) -> bytes:
    fields = {
        **fields,
        "WARC-Record-ID": f"<{uuid.uuid4().urn}>",
        "WARC-Block-Digest": _digest(block),
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {_BREAKS.sub(' ', value)}\r\n" for name, value in fields.items())
    head = _bytes(f"WARC/1.1\r\n{lines}\r\n")
    return gzip.compress(b"".join((head, block, b"\r\n\r\n")), _LEVEL, mtime=0)


def _http_head(page: RawPage) -> str:
    """Write status line and headers; the length is that of the body as it is stored."""
    try:
        phrase = HTTPStatus(page.status).phrase
    except ValueError:
        phrase = "Unknown"
    kept = {name: _BREAKS.sub(" ", value) for name, value in page.headers.items() if _NAME.fullmatch(name)}
    lines = [f"{'X-Crawler-' if name.lower() in _WIRE else ''}{name.title()}: {kept[name]}" for name in kept]
    return "\r\n".join([f"HTTP/1.1 {page.status} {phrase}", *lines, f"Content-Length: {len(page.body)}", "", ""])


def _as_received(headers: dict[str, str]) -> dict[str, str]:
    own = {name: value for name, value in headers.items() if name != "content-length"}
    return {name.removeprefix("x-crawler-") if name[10:] in _WIRE else name: value for name, value in own.items()}


def _parsed(head: bytes) -> tuple[str, dict[str, str]]:
    """Return the first line and the fields below it, names in lower case."""
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, {name.lower(): value.strip() for name, _, value in pairs}


def _bytes(text: str) -> bytes:
    """Encode what was decoded with `surrogateescape`, as headers are; half a surrogate pair becomes `?`."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _digest(data: bytes) -> str:
    """Return a labelled SHA-1 in Base32, the digest that WARC tools agree on; it proves no authorship."""
    return "sha1:" + b32encode(sha1(data, usedforsecurity=False).digest()).decode()
