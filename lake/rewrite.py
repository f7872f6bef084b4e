"""Which rows of a run must give way because another run, or the run itself, has stored the same before.

Pure decisions over the key columns of the run's own files; `lake.commit` reads and writes.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import pyarrow as pa

from schemas.outcomes import DUPLICATE, KNOWN, STORED, UNCHANGED

ANOTHER: Final = "stored by another run"
TWICE: Final = "the same text came twice"

#: Outcomes that say already that nothing was stored.
_SETTLED: Final = frozenset({DUPLICATE, KNOWN, UNCHANGED})


class Taken(NamedTuple):
    """What others have committed since the run last looked."""

    references: set[str]
    revisions: set[str]
    sightings: set[str]

    def update(self, other: "Taken") -> None:
        """Take more."""
        self.references.update(other.references)
        self.revisions.update(other.revisions)
        self.sightings.update(other.sightings)


class Verdict(NamedTuple):
    """What the outcomes of a run say about its rows."""

    losers: dict[tuple[int, int], str]  # (file, row) of outcomes that become `duplicate`, with the reason
    kept: dict[str, str]  # revisions that stay stored, each with the source_uri of the one row that says so
    gone: set[str]  # revisions of which no row may stay
    stored: int  # rows of articles that the outcomes speak of, before the verdict


class Rows(NamedTuple):
    """Which article rows stay: `keep[file]` is a mask; `days[revision]` is the partition of one that had a twin."""

    keep: list[pa.Array]
    days: dict[str, date]


def judge(outcomes: Sequence[pa.Table], taken: Taken) -> Verdict:
    """Decide which of a run's outcomes give way; of equal revisions the first by source_uri and reference_id stays."""
    losers: dict[tuple[int, int], str] = {}
    kept: dict[str, str] = {}
    lost: set[str] = set(taken.revisions)
    stored = 0
    for source, reference, file, row, revision, outcome in _in_order(outcomes):
        stored += outcome == STORED
        if reference in taken.references or revision in taken.revisions:
            losers[file, row] = ANOTHER
            lost.update([revision] if revision else [])
        elif outcome == STORED and revision:
            if revision in kept:
                losers[file, row] = TWICE
            kept.setdefault(revision, source)
    return Verdict(losers, kept, lost - kept.keys(), stored)


def _in_order(outcomes: Sequence[pa.Table]) -> list[tuple[str, str, int, int, str | None, str]]:
    return sorted(
        (row["source_uri"], row["reference_id"], file, number, row["revision_id"], row["outcome"])
        for file, table in enumerate(outcomes)
        for number, row in enumerate(table.select(["source_uri", "reference_id", "revision_id", "outcome"]).to_pylist())
        if row["outcome"] not in _SETTLED
    )


def turn(outcomes: pa.Table, file: int, verdict: Verdict, taken: Taken) -> pa.Table:
    """Return the outcomes of one file with the losers turned to `duplicate`."""
    rows = outcomes.to_pylist()
    for (number, row), reason in verdict.losers.items():
        if number == file:
            named = rows[row]["revision_id"] in taken.revisions or rows[row]["revision_id"] in verdict.kept
            rows[row] |= {"outcome": DUPLICATE, "reason": reason}
            rows[row] |= {"word_count": 0, "mention_count": 0, "removed_count": 0}
            rows[row]["revision_id"] = rows[row]["revision_id"] if named else None
    return pa.Table.from_pylist(rows, schema=outcomes.schema)


def choose(articles: Sequence[tuple[date, pa.Table]], verdict: Verdict) -> Rows:
    """Choose one row for each revision that is not gone, the one the kept outcome speaks of where there are several.

    `articles` are day and columns revision_id, source_uri of each file.
    """
    chosen: dict[str, tuple[int, int]] = {}
    count: Counter[str] = Counter()
    named: set[str] = set()
    columns = [(table["revision_id"].to_pylist(), table["source_uri"].to_pylist()) for _, table in articles]
    for file, (revisions, sources) in enumerate(columns):
        for row, (revision, source) in enumerate(zip(revisions, sources, strict=True)):
            count[revision] += 1
            if revision not in named and verdict.kept.get(revision) == source:
                named.add(revision)
                chosen[revision] = (file, row)
            chosen.setdefault(revision, (file, row))
    keep = [
        pa.array([rev not in verdict.gone and chosen[rev] == (file, row) for row, rev in enumerate(revs)], pa.bool_())
        for file, (revs, _) in enumerate(columns)
    ]
    return Rows(keep, {rev: articles[chosen[rev][0]][0] for rev, times in count.items() if times > 1})


def keep_mentions(mentions: Sequence[tuple[date, pa.Table]], verdict: Verdict, rows: Rows) -> list[pa.Array]:
    """Return a mask for each file: nothing of a revision that is gone; of one with a twin each place once."""
    seen: set[tuple[str, int, int, str]] = set()
    masks: list[pa.Array] = []
    for day, table in mentions:
        keep: list[bool] = []
        for mention in zip(
            *(table[name].to_pylist() for name in ("revision_id", "start", "end", "label")), strict=True
        ):
            revision = mention[0]
            stays = revision not in verdict.gone
            if stays and revision in rows.days:
                stays = rows.days[revision] == day and mention not in seen
                seen.update([mention] if stays else [])
            keep.append(stays)
        masks.append(pa.array(keep, pa.bool_()))
    return masks
