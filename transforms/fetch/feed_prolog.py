"""What stands before the root element of a feed, and a document type that can do no harm.

External entities are dropped; internal ones are kept while what they expand to stays small (RDF feeds name their
namespaces that way). Everything is read in one pass, whatever the text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html.entities import name2codepoint
from typing import Final, NamedTuple

from transforms.fetch.feed_text import FeedText

#: Characters that the entities of a document may add to it.
EXPANSION_LIMIT: Final = 200_000
#: Characters of a document type that are looked at.
DOCTYPE_LIMIT: Final = 64_000
#: Bytes of a document in which its root element is looked for.
HEAD: Final = 1_000_000

_ENTITY: Final = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+(?:\"([^\"&%<]{0,500})\"|'([^'&%<]{0,500})')\s*>")
_REFERENCE: Final = re.compile(rb"&([A-Za-z_][\w.\x80-\xff-]{0,100});")
_ROOT: Final = re.compile(r"<([A-Za-z_][^\s/>]{0,80})")
_FEED_START: Final = re.compile(r"<\?xml\s|<(?:rss|feed|rdf:RDF|urlset)[\s>]")
_XML_NAMES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Prolog(NamedTuple):
    """The beginning of a document."""

    root: str  # local name of the root element in lower case, "" where there is none
    start: int  # where its tag begins
    doctype: str
    junk: bool  # something stands before the XML declaration that does not belong there


class Document(NamedTuple):
    """An XML document, with what stands before its root element taken apart."""

    text: FeedText
    head: str  # its first characters, the root element's tag among them
    prolog: Prolog
    start: int  # where that tag begins, in bytes of the text

    def body(self, after: int = 0) -> Iterator[bytes]:
        """Yield the document from the root element on, less the first bytes of that."""
        return self.text.pieces(self.start + after)


def read_prolog(text: str) -> Prolog:
    """Find the root element behind declarations, comments and stray output of the server's scripts."""
    prolog = _scan(text, 0)
    if prolog.root in ("rss", "feed", "rdf", "urlset", "html"):
        return prolog
    found = _FEED_START.search(text, 1, 20_000)
    if not found:
        return prolog
    inner = _scan(text, found.start())
    return inner._replace(junk=True) if inner.root else prolog


def open_document(text: FeedText) -> Document:
    """Find out where the root element of a feed begins."""
    head = text.head(HEAD)
    prolog = read_prolog(head)
    return Document(text, head, prolog, len(head[: prolog.start].encode("utf-8", "replace")))


def safe_head(document: Document) -> tuple[bytes, dict[str, str]]:
    """Return what is to stand before the root element: a harmless document type, and the entities that it declares.

    HTML's named entities (`&nbsp;`) are declared where they are used, so that a strict parser reads on.
    """
    found = _references(document.body())
    names = found.keys() - _XML_NAMES
    own = {found[0]: found[1] or found[2] for found in _ENTITY.findall(document.prolog.doctype[:DOCTYPE_LIMIT])}
    if sum(found[name] * len(own[name]) for name in names & own.keys()) > EXPANSION_LIMIT:
        own = dict.fromkeys(own, "")
    entities = {name: f"&#{name2codepoint[name]};" for name in names & name2codepoint.keys()}
    entities |= {name: own[name] for name in names & own.keys() if name not in entities}
    declared = "".join(f'<!ENTITY {name} "{_quoted(value)}">' for name, value in sorted(entities.items()))
    doctype = f"<!DOCTYPE feed [{declared}]>" if declared else ""
    return f"<?xml version='1.0' encoding='utf-8'?>{doctype}".encode("utf-8", "replace"), entities


def _references(body: Iterator[bytes]) -> Counter[str]:
    """Count the references to named entities."""
    found: Counter[bytes] = Counter()
    for piece in body:
        if b"&" in piece:
            found.update(_REFERENCE.findall(piece))
    return Counter({name.decode("utf-8", "replace"): count for name, count in found.items()})


def _quoted(value: str) -> str:
    return value.replace('"', "&#34;")


def _scan(text: str, place: int) -> Prolog:
    doctype, junk = "", False
    while (opening := text.find("<", place)) >= 0:
        junk = junk or bool(text[place:opening].strip())
        if text.startswith("<?", opening):
            place = _after(text, "?>", opening)
        elif text.startswith("<!--", opening):
            place = _after(text, "-->", opening)
        elif text.startswith("<!", opening):
            place = _after_declaration(text, opening)
            doctype += text[opening:place]
        elif root := _ROOT.match(text, opening):
            return Prolog(root.group(1).rpartition(":")[2].lower(), opening, doctype, junk)
        else:
            place, junk = opening + 1, True
    return Prolog("", len(text), doctype, junk)


def _after(text: str, end: str, start: int) -> int:
    found = text.find(end, start)
    return found + len(end) if found >= 0 else len(text)


def _after_declaration(text: str, start: int) -> int:
    """Skip `<!DOCTYPE …>` with its internal subset, whose quoted values may hold brackets."""
    depth = 0
    for token in re.finditer(r"\"[^\"]*\"|'[^']*'|<!--|[<>\[\]]", text[start : start + DOCTYPE_LIMIT]):
        depth += {"<": 1, "[": 1, ">": -1, "]": -1}.get(token.group(), 0)
        if depth == 0:
            return start + token.end()
    return _after(text, ">", start)
