"""Gate over real pages in NEWSBEAM_DATA: text, line rules, dates, authors and titles, each with its floor.

It reads the sets `fe` (English, 16 publishers) and `ft` (28 languages) whole and every second page of `aeb`; `daniel`
(old pages) is for the benchmark. Text is scored as the tool beside the data does it: F1 of 4-gram shingles.
"""

import gzip
import json
import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from schemas.records import Payload, Reference, Refusal
from transforms.article.extract import Extracted, extract
from transforms.article.lines import Stripped, strip_lines

DATA = os.environ.get("NEWSBEAM_DATA", "")
pytestmark = [
    pytest.mark.gate,
    pytest.mark.skipif(not DATA, reason="NEWSBEAM_DATA IS UNSET: THE GATES OVER REAL PAGES DID NOT RUN"),
]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
STEP = {"aeb": 2, "fe": 1, "ft": 1}
SCRIPT = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f\uff66-\uff9d"
WORDS = re.compile(r"\w+")
CHARACTERS = re.compile(f"[{SCRIPT}]|[^\\W{SCRIPT}]+")


class Page(NamedTuple):
    truth: dict[str, object]
    extracted: Extracted | None
    stripped: Stripped | None

    @property
    def text(self) -> str:
        return "\n".join(self.stripped.lines) if self.stripped else ""


def payload(data: bytes, kind: str, url: str = "") -> Payload:
    return Payload(Reference("", "", "", "", kind, 0, url, "", ""), data, NOW, "", url)


def read(name: str) -> list[Page]:
    folder = Path(DATA) / "pages" / name
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    pages = []
    for row in rows[:: STEP[name]]:
        data = gzip.decompress((folder / row["html"]).read_bytes())
        found = extract(payload(data, "html", row["url"] or ""))
        refused = isinstance(found, Refusal)
        pages.append(Page(row, None if refused else found, None if refused else strip_lines(found)))
    return pages


@pytest.fixture(scope="module")
def pages() -> dict[str, list[Page]]:
    return {name: read(name) for name in STEP}


def by_character(text: str) -> bool:
    return len(re.findall(f"[{SCRIPT}]", text)) > 0.2 * max(1, len(text))


def shingles(text: str, characters: bool) -> Counter[tuple[str, ...]]:
    tokens = (CHARACTERS if characters else WORDS).findall(text)
    return Counter(tuple(tokens[i : i + 4]) for i in range(max(1, len(tokens) - 3)) if tokens)


def score(pages: list[Page]) -> float:
    precisions, recalls = [], []
    for page in pages:
        truth = str(page.truth["text"])
        characters = by_character(truth)
        want, have = shingles(truth, characters), shingles(page.text, characters)
        common = sum((want & have).values())
        if have:
            precisions.append(common / have.total())
        if want:
            recalls.append(common / want.total())
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 2 * precision * recall / (precision + recall)


def in_truth(line: str, truth: str) -> bool:
    """Tell whether more than half of a line's shingles stand in the true text."""
    characters = by_character(truth)
    have, want = shingles(line, characters), shingles(truth, characters)
    if sum(map(len, have)) < 4:
        return line in truth
    return sum((have & want).values()) > have.total() / 2


@pytest.mark.parametrize(("name", "floor"), [("aeb", 0.967), ("fe", 0.950), ("ft", 0.953)])
def test_text(pages, name, floor):
    assert score(pages[name]) >= floor


def test_nearly_every_page_gives_text(pages):
    together = [page for name in STEP for page in pages[name]]
    assert len(together) >= 300
    assert sum(bool(page.text) for page in together) >= len(together) * 290 / 300


def test_rules_take_what_is_no_text(pages):
    """What rules take must not stand in the truth; datelines and credits, which move to columns, are judged apart."""
    taken = wrong = lost = size = 0
    for page in (page for name in STEP for page in pages[name]):
        truth = str(page.truth["text"])
        size += len(truth)
        for removed in page.stripped.removed if page.stripped else ():
            bad = in_truth(removed.text, truth)
            lost += bad * len(removed.text) * (removed.rule not in {"title", "dateline"})
            if not removed.rule.startswith("credit.") and removed.rule not in {"dateline", "navigation.separator"}:
                taken += 1
                wrong += bad
    print(f"lines taken {taken}, in the truth {wrong}; characters of the truth lost {lost} of {size}")
    assert taken > 300
    assert 1 - wrong / taken >= 0.93
    assert lost / size <= 0.002


def test_dates_authors_and_titles(pages):
    days = minutes = dated = authors = written = titles = titled = 0
    for page in pages["ft"]:
        meta, found = page.truth["meta"], page.extracted
        if found is None:
            continue
        if meta["date"]:
            truth = datetime.fromisoformat(meta["date"])
            aware = truth if truth.tzinfo else truth.replace(tzinfo=UTC)
            at = found.published.at
            dated += 1
            days += at is not None and truth.date() in {at.date(), at.astimezone(aware.tzinfo).date()}
            minutes += at is not None and abs((at - aware).total_seconds()) < 60
        if meta["authors"] is not None:
            written += 1
            authors += [name.casefold() for name in meta["authors"]] == [name.casefold() for name in found.authors]
        titled += 1
        titles += " ".join(meta["title"].replace("\xad", "").replace("\u200b", "").split()) == found.title
    print(f"day {days / dated:.3f} minute {minutes / dated:.3f}")
    print(f"authors {authors / written:.3f} titles {titles / titled:.3f}")
    assert days / dated >= 0.985
    assert minutes / dated >= 0.94
    assert authors / written >= 0.86
    assert titles / titled >= 0.80


def test_the_seed():
    data = (Path(DATA) / "seed" / "wion-niger.txt").read_bytes()
    found = extract(payload(data, "text"))
    assert isinstance(found, Extracted)
    stripped = strip_lines(found)
    lines = data.decode().splitlines()
    assert stripped.lines == lines[1:14]
    assert (stripped.title, stripped.dateline, stripped.credits) == ("", "Niamey", "With inputs from agencies")
    assert [removed.text for removed in stripped.removed] == [lines[0], *lines[14:]]
    assert [removed.rule for removed in stripped.removed] == [
        "dateline",
        "credit.with-inputs",
        "promo.write-for-us",
        "promo.watch-live",
    ]
