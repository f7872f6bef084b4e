"""Find the address that a page gives itself."""

import re
from codecs import getincrementaldecoder
from html import unescape
from typing import Final

from transforms.article.own_url import usable_url
from transforms.article.sniff import unicode_encoding

#: Bytes at the beginning of a page that are looked at.
HEAD: Final = 262_144

_OPENING: Final = re.compile(
    r"<(?:!--|(?:script|style|textarea|template|title|svg)(?=[\s/>])|(?:link|meta)(?=[\s/])([^<>]{0,4096}))",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z:-]{1,32})\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SAVED: Final = re.compile(r"\s*saved from url\s*=\s*\(\d{1,6}\)\s*(\S{1,2000})", re.IGNORECASE)
_SINGLE_FILE: Final = re.compile(r"\s*Page saved with SingleFile\s+url:\s*(\S{1,2000})", re.IGNORECASE)


def page_url(data: bytes) -> str:
    """Return what a page calls its address: rel=canonical, else og:url, else a "saved from url" comment; else "".

    Each source counts only when `usable_url` takes it. Looks at the first 256 KiB, in time linear in them; skips
    comments and scripts; never builds a tree.
    """
    found: dict[str, str] = {}
    for source, raw in _candidates(_decode(data[:HEAD])):
        url = usable_url(unescape(raw))
        if url:
            found.setdefault(source, url)
            if source == "canonical":
                break
    return next((found[source] for source in ("canonical", "og:url", "saved") if source in found), "")


def _candidates(text: str) -> list[tuple[str, str]]:
    candidates = []
    at = 0
    while opening := _OPENING.search(text, at):
        tag = opening[0][1:].lower()
        at = opening.end()
        if opening[1] is not None:
            candidates += _from_tag(tag[:4], opening[1])
            continue
        closing = "-->" if tag == "!--" else f"</{tag}"
        end = _find(text, closing, at)
        if tag == "!--":
            saved = _SAVED.match(text, at) or _SINGLE_FILE.match(text, at)
            candidates += [("saved", saved[1])] if saved else []
        if end < 0:
            break
        at = end + len(closing)
    return candidates


def _find(text: str, closing: str, at: int) -> int:
    if closing == "-->":
        return text.find(closing, at)
    found = re.compile(re.escape(closing), re.IGNORECASE).search(text, at)
    return found.start() if found else -1


def _from_tag(tag: str, inside: str) -> list[tuple[str, str]]:
    values: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(inside):
        values.setdefault(found[1].lower(), found[2] or found[3] or found[4] or "")
    if tag == "link" and "canonical" in values.get("rel", "").lower().split():
        return [("canonical", values.get("href", ""))]
    if tag == "meta" and (values.get("property") or values.get("name", "")).lower() == "og:url":
        return [("og:url", values.get("content", ""))]
    return []


def _decode(head: bytes) -> str:
    encoding = unicode_encoding(head)
    if encoding:
        return head.decode(encoding, "replace")
    try:
        return getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("cp1252", "replace")
