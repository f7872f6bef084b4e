"""Take a broken feed apart into its items, so that one malformed item does not take the others with it."""

import re
from typing import Final, NamedTuple

from lxml import etree

_TOKEN: Final = re.compile(r"<!\[CDATA\[|<!--|<(?:[A-Za-z_][\w.-]*:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_END: Final = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_TAG: Final = re.compile(r"<[^<>\s\"']+(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>")
#: Characters of a root element's tag.
ROOT_LIMIT: Final = 64_000


class Pieces(NamedTuple):
    """The parts of a feed; each item stands within the feed's root element, whose namespaces it needs."""

    head: str  # what stands before the first item
    items: list[str]


def pieces_of(text: str) -> Pieces:
    """Cut a document, from its root element on, before each item (`item`, `entry`) outside of CDATA sections."""
    starts = _item_starts(text)
    if not starts:
        return Pieces(text, [])
    root = _ROOT_TAG.match(text[:ROOT_LIMIT])
    opening = root.group() if root else ""
    closing = f"</{opening[1:].split()[0].rstrip('>')}>" if opening else ""
    stops = [*starts[1:], len(text)]
    items = [opening + _to_end(text[start:stop]) + closing for start, stop in zip(starts, stops, strict=True)]
    return Pieces(text[: starts[0]], items)


def mended(document: str) -> str:
    """Close what is open and drop what is no XML; "" where nothing is left."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    root = etree.fromstring(document.encode("utf-8", "replace"), parser)
    return (
        "" if root is None else etree.tostring(root, encoding="utf-8", xml_declaration=False).decode("utf-8", "replace")
    )


def _item_starts(text: str) -> list[int]:
    starts: list[int] = []
    place = 0
    while token := _TOKEN.search(text, place):
        place = token.end()
        if token.group() in ("<![CDATA[", "<!--"):
            end = text.find("]]>" if token.group() == "<![CDATA[" else "-->", place)
            if end < 0:
                break
            place = end
        else:
            starts.append(token.start())
    return starts


def _to_end(piece: str) -> str:
    """Drop what follows the item's end."""
    ends = [found.end() for found in _END.finditer(piece)]
    return piece[: ends[-1]] if ends else piece
