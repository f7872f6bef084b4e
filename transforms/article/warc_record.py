"""Read what one record of a WARC file says, and the HTTP answer in it."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from schemas.records import Refusal
from transforms.article.line_files import DOCUMENT_CAP
from transforms.article.sniff import sniff
from transforms.fetch.decoding import Decoder, decoders_for
from transforms.fetch.trouble import TroubleError

_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_STATUS: Final = re.compile(r"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_STEP: Final = 65_536
_HEAD_CAP: Final = 65_536


class WarcRecord(NamedTuple):
    """The head of a record, and its block as far as it was kept."""

    kind: str  # the WARC-Type in lower case, "" where it says none
    fields: dict[str, str]  # names in lower case
    block: bytes
    left: bytes = b""  # what follows within the same gzip member

    @property
    def url(self) -> str:
        """Return the WARC-Target-URI, without the brackets of WARC 1.0."""
        return self.fields.get("warc-target-uri", "").strip("<>").strip()

    @property
    def date(self) -> datetime | None:
        """Return the WARC-Date in UTC, None where there is none."""
        try:
            found = datetime.fromisoformat(self.fields.get("warc-date", ""))
        except ValueError:
            return None
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if 1990 < found.year < 9999 else None

    @property
    def length(self) -> int:
        """Return the Content-Length, −1 where there is none."""
        length = self.fields.get("content-length", "")
        return int(length) if length.isascii() and length.isdigit() and len(length) < 18 else -1


class Answer(NamedTuple):
    """An HTTP answer as it was archived."""

    status: int  # 0: the block is no HTTP answer
    headers: dict[str, str]  # names in lower case; of several of one name the first
    body: bytes


def record_of(data: bytes) -> WarcRecord:
    """Read the unpacked bytes of a record; what is no record has no kind."""
    head, block = _cut(data)
    version, fields = _lines(head)
    if not version.startswith("WARC/"):
        return WarcRecord("", {}, b"")
    record = WarcRecord(fields.get("warc-type", "").lower(), fields, block)
    if record.length < 0:
        return record
    return record._replace(block=block[: record.length], left=block[record.length :].lstrip(b"\r\n\0"))


def answer_of(block: bytes) -> Answer:
    """Read an HTTP answer, its body as it was archived."""
    head, body = _cut(block)
    first, headers = _lines(head)
    status = _STATUS.match(first)
    return Answer(int(status[1]) if status else 0, headers, body)


def decoded(answer: Answer) -> bytes | Refusal:
    """Undo the transfer and content encodings that the headers name; many crawlers have undone them already.

    A body that is not in the encoding it is said to be in is taken as it is. Refuses what grows over 5 MB (`too_large`)
    or breaks off (`truncated`).
    """
    body: bytes | Refusal = answer.body
    if "chunked" in answer.headers.get("transfer-encoding", "").lower():
        body = _joined(answer.body)
    encoding = answer.headers.get("content-encoding", "")
    if encoding and not isinstance(body, Refusal):
        body = _unpacked(body, encoding)
    if not isinstance(body, Refusal) and len(body) > DOCUMENT_CAP:
        return Refusal("too_large", f"the document is longer than {DOCUMENT_CAP:,} bytes")
    return body


def _unpacked(body: bytes, encoding: str) -> bytes | Refusal:
    data = bytearray()
    try:
        decoders = decoders_for(encoding)
        for start in range(0, len(body), _STEP):
            for piece in _through(decoders, body[start : start + _STEP]):
                data += piece
                if len(data) > DOCUMENT_CAP:
                    return bytes(data)
        for decoder in decoders:
            decoder.finish()
    except TroubleError as error:
        return body if sniff(body) in ("html", "text") else error.refusal
    return bytes(data)


def _through(decoders: Sequence[Decoder], chunk: bytes) -> Iterator[bytes]:
    if not decoders:
        yield chunk
        return
    for piece in decoders[0].decode(chunk):
        yield from _through(decoders[1:], piece)


def _joined(body: bytes) -> bytes | Refusal:
    """Join the chunks of a chunked body (RFC 9112, section 7.1); one that is not chunked comes back as it is."""
    parts: list[bytes] = []
    at = 0
    while found := _CHUNK.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts)
        at = found.end() + size
        line_end = body[at : at + 2]
        if not (line_end == b"\r\n" or line_end[:1] == b"\n"):
            break
        parts.append(body[found.end() : at])
        at += 2 if line_end == b"\r\n" else 1
    return Refusal("truncated", "the chunks of the body break off") if parts else body


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """Cut where the first blank line is."""
    blank = _BLANK.search(data)
    return (data[: blank.start()], data[blank.end() :]) if blank else (data, b"")


def _lines(head: bytes) -> tuple[str, dict[str, str]]:
    """Return the first line and the fields below it."""
    first, *lines = head[:_HEAD_CAP].decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return first, fields
