"""Which rows and pages a request to erase means: by ids, and by addresses."""

from collections.abc import Callable, Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lake import parquet
from lake.store import Store

#: Columns that name an article or a reference, by table.
IDS: Final[dict[str, tuple[str, ...]]] = {
    "articles": ("article_id",),
    "mentions": ("article_id",),
    "outcomes": ("reference_id", "article_id"),
    "dead_letters": ("reference_id", "article_id"),
    "sightings": ("article_id",),
    "clusters": ("article_id",),
}

#: Columns that hold an address of the article itself; what it calls canonical may be somebody else's.
ADDRESSES: Final[dict[str, tuple[str, ...]]] = {
    "outcomes": ("url", "source_uri"),
    "articles": ("url", "final_url"),
    "dead_letters": ("url", "source_uri"),
    "sightings": ("link",),
}

#: Tells whether an address is meant.
IsMeant = Callable[[str], bool]


class Meant:
    """Ids of articles and references, and addresses; the ids grow as rows are found that tie them together."""

    def __init__(self, ids: Iterable[str], is_meant: IsMeant) -> None:
        self.ids = set(ids)
        self._is_meant = is_meant
        self._told: dict[str, bool] = {}

    def address(self, url: str) -> bool:
        """Tell whether an address is meant."""
        if url not in self._told:
            self._told[url] = self._is_meant(url)
        return self._told[url]

    def mask(self, table: str, rows: pa.Table) -> pa.Array:
        """Tell which rows of a table are meant, by the columns of `columns_of`."""
        found = (
            pa.chunked_array([pa.repeat(False, rows.num_rows)]) if rows.num_rows else pa.chunked_array([], pa.bool_())
        )
        ids = pa.array(sorted(self.ids), pa.string())
        for name in IDS.get(table, ()):
            found = pc.or_(found, pc.is_in(rows[name], ids))
        for name in ADDRESSES.get(table, ()):
            urls = pa.array(
                sorted(url for url in pc.unique(rows[name]).to_pylist() if url and self.address(url)), pa.string()
            )
            found = pc.or_(found, pc.is_in(rows[name], urls))
        return found

    def learn(self, table: str, rows: pa.Table) -> bool:
        """Take in the ids and own addresses of the rows that are meant; tell whether there were new ids.

        Where a page led to is no own address: many may lead to the same.
        """
        before = len(self.ids)
        meant = rows.filter(self.mask(table, rows))
        self._told |= {url: True for url in pc.unique(meant["url"]).to_pylist() if url}
        for name in IDS[table]:
            self.ids.update(meant[name].to_pylist())
        return len(self.ids) > before


def columns_of(table: str) -> tuple[str, ...]:
    """Return the columns by which rows of a table are meant."""
    return (*IDS[table], *ADDRESSES.get(table, ()))


def learn_all(store: Store, meant: Meant, paths: Iterable[str]) -> None:
    """Find the ids that belong to what is meant, in the outcomes and articles of some files; raises StoreError.

    A link and the page it led to have names of their own, which their line in the ledger ties together.
    """
    by_table: dict[str, list[str]] = {}
    for path in paths:
        by_table.setdefault(path.partition("/")[0], []).append(path)
    loaded = [
        (table, rows)
        for table in ("outcomes", "articles", "dead_letters")
        for rows in parquet.read_all(store, by_table.get(table, ()), _with_revision(table))
    ]
    for table, rows in loaded:
        if table == "articles":  # an id may be that of a revision
            named = rows.filter(pc.is_in(rows["revision_id"], pa.array(sorted(meant.ids), pa.string())))
            meant.ids.update(named["article_id"].to_pylist())
    while any([meant.learn(table, rows) for table, rows in loaded]):
        pass


def _with_revision(table: str) -> tuple[str, ...]:
    return (*columns_of(table), "revision_id") if table == "articles" else columns_of(table)
