"""Take a broken feed apart into its items, so that one malformed item does not take the others with it.

All of it is UTF-8 and comes piece by piece; no more than one item is held.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from lxml import etree

_TOKEN: Final = re.compile(rb"<!\[CDATA\[|<!--|<(?:[A-Za-z_][\w.-]*:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_END: Final = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_TAG: Final = re.compile(r"<[^<>\s\"']+(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>")
_AMPERSAND: Final = re.compile(rb"&(?:#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|([A-Za-z_][\w.\x80-\xff-]{0,100});)?")
_SECTION: Final = re.compile(rb"(<!\[CDATA\[|\]\]>)")
_XML_NAMES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
#: Characters of a root element's tag.
ROOT_LIMIT: Final = 64_000
#: Bytes of an item that are looked at.
ITEM_LIMIT: Final = 2_000_000
#: Bytes of the longest start of an item's tag.
TAG: Final = 128


class Frame:
    """The root element's tags, within which an item stands, since it needs the namespaces."""

    def __init__(self, head: str) -> None:
        """Take them from the beginning of a document."""
        root = _ROOT_TAG.match(head[:ROOT_LIMIT])
        opening = root.group() if root else ""
        self._opening = opening.encode("utf-8", "replace")
        self._closing = f"</{opening[1:].split()[0].rstrip('>')}>".encode("utf-8", "replace") if opening else b""

    def around(self, items: Iterable[bytes]) -> bytes:
        """Return a document of these items alone; what follows the end of one is left out."""
        return b"".join((self._opening, *map(_to_end, items), self._closing))


def cut_at_items(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what stands before the first item (`item`, `entry`) outside of CDATA sections, then each item.

    A part that is longer than `ITEM_LIMIT` loses its end.
    """
    held = bytearray()
    place, section_end = 0, b""
    for piece in pieces:
        held += piece
        while True:
            if section_end:
                end = held.find(section_end, place)
                if end < 0:
                    place = max(place, len(held) - 2)
                    break
                place, section_end = end, b""
            token = _TOKEN.search(held, place)
            if not token:
                place = max(place, held.rfind(b"<", max(place, len(held) - TAG)))
                place = place if held[place : place + 1] == b"<" else len(held)
                break
            start, place, opened = token.start(), token.end(), token.group()
            if opened[:2] == b"<!":
                section_end = b"-->" if opened == b"<!--" else b"]]>"
            else:
                yield bytes(held[: min(start, ITEM_LIMIT)])
                del held[:start]
                place -= start
        if place > ITEM_LIMIT:
            del held[ITEM_LIMIT:place]
            place = ITEM_LIMIT
    yield bytes(held[:ITEM_LIMIT])


def escape_ampersands(pieces: Iterable[bytes], entities: Collection[str]) -> Iterator[bytes]:
    """Escape each `&` outside of CDATA sections that begins no reference which a strict parser knows."""
    known = {name.encode() for name in (*entities, *_XML_NAMES)}
    in_section = False
    for piece in pieces:
        if b"&" not in piece and b"CDATA" not in piece and b"]]>" not in piece:
            yield piece
            continue
        parts = _SECTION.split(piece)
        for number, part in enumerate(parts):
            if number % 2:
                in_section = part == b"<![CDATA[" or (in_section and part != b"]]>")
            elif not in_section and b"&" in part:
                parts[number] = _AMPERSAND.sub(lambda found: _reference(found, known), part)
        yield b"".join(parts)


def mended(document: bytes) -> bytes:
    """Close what is open and drop what is no XML; nothing where nothing is left."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    root = etree.fromstring(document, parser)
    return b"" if root is None else etree.tostring(root, encoding="utf-8", xml_declaration=False)


def _reference(found: re.Match[bytes], known: Collection[bytes]) -> bytes:
    whole, name = found.group(), found.group(1)
    is_fine = name in known if name else len(whole) > 1
    return whole if is_fine else b"&amp;" + whole[1:]


def _to_end(piece: bytes) -> bytes:
    """Drop what follows the item's end."""
    ends = [found.end() for found in _END.finditer(piece)]
    return piece[: ends[-1]] if ends else piece
