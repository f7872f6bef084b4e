"""Several extractors on one page, and the one whose text the others bear out: `--extract quality`.

Measured on four sets of news pages: each extractor has pages on which it alone goes wrong, most of all on old or odd
layouts, and what they agree on is nearly always the article.
"""

import logging
import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any, Final, NamedTuple

from lxml.html import HtmlElement

from schemas.errors import SettingsError
from transforms.article.html_text import block_lines, main_lines, parse, precise_lines, split_lines

logging.getLogger("readability").addHandler(logging.NullHandler())

STANDARD: Final = "trafilatura"
LEAD: Final = 0.02  # of the standard extractor: the others must be ahead by more, on the scale from 0 to 1
RECALL: Final = 0.5  # weight of what a text lacks beside what it has too much: noise is what extractors share
SIZE: Final = 4  # words of a shingle
MOST_WORDS: Final = 50_000  # of a text that are compared
MOST_MARKS: Final = 20_000  # `<` in a page that all extractors read; real pages have some 4,000 tags

#: Package → its name in the index.
PACKAGES: Final = {"readability": "readability-lxml", "resiliparse": "resiliparse"}

_SCRIPT: Final = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f\uff66-\uff9d"  # written without spaces
_WORD = re.compile(f"[{_SCRIPT}]|[^\\W_{_SCRIPT}]+")

Shingles = frozenset[tuple[str, ...]]


class Candidate(NamedTuple):
    """What one extractor takes for the article's lines."""

    name: str  # trafilatura | precision | readability | resiliparse
    lines: list[str]


@cache
def check_packages() -> None:
    """Raise SettingsError when a package that `--extract quality` needs is not installed; for the start of a run."""
    missing = [name for module, name in PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise SettingsError(f"--extract quality needs {' and '.join(missing)}: pip install {' '.join(missing)}")


def find_candidates(tree: HtmlElement, text: str, standard: list[str] | None = None) -> list[Candidate]:
    """Run every extractor on a page, given parsed and as text; one that fails or finds nothing is left out.

    `standard` are the lines that the standard one has found already.
    The standard one comes first, and is alone where the page is so large that all of them would take too long.
    Raises SettingsError when a package is missing.
    """
    check_packages()
    extractors: dict[str, Callable[[], list[str]]] = {
        STANDARD: lambda: main_lines(tree) if standard is None else standard,
        "precision": lambda: precise_lines(tree),
        "readability": lambda: _readability_lines(tree),
        "resiliparse": lambda: _resiliparse_lines(text),
    }
    names = extractors if text.count("<") <= MOST_MARKS else (STANDARD,)
    found = [Candidate(name, _guarded(extractors[name])) for name in names]
    return [candidate for candidate in found if candidate.lines]


def choose(candidates: list[Candidate]) -> Candidate:
    """Choose the candidate that agrees most with the others; the standard one unless another is clearly ahead.

    One text agrees with another as far as its shingles stand there, and the other way round at half the weight.
    An empty list gives an empty candidate.
    """
    if not candidates:
        return Candidate(STANDARD, [])
    texts = [_shingles(candidate.lines) for candidate in candidates]
    scores = [
        sum(_agreement(text, other) for j, other in enumerate(texts) if j != i) / max(1, len(texts) - 1)
        + LEAD * (candidate.name == STANDARD)
        for i, (candidate, text) in enumerate(zip(candidates, texts, strict=True))
    ]
    return candidates[scores.index(max(scores))]


def _agreement(text: Shingles, other: Shingles) -> float:
    """Compare as the F measure does, with `text` for what was found and `other` for the truth; 0 to 1."""
    common = len(text & other)
    return (1 + RECALL) * common / (len(text) + RECALL * len(other)) if common else 0.0


def _shingles(lines: list[str]) -> Shingles:
    words = [match[0].casefold() for match in islice(_WORD.finditer("\n".join(lines)), MOST_WORDS)]
    if len(words) < SIZE:
        return frozenset({tuple(words)} if words else ())
    return frozenset(zip(*(words[start:] for start in range(SIZE)), strict=False))


def _guarded(extractor: Callable[[], list[str]]) -> list[str]:
    try:
        return extractor()
    except Exception:  # noqa: BLE001  whatever one of the extractors raises on a page, the others have their say
        return []


@cache
def _load(module: str, name: str) -> Any:
    """Import late: only quality mode needs these packages."""
    return getattr(import_module(module), name)


def _readability_lines(tree: HtmlElement) -> list[str]:
    summary = parse(_load("readability", "Document")(deepcopy(tree)).summary())
    return [] if summary is None else block_lines(summary)


def _resiliparse_lines(text: str) -> list[str]:
    extract = _load("resiliparse.extract.html2text", "extract_plain_text")
    return split_lines(extract(text, main_content=True, comments=False, alt_texts=False))
