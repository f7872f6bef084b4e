"""The files of a run on their way to the log, with what must give way taken out of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lake import parquet, rewrite
from lake.rewrite import Taken
from lake.store import Store
from schemas.records import WrittenFile

#: Tables whose rows a commit counts.
COUNTED: Final = ("articles", "mentions", "dead_letters", "sightings", "feed_fetches")


class Draft:
    """The files of one commit; `replaced` are paths that other files, or none, stand for."""

    def __init__(self, store: Store, run_id: str, files: Sequence[WrittenFile]) -> None:
        self.store = store
        self.run_id = run_id
        self.wanted = list(files)
        self.files = list(files)
        self.replaced: set[str] = set()
        self._outcomes = {file.path: parquet.read(store, file) for file in self._of("outcomes")}

    def counts(self) -> dict[str, Any]:
        """Return rows by table, lines removed, and outcomes by word."""
        words: Counter[str] = Counter()
        removed = 0
        for table in self._outcomes.values():
            words.update(table["outcome"].to_pylist())
            removed += pc.sum(table["removed_count"]).as_py() or 0
        rows = {name: sum(file.rows for file in self._of(name)) for name in COUNTED}
        return {**rows, "removed": removed, "outcomes": dict(sorted(words.items()))}

    def made_with(self) -> tuple[str, ...]:
        """Return the extractors and taggers of the articles, each with its version."""
        columns = ("extractor", "extractor_version", "tagger", "tagger_version")
        found: set[str] = set()
        for file in self._of("articles"):
            rows = parquet.read(self.store, file, columns).group_by(list(columns)).aggregate([]).to_pylist()
            found |= {f"{row[of]} {row[f'{of}_version']}" for row in rows for of in ("extractor", "tagger")}
        return tuple(sorted(found))

    def give_way(self, taken: Taken) -> None:
        """Take out what others have stored, and what this very run has stored twice; rewrite only files it is in."""
        outcomes = self._of("outcomes")
        verdict = rewrite.judge([self._outcomes[file.path] for file in outcomes], taken)
        articles = self._of("articles")
        if verdict.losers or verdict.stored != sum(file.rows for file in articles):
            self._drop_articles(articles, verdict)
        for number in sorted({file for file, _ in verdict.losers}):
            old = outcomes[number]
            self._replace(old, rewrite.turn(self._outcomes[old.path], number, verdict, taken))
        if taken.references:
            self._drop("dead_letters", "reference_id", taken.references)
        if taken.sightings:
            self._drop("sightings", "sighting_id", taken.sightings)

    def _drop_articles(self, articles: Sequence[WrittenFile], verdict: rewrite.Verdict) -> None:
        rows = rewrite.choose(self._keys(articles, ("revision_id", "source_uri")), verdict)
        mentions = self._of("mentions")
        columns = ("revision_id", "start", "end", "label")
        masks = rewrite.keep_mentions(self._keys(mentions, columns), verdict, rows)
        for file, mask in zip([*articles, *mentions], [*rows.keep, *masks], strict=True):
            self._filter(file, mask)

    def _drop(self, table: str, column: str, taken: set[str]) -> None:
        for file in self._of(table):
            keys = parquet.read(self.store, file, (column,))[column].to_pylist()
            self._filter(file, pa.array([key not in taken for key in keys], pa.bool_()))

    def _keys(self, files: Sequence[WrittenFile], columns: Sequence[str]) -> list[tuple[date, pa.Table]]:
        return [(file.date, parquet.read(self.store, file, columns)) for file in files]

    def _filter(self, file: WrittenFile, mask: pa.Array) -> None:
        if not pc.all(mask).as_py():
            self._replace(file, parquet.read(self.store, file).filter(mask))

    def _replace(self, old: WrittenFile, rows: pa.Table) -> None:
        self.files.remove(old)
        self.replaced.add(old.path)
        self._outcomes.pop(old.path, None)
        if rows.num_rows:
            rows = parquet.in_order(old.table, rows)
            new = parquet.write(self.store, old.table, old.date, rows, self.run_id)
            self.files += [new] if new not in self.files else []
            if new.table == "outcomes":
                self._outcomes[new.path] = rows

    def _of(self, table: str) -> list[WrittenFile]:
        return sorted(file for file in self.files if file.table == table)
