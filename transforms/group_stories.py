"""Tell which of a slice's articles tell a story that others have told, and which tell a new one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import apache_beam as beam
from apache_beam.pvalue import PCollection

from lake import parquet
from lake.sketches import days_between, rows_of_days
from lake.store import Store, open_store
from lake.writer import write_rows
from schemas.records import Stamp, WrittenFile
from schemas.settings import LakeSettings
from transforms.article.stories import WINDOW, Cluster, Told, tell_stories
from transforms.windows import stamp_in

#: Days of publication that are compared at a time with those around them, so that an archive takes bounded memory.
BUCKET: Final = 7
_COLUMNS: Final = ("article_id", "domain", "published_at", "fetched_at", "signature")

Row = dict[str, Any]


def story_rows(files: Sequence[WrittenFile], store: Store, stamp: Stamp) -> Iterator[tuple[date, Row]]:
    """Yield (day, row of `clusters`) for each article in some files that has no story yet; raises StoreError."""
    own = sorted((file for file in files if file.table == "articles"), key=lambda file: (file.date, file.path))
    buckets: dict[int, list[WrittenFile]] = {}
    for file in own:
        buckets.setdefault(file.date.toordinal() // BUCKET, []).append(file)
    before: dict[str, Told] = {}
    for number in sorted(buckets):
        new = {row["article_id"]: row for file in buckets[number] for row in _read(store, file)}
        days = sorted({file.date for file in buckets[number]})
        past = _past(store, days[0], days[-1])
        fresh = {name: row for name, row in new.items() if name not in past or not past[name].story_id}
        found = tell_stories(
            [_told(row) for row in fresh.values()],
            [told for name, told in (past | before).items() if told.story_id and name not in fresh],
        )
        named = {cluster.article_id: cluster for cluster in found}
        before = {name: _told(row)._replace(story_id=named[name].story_id) for name, row in fresh.items()}
        for name, row in fresh.items():
            yield _day(row), _row(row, named[name], stamp)


def _read(store: Store, file: WrittenFile) -> list[Row]:
    return [row | {"day": file.date} for row in parquet.read(store, file, _COLUMNS).to_pylist()]


def _past(store: Store, first: date, last: date) -> dict[str, Told]:
    """Return the stored articles of some days and those around them, with their stories."""
    around = timedelta(days=1, seconds=WINDOW)
    days = days_between(first - around, last + around)
    stories: dict[str, tuple[datetime, str]] = {}
    for table in rows_of_days(store, "clusters", days, ("article_id", "clustered_at", "story_id")):
        for article_id, *told in zip(*(column.to_pylist() for column in table.columns), strict=True):
            stories[article_id] = min((told[0], told[1]), stories.get(article_id, (told[0], told[1])))
    found: dict[str, Told] = {}
    for table in rows_of_days(store, "articles", days, ("article_id", "signature", "published_at", "fetched_at")):
        for article_id, signature, published, fetched in zip(
            *(each.to_pylist() for each in table.columns), strict=True
        ):
            at = (published or fetched).astimezone(UTC)
            found[article_id] = Told(
                article_id, signature or b"", at, stories[article_id][1] if article_id in stories else ""
            )
    return found


def _told(row: Row) -> Told:
    return Told(row["article_id"], row["signature"] or b"", _at(row))


def _at(row: Row) -> datetime:
    at: datetime = row["published_at"] or row["fetched_at"]
    return at.astimezone(UTC)


def _day(row: Row) -> date:
    day: date = row["day"]
    return day


def _row(row: Row, cluster: Cluster, stamp: Stamp) -> Row:
    return {
        "article_id": cluster.article_id,
        "story_id": cluster.story_id,
        "matched_id": cluster.matched_id,
        "containment": cluster.containment,
        "domain": row["domain"],
        "published_at": _at(row),
        "clustered_at": stamp.started_at,
        "run_id": stamp.run_id,
    }


def add_stories(
    files: list[WrittenFile], lake: LakeSettings, stamp: Stamp, window: Any = beam.DoFn.WindowParam
) -> list[WrittenFile]:
    """Write the stories of the files' articles to `clusters`; return them and the files of that."""
    stamp = stamp_in(stamp, window)
    store = open_store(lake)
    rows = (("clusters", day, row) for day, row in story_rows(files, store, stamp))
    return files + write_rows(store, stamp.run_id, rows)


@dataclass
class GroupStories(beam.PTransform):
    """Group the articles in written files (a list of `WrittenFile`) with those that tell the same story.

    Gives the list with the files of `clusters` added; they count with the same commit.

    Args:
        lake: where the articles are.
        stamp: the run's.

    """

    lake: LakeSettings
    stamp: Stamp

    def expand(self, files: PCollection[list[WrittenFile]]) -> PCollection[list[WrittenFile]]:
        """Apply `add_stories` to the files of the slice."""
        return files | "Group stories" >> beam.Map(add_stories, self.lake, self.stamp)
