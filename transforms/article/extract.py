"""Bytes of one document to its text and metadata, before any line is judged."""

import json
from importlib.metadata import version
from typing import Any, Final, NamedTuple

from lxml.html import HtmlElement

from schemas.records import Payload, Refusal
from transforms.article.authors import clean_authors
from transforms.article.candidates import PACKAGES, choose, find_candidates
from transforms.article.dates import Claim, Published, choose_published
from transforms.article.decode import decode, fold
from transforms.article.guards import MAX_BYTES, check_markup
from transforms.article.html_text import block_lines, fragment_lines, link_texts, linked_share, main_lines, parse
from transforms.article.language_code import language_code
from transforms.article.metadata import Metadata, metadata_of, read_metadata
from transforms.article.page_facts import read_facts
from transforms.article.plain_text import find_title, read_paragraphs
from transforms.article.rules import rules_version
from transforms.article.text_head import read_head
from transforms.article.walls import find_wall

#: Goes up whenever the result for the same bytes may change for a reason that is neither trafilatura's nor the rules'.
_OWN_VERSION: Final = 3
EXTRACTOR_VERSION: Final = (
    f"trafilatura-{version('trafilatura')}+htmldate-{version('htmldate')}+text-{_OWN_VERSION}+rules-{rules_version()}"
)
QUALITY: Final = "quality"
#: Share of a page's text that stands in links of its own site, above which the other extractors are asked as well.
DOUBTFUL: Final = 0.05


class Extracted(NamedTuple):
    """A document's text and what it says about itself; empty where it says nothing."""

    title: str
    description: str
    lines: list[str]  # paragraphs, one a line, before any line rule; the title line still among them
    authors: list[str]
    section: str
    tags: list[str]
    image_url: str
    canonical_url: str
    language: str  # as declared, ISO 639-1 or ""
    published: Published
    modified: Published
    is_free: bool | None
    extractor: str  # trafilatura | quality:<candidate> | text | feed | record
    headlines: tuple[str, ...] = ()  # other forms in which the page gives its headline
    links: frozenset[str] = frozenset()  # folded texts of the page's links
    facts: tuple[tuple[int, str], ...] = ()  # places of the lines that hold a fact and no text, with a rule's name


def extractor_version(mode: str = "standard") -> str:
    """Name the versions of all that shapes the text in a mode, `standard` or `quality`."""
    own = [f"{name}-{version(name)}" for name in PACKAGES.values()] if mode == QUALITY else []
    return "+".join((EXTRACTOR_VERSION, *own))


def extract(payload: Payload, mode: str = "standard") -> Extracted | Refusal:
    """Extract by the kind of the reference: text, a page, an entry of a feed, a JSON record.

    `mode` says how the text of whole pages is found: `standard`, or `quality` (`candidates`), which takes two to three
    times as long and raises SettingsError when its packages are not installed. Never raises on what the bytes may
    hold; a document that is no article comes back as a `Refusal`.
    """
    kind = payload.reference.kind
    if not payload.data.strip():
        return Refusal("empty", "there are no bytes, or nothing but white space")
    if kind in {"entry", "json"}:
        return _from_record(payload, mode)
    if len(payload.data) > MAX_BYTES:
        return Refusal("too_large", f"{len(payload.data)} bytes, more than {MAX_BYTES}")
    text = decode(payload.data, payload.content_type, markup=kind != "text")
    return _from_text(text, payload) if kind == "text" else _from_page(text, payload, mode)


def _from_text(text: str, payload: Payload) -> Extracted | Refusal:
    head = read_head(read_paragraphs(text), payload.fetched_at)
    lines = head.lines
    if not _has_words(lines):
        return Refusal("no_text" if lines else "empty", "there is no word in it")
    return _extracted(head.metadata, lines, "text")._replace(facts=tuple(head.taken.items()))


def _from_page(text: str, payload: Payload, mode: str) -> Extracted | Refusal:
    refusal = check_markup(text, len(payload.data))
    if refusal is not None:
        return refusal
    tree = parse(text)
    if tree is None:
        return Refusal("no_text", "there is no markup that can be parsed")
    url = payload.final_url or payload.reference.url
    facts = read_facts(tree, url)
    metadata = metadata_of(facts, payload.fetched_at)
    lines, extractor = _page_lines(tree, text, mode)
    links = link_texts(tree, metadata.canonical_url or url)
    wall = find_wall(lines, lambda: "\n".join(facts.lines()), metadata, links)
    if wall is not None:
        return wall
    if mode != QUALITY and linked_share(lines, links) > DOUBTFUL:
        lines, extractor = _quality_lines(tree, text, lines)
    if not _has_words(lines):
        return Refusal("no_text", "no article text was found in the page")
    return _extracted(metadata, lines, extractor, links)


