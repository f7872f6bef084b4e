"""The pages of a set, and the tools that are compared on them: newsbeam in both modes and others, where installed."""

import gzip
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura

from benchmarks.text_scores import score_texts
from schemas.records import LineRules, Payload, Reference, Refusal
from transforms.article.decode import decode
from transforms.article.extract import Extracted, extract
from transforms.article.html_text import block_lines, parse
from transforms.article.lines import NO_RULES, Stripped, strip_lines

NOW = datetime(2026, 11, 24, tzinfo=UTC)
STANDARD, QUALITY, BARE = "newsbeam", "newsbeam quality", "trafilatura"


class Page(NamedTuple):
    """One page of a set with what people found in it."""

    truth: dict[str, Any]  # id, publisher, url, text; meta in some sets
    data: bytes

    @property
    def text(self) -> str:
        """The true text."""
        return str(self.truth["text"])


class Made(NamedTuple):
    """What newsbeam makes of a page."""

    extracted: Extracted
    stripped: Stripped


def read_pages(data: Path, name: str, step: int = 1) -> list[Page]:
    """Read every `step`-th page of a set under `data`/pages."""
    folder = data / "pages" / name
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    return [Page(row, gzip.decompress((folder / row["html"]).read_bytes())) for row in rows[::step]]


def make(page: Page, mode: str = "standard", rules: LineRules = NO_RULES) -> Made | None:
    """Take a page through extraction and line rules; None when it is refused."""
    url = page.truth["url"] or ""
    payload = Payload(Reference("", "", "", "", "html", 0, url, "", ""), page.data, NOW, "", url)
    extracted = extract(payload, mode)
    return None if isinstance(extracted, Refusal) else Made(extracted, strip_lines(extracted, "", rules))


def text_of(made: Made | None) -> str:
    """Join the lines that are left."""
    return "\n".join(made.stripped.lines) if made else ""


def _bare(page: Page, precision: bool = False) -> str:
    document = trafilatura.bare_extraction(_markup(page), with_metadata=True, favor_precision=precision)
    return (getattr(document, "text", "") or "") if document else ""


def _readability(page: Page) -> str:
    from readability import Document

    tree = parse(Document(_markup(page)).summary())
    return "" if tree is None else "\n".join(block_lines(tree))


def _resiliparse(page: Page) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(_markup(page), main_content=True, comments=False, alt_texts=False))


def _newspaper(page: Page) -> str:
    from newspaper import Article

    article = Article(url=page.truth["url"] or "https://example.org/", fetch_images=False)
    article.download(input_html=_markup(page))
    article.parse()
    return str(article.text)


def _markup(page: Page) -> str:
    return decode(page.data, markup=True)


#: Tool → the module it needs and what it does.
TOOLS: dict[str, tuple[str, Callable[[Page], str]]] = {
    STANDARD: ("", lambda page: text_of(make(page))),
    BARE: ("", _bare),
    "trafilatura, precision": ("", lambda page: _bare(page, precision=True)),
    "resiliparse": ("resiliparse", _resiliparse),
    "readability-lxml": ("readability", _readability),
    "newspaper4k": ("newspaper", _newspaper),
    QUALITY: ("resiliparse", lambda page: text_of(make(page, "quality"))),
}


def run_tools(pages: Sequence[Page], tools: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Run tools on pages in turn: scores, pages a second of CPU time, and the ratio of their speed to bare trafilatura.

    A page on which a tool raises counts as one without text. The ratio is the median over the pages.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    times: dict[str, list[float]] = defaultdict(list)
    for page in pages:
        for name in tools:
            text, seconds = _timed(TOOLS[name][1], page)
            texts[name].append(text)
            times[name].append(seconds)
    return {
        name: {
            **score_texts(zip([page.text for page in pages], texts[name], strict=True))._asdict(),
            "pages_s": round(len(pages) / max(1e-9, sum(times[name])), 1),
            "speed": round(statistics.median(b / a for a, b in zip(times[name], times[BARE], strict=True)), 3),
        }
        for name in tools
    }


def _timed(tool: Callable[[Page], str], page: Page) -> tuple[str, float]:
    began = time.process_time()
    try:
        text = tool(page)
    except Exception:  # noqa: BLE001  what a tool raises on a page is its score there
        text = ""
    return text, max(1e-6, time.process_time() - began)
