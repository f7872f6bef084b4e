"""Erase records of fetched pages from WARC files; all others keep their places.

A record gives way to another of the same length that says only that something was erased, so that offsets hold. A
comment in its gzip header (RFC 1952, FCOMMENT) fills what is left.
"""

import re
import struct
import uuid
import zlib
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

_URIS: Final = re.compile(rb"(?im)^(?:WARC-Target-URI|X-Newsbeam-Requested-URI):[ \t]*(.+?)[ \t]*\r$")
_FCOMMENT: Final = 0x10


class Member(NamedTuple):
    """A gzip member of a WARC file."""

    start: int
    stop: int
    record: bytes  # unpacked

    def addresses(self) -> list[str]:
        """Return the addresses that its record names: where it was asked for, and where it led."""
        head = self.record.partition(b"\r\n\r\n")[0] + b"\r\n"
        return [uri.decode("utf-8", "replace") for uri in _URIS.findall(head)]


def members(data: bytes) -> Iterator[Member]:
    """Yield the members of a WARC file; what follows a damaged one is one member more, of no record."""
    start = 0
    while start < len(data):
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            record = stream.decompress(data[start:])
            stop = len(data) - len(stream.unused_data) if stream.eof else len(data)
        except zlib.error:
            record, stop = data[start:], len(data)
        yield Member(start, stop, record)
        start = stop


def without(data: bytes, is_meant: Callable[[Member], bool]) -> tuple[bytes, int]:
    """Return a WARC file of the same length without the records that are meant, and how many they were."""
    parts, erased = [], 0
    for member in members(data):
        meant = is_meant(member)
        erased += meant
        parts.append(_blank(member.stop - member.start) if meant else data[member.start : member.stop])
    return b"".join(parts), erased


def _blank(length: int) -> bytes:
    """Make a gzip member of a given length that says nothing; of an unlikely short one, without a record in it."""
    head = f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <{uuid.UUID(int=0).urn}>\r\n"
    head += "WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n"
    for record in (head.encode() + b"erased\r\n\r\n", b""):
        bare = len(_member(record, 0))
        if bare <= length:
            return _member(record, length - bare)
    return b"\0" * length


def _member(record: bytes, more: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(record) + packer.flush()
    comment = b" " * (more - 1) + b"\0" if more else b""
    head = struct.pack("<4sIBB", bytes((0x1F, 0x8B, 8, _FCOMMENT if more else 0)), 0, 0, 255)
    return head + comment + packed + struct.pack("<II", zlib.crc32(record), len(record))