def _page_lines(tree: HtmlElement, text: str, mode: str) -> tuple[list[str], str]:
    """Return the lines of a page and the name of what found them."""
    if mode != QUALITY:
        return main_lines(tree), "trafilatura"
    return _quality_lines(tree, text)


def _quality_lines(tree: HtmlElement, text: str, standard: list[str] | None = None) -> tuple[list[str], str]:
    best = choose(find_candidates(tree, text, standard))
    return best.lines, f"{QUALITY}:{best.name}"


def _from_record(payload: Payload, mode: str) -> Extracted | Refusal:
    """Extract from a JSON object; what it says itself goes before what its markup says."""
    try:
        record = json.loads(payload.data)
    except (ValueError, RecursionError):
        return Refusal("bad_record", "the record is not valid JSON")
    if not isinstance(record, dict):
        return Refusal("bad_record", "the record is no JSON object")
    body = _record_body(record, payload, mode)
    if isinstance(body, Refusal):
        return body
    lines, page, links = body
    if not _has_words(lines):
        return Refusal("no_text", "the record holds no article text")
    source = "feed" if payload.reference.kind == "entry" else "record"
    return _extracted(_record_metadata(record, page, payload, source), lines, source, links)


def _record_body(
    record: dict[str, Any], payload: Payload, mode: str
) -> tuple[list[str], Metadata, frozenset[str]] | Refusal:
    text, markup = _string(record, "text"), _string(record, "html")
    url = _string(record, "url") or payload.final_url or payload.reference.url
    if text.strip() or not markup.strip():
        lines = read_paragraphs(text)
        return lines, Metadata(title="" if record.get("title") else find_title(lines)), frozenset()
    refusal = check_markup(markup, len(markup.encode("utf-8", "surrogatepass")))
    if refusal is not None:
        return refusal
    whole = "<html" in markup[:2_000].lower() or "<body" in markup.lower()
    markup = markup if whole else f"<html><body><article>{markup}</article></body></html>"
    tree = parse(markup)
    if tree is None:
        return [], Metadata(), frozenset()
    links = link_texts(tree, url)
    page = read_metadata(tree, url, payload.fetched_at) if whole else Metadata()
    return _page_lines(tree, markup, mode)[0] if whole else fragment_lines(tree), page, links


def _record_metadata(record: dict[str, Any], page: Metadata, payload: Payload, source: str) -> Metadata:
    own = choose_published([Claim(_string(record, "published_at"), source)], payload.fetched_at, None)
    modified = choose_published([Claim(_string(record, "modified_at"), source)], payload.fetched_at, None)
    authors = record.get("authors") or []
    return Metadata(
        title=fold(_string(record, "title"))[:300] or page.title,
        headlines=page.headlines,
        description=_plain(_string(record, "description")) or page.description,
        authors=tuple(clean_authors(authors if isinstance(authors, list) else [authors])) or page.authors,
        section=fold(_string(record, "section")) or page.section,
        tags=tuple(_strings(record.get("tags"))) or page.tags,
        image_url=_string(record, "image_url") or page.image_url,
        canonical_url=page.canonical_url or _string(record, "url"),
        language=language_code(_string(record, "language")) or page.language,
        published=own if own.at is not None or (page.published.at is None and own.raw) else page.published,
        modified=modified if modified.at is not None else page.modified,
        is_free=page.is_free,
    )


def _extracted(metadata: Metadata, lines: list[str], extractor: str, links: frozenset[str] = frozenset()) -> Extracted:
    return Extracted(
        title=metadata.title,
        description=metadata.description,
        lines=lines,
        authors=list(metadata.authors),
        section=metadata.section,
        tags=list(metadata.tags),
        image_url=metadata.image_url,
        canonical_url=metadata.canonical_url,
        language=metadata.language,
        published=metadata.published,
        modified=metadata.modified,
        is_free=metadata.is_free,
        extractor=extractor,
        headlines=metadata.headlines,
        links=links,
    )


def _has_words(lines: list[str]) -> bool:
    return any(character.isalpha() for line in lines for character in line)


def _string(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in (fold(item) for item in values if isinstance(item, str)) if text]


def _plain(text: str) -> str:
    """Strip markup from a description, which feeds like to put into it."""
    if "<" not in text and "&" not in text:
        return fold(text)
    tree = parse(f"<html><body>{text[:20_000]}</body></html>")
    return "" if tree is None else fold(" ".join(block_lines(tree)))
