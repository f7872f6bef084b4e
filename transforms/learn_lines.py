"""Learn from the articles of a slice which lines recur at their publishers and are no part of any article."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection

from lake import parquet
from lake.lines import LineState, line_row, line_states
from lake.sketches import days_between, of_publishers, rows_of_days
from lake.store import Store, open_store
from lake.writer import write_rows
from schemas.records import Removed, Stamp, WrittenFile
from schemas.settings import LakeSettings
from transforms.article.learn import LearnedLine, LineSketch, learn_lines
from transforms.article.line_hash import line_hash, line_id
from transforms.article.lines import join_again
from transforms.windows import stamp_in

LATEST: Final = 200  # articles of a publisher that teach, the latest
DAYS: Final = 60  # before the newest article of a slice, within which its teachers were published
_COLUMNS: Final = ("article_id", "domain", "source", "published_at", "fetched_at", "line_hashes")
_TEXT: Final = ("text", "removed")

Row = dict[str, Any]


class Taught(NamedTuple):
    """What the articles of one publisher say: their sketches, and the words of the lines that are new."""

    publisher: str
    sketches: list[LineSketch]
    lines: dict[bytes, str]


def learned_states(taught: Taught, before: dict[bytes, LineState]) -> list[LineState]:
    """Return the lines of a publisher whose state changes; what its owner has added or forgotten stays as it is.

    `before`: by hash, what is known of its lines, and of those of every publisher.
    """
    changed = []
    for found in learn_lines(taught.sketches, {hashed: state.status for hashed, state in before.items()}):
        stood = before.get(found.line_hash)
        line = taught.lines.get(found.line_hash) or (stood.line if stood else "")
        if line and (stood is None or stood.status != found.status):
            changed.append(_state(taught.publisher, line, found))
    return changed


def _state(publisher: str, line: str, found: LearnedLine) -> LineState:
    return LineState(
        line_id(publisher, found.line_hash), publisher, found.line_hash, line, found.status, found.articles
    )


def learn_from(files: Sequence[WrittenFile], store: Store) -> list[LineState]:
    """Return what the articles in some files, and those stored before them, teach about lines; raises StoreError."""
    own = [file for file in files if file.table == "articles"]
    if not own:
        return []
    new = _by_publisher(row for file in own for row in parquet.read(store, file, (*_COLUMNS, *_TEXT)).to_pylist())
    past = _past(store, {file.date for file in own}, new.keys())
    known: dict[str, dict[bytes, LineState]] = {}
    for state in line_states(store).values():
        known.setdefault(state.publisher, {})[state.line_hash] = state
    states = []
    for publisher in sorted(new):
        before = known.get("", {}) | known.get(publisher, {})
        states += learned_states(_taught(publisher, [*past.get(publisher, ()), *new[publisher]]), before)
    return states


def _by_publisher(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group rows by whose lines they hold, those of nobody left out."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        publisher = row["domain"] or row["source"]
        if publisher:
            found.setdefault(publisher, []).append(row)
    return found


def _past(store: Store, days: set[date], publishers: Iterable[str]) -> dict[str, list[Row]]:
    wanted = days | set(days_between(max(days) - timedelta(DAYS), max(days)))
    tables = rows_of_days(store, "articles", wanted, _COLUMNS)
    return _by_publisher(row for table in tables for row in of_publishers(table, publishers).to_pylist())


def _taught(publisher: str, articles: Iterable[Row]) -> Taught:
    rows: dict[str, Row] = {}
    lines: dict[bytes, str] = {}
    for row in articles:
        rows[row["article_id"]] = row
        if "text" in row:
            removed = [Removed(**line) for line in row["removed"]]
            lines |= {line_hash(line): line for line in join_again(row["text"].split("\n"), removed)}
    latest = sorted(rows.values(), key=lambda row: (row["published_at"] or row["fetched_at"], row["article_id"]))
    return Taught(publisher, [_sketch(row) for row in latest[-LATEST:]], lines)


def _sketch(row: Row) -> LineSketch:
    return LineSketch(row["article_id"], row["line_hashes"] or b"")


def add_lines(
    files: list[WrittenFile], lake: LakeSettings, stamp: Stamp, window: Any = beam.DoFn.WindowParam
) -> list[WrittenFile]:
    """Write what the files teach to `lines`; return them and the files of that."""
    stamp = stamp_in(stamp, window)
    store = open_store(lake)
    day = stamp.started_at.date()
    states = learn_from(files, store)
    Metrics.counter("newsbeam", "learned").inc(sum(state.status == "learned" for state in states))
    rows = (("lines", day, line_row(state, stamp.started_at, stamp.run_id)) for state in states)
    return files + write_rows(store, stamp.run_id, rows)


@dataclass
class LearnLines(beam.PTransform):
    """Learn boilerplate lines from the articles in written files (a list of `WrittenFile`), for the next run.

    Gives the list with the files of `lines` added; they count with the same commit.

    Args:
        lake: where the articles are.
        stamp: the run's.

    """

    lake: LakeSettings
    stamp: Stamp

    def expand(self, files: PCollection[list[WrittenFile]]) -> PCollection[list[WrittenFile]]:
        """Apply `add_lines` to the files of the slice."""
        return files | "Learn lines" >> beam.Map(add_lines, self.lake, self.stamp)
