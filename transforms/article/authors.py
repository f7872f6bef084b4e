"""Names of authors: one a name, without "By", offices, addresses and markup."""

import re
from html import unescape
from typing import Any

from transforms.article.decode import fold
from transforms.article.jsonld import Node, resolve, text_of, types_of

_BY = re.compile(
    r"^(?:written by|story by|reported by|by|von|par|por|di|da|door|av|af|od|autor(?:in)?(?:es)?|author)\s*:?\s+",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:;|\||\n|•|·)\s*|\s+(?:(?i:and|und|et|og|och)|y|e|en|&)\s+|,\s+(?:and|und|et|y)\s+")
_NOISE = re.compile(
    r"https?://|www\.|@|^\d+$|^(?:admin|author|editor|redaktion|null|none|undefined|unknown|staff)$", re.IGNORECASE
)
_OFFICE = re.compile(r",\s+(?=\S)")
_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)$")
_NAME = re.compile(r"[^\W\d_]['’.\w-]*")
_TAGS = re.compile(r"<[^>]{1,200}>")


def authors_of(node: Node, nodes: list[Node]) -> list[str]:
    """List the authors of a JSON-LD object, in its order."""
    value = node.get("author") or node.get("creator")
    items = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in items:
        item = resolve(item, nodes)
        if isinstance(item, dict) and isinstance(item.get("name"), list):
            names += [text_of(name) for name in item["name"]]
        else:
            names.append(text_of(item.get("name")) if isinstance(item, dict) else text_of(item))
    return clean_authors(names)


def is_name(text: str) -> bool:
    """Tell a person's name: two to five words, nearly all of them with a capital."""
    words = _NAME.findall(text)
    capital = sum(word[0].isupper() for word in words)
    return 2 <= len(words) <= 5 and capital >= 2 and capital >= len(words) - 1


def are_publisher(names: list[str], node: Node, publishers: set[str]) -> bool:
    """Tell whether what stands for the author is the publisher itself: an organisation, or a name of the site."""
    value = node.get("author")
    items = value if isinstance(value, list) else [value]
    if items and all(isinstance(item, dict) and "Organization" in "".join(types_of(item)) for item in items):
        return True
    return all(_same_house(name.casefold(), publishers) for name in names)


def _same_house(name: str, publishers: set[str]) -> bool:
    return any(name == house or (len(name) > 3 and (name in house or house in name)) for house in publishers)


def clean_authors(names: list[Any]) -> list[str]:
    """Split and clean names; the same name once, in the order of their first place."""
    found: dict[str, str] = {}
    for name in names:
        text = unescape(_TAGS.sub("\n", str(name or "")))
        for part in (piece for line in text.split("\n") for piece in _parts(_BY.sub("", fold(line)))):
            part = _BRACKETS.sub("", part).strip(" ,.-–—/")
            if 1 < len(part) <= 100 and not _NOISE.search(part):
                found.setdefault(part.casefold().replace("-", " "), part)
    return list(found.values())


def _parts(text: str) -> list[str]:
    """Split a list of names; a comma only where both sides look like a name of two words."""
    parts = [part for part in _SPLIT.split(text) if part]
    out: list[str] = []
    for part in parts:
        pieces = _OFFICE.split(part)
        out += pieces if len(pieces) > 1 and all(2 <= len(piece.split()) <= 4 for piece in pieces) else [part]
    return out
