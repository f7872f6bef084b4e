"""Scores of extracted texts and metadata against the truth; `benchmarks.text` prints them, the text gate pins them."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from schemas.records import Removed
from transforms.article.extract import Extracted

SCRIPT = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f\uff66-\uff9d"
WORDS = re.compile(r"\w+")
CHARACTERS = re.compile(f"[{SCRIPT}]|[^\\W{SCRIPT}]+")
#: Rules whose lines move to a column of their own, or hold no letter: they count neither as right nor as wrong.
MOVED = frozenset({"dateline", "dateline.prefix", "navigation.separator"})

Shingles = Counter[tuple[str, ...]]


class Score(NamedTuple):
    """How texts compare with the truth over their shingles; shares from 0 to 1."""

    f1: float  # harmonic mean of the two means below
    precision: float
    recall: float
    empty: int  # documents without text


class LineScore(NamedTuple):
    """What rules took."""

    taken: int  # lines
    precision: float  # share of them that do not stand in the truth
    lost: float  # share of the truth's characters that was taken


class MetaScore(NamedTuple):
    """Shares of the pages that say it: date to the day, to the minute, with its time zone; authors and title exact."""

    day: float
    minute: float
    zone: float
    authors: float
    titles: float


def by_character(text: str) -> bool:
    """Tell whether a text is in a script without spaces."""
    return len(re.findall(f"[{SCRIPT}]", text)) > 0.2 * max(1, len(text))


def shingles(text: str, characters: bool) -> Shingles:
    """Count the 4-grams of a text's words, or of its characters in scripts without spaces."""
    tokens = (CHARACTERS if characters else WORDS).findall(text)
    return Counter(tuple(tokens[start : start + 4]) for start in range(max(1, len(tokens) - 3)) if tokens)


def score_texts(pairs: Iterable[tuple[str, str]]) -> Score:
    """Score pairs of true and found text as published comparisons do: means over documents of precision and recall."""
    precisions, recalls = [], []
    empty = 0
    for truth, found in pairs:
        characters = by_character(truth)
        want, have = shingles(truth, characters), shingles(found, characters)
        common = (want & have).total()
        empty += not have
        precisions += [common / have.total()] if have else []
        recalls += [common / want.total()] if want else []
    precision, recall = _mean(precisions), _mean(recalls)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(round(f1, 4), round(precision, 4), round(recall, 4), empty)


def in_truth(line: str, truth: str) -> bool:
    """Tell whether more than half of a line's shingles stand in the true text."""
    characters = by_character(truth)
    have, want = shingles(line, characters), shingles(truth, characters)
    if sum(map(len, have)) < 4:
        return line in truth
    return (have & want).total() > have.total() / 2


def score_lines(pages: Iterable[tuple[str, Iterable[Removed]]], kind: str = "") -> LineScore:
    """Score the lines that were taken out of pages, given with their true texts; `kind` starts the rules' names.

    Truths differ on headlines and credits, which move to columns: headlines count only among the lines, credits only
    among the characters that were lost.
    """
    taken = wrong = lost = size = 0
    for truth, removed in pages:
        size += len(truth)
        for line in removed:
            if line.rule in MOVED or not line.rule.startswith(kind):
                continue
            bad = in_truth(line.text, truth)
            lost += bad * len(line.text) * (line.rule != "title")
            taken += not line.rule.startswith("credit.")
            wrong += bad and not line.rule.startswith("credit.")
    return LineScore(taken, round(1 - wrong / max(1, taken), 4), round(lost / max(1, size), 5))


def score_metadata(pages: Iterable[tuple[dict[str, Any], Extracted]]) -> MetaScore:
    """Score what pages say of themselves against `meta` of their truth: title, authors, date with its offset."""
    shares: dict[str, list[bool]] = {name: [] for name in MetaScore._fields}
    for meta, found in pages:
        if meta["date"]:
            _judge_date(datetime.fromisoformat(meta["date"]), found, shares)
        if meta["authors"] is not None:
            names = [name.casefold() for name in meta["authors"]]
            shares["authors"].append(names == [name.casefold() for name in found.authors])
        title = " ".join(meta["title"].replace("\xad", "").replace("\u200b", "").split())
        shares["titles"].append(title == found.title)
    return MetaScore(*(round(_mean(values), 4) for values in shares.values()))


def _judge_date(truth: datetime, found: Extracted, shares: dict[str, list[bool]]) -> None:
    """Judge a date; one without an offset tells nothing of the time zone, and is taken to be in UTC."""
    aware = truth if truth.tzinfo else truth.replace(tzinfo=UTC)
    at = found.published.at
    shares["day"].append(at is not None and truth.date() in {at.date(), at.astimezone(aware.tzinfo).date()})
    shares["minute"].append(at is not None and abs((at - aware).total_seconds()) < 60)
    offset = truth.utcoffset()
    if offset is not None:
        shares["zone"].append(found.published.offset == offset.total_seconds() / 60)


def _mean(values: list[float] | list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
