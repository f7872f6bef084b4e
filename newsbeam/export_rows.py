"""What an export holds: the rows of a query between two days, with the text of publishers or without it."""

from datetime import date
from typing import Any, Final

import duckdb

from newsbeam.statements import answers, statements
from schemas.errors import SettingsError
from schemas.tables import ARTICLES, MENTIONS

#: Columns that are the text of publishers or part of it.
TEXTS: Final = ("text", "description", "removed")

#: Columns that are of use in this lake alone.
PLACES: Final = ("raw_path", "raw_offset")

#: Columns that may go anywhere, of what can hold text at all.
_SHARED: Final = frozenset([*ARTICLES.names, *MENTIONS.names]) - {*TEXTS, *PLACES}
_NO_TEXT: Final = (
    "boolean",
    "tinyint",
    "smallint",
    "integer",
    "bigint",
    "hugeint",
    "float",
    "double",
    "decimal",
    "date",
)

#: A path of this machine says nothing to others, and more than they need to know.
_ADDRESS: Final = "CASE WHEN regexp_matches(source_uri, '^https?://') THEN source_uri END AS source_uri"


def export_rows(
    connection: duckdb.DuckDBPyConnection, query: str, days: tuple[date | None, date | None], with_text: bool
) -> duckdb.DuckDBPyRelation:
    """Return the rows of a query, which are read as they are asked for.

    Args:
        connection: to the lake.
        query: one statement that answers, after others that do not.
        days: the first and the last UTC day of the column `date`, both included; None does not bound.
        with_text: without it the text of publishers is left out, see `TEXTS`.

    Raises:
        SettingsError: the query is wrong, has no column `date` to bound, or has one that may hold text.

    """
    found = [rows for one, rows in answers(connection, statements(connection, query, "the query"), "") if one.has_rows]
    if len(found) != 1:
        raise SettingsError(f"an export holds the rows of one query, and {len(found)} of the statements answer")
    rows = _between(found[0], *days)
    return rows if with_text else _without_text(rows)


def _between(rows: duckdb.DuckDBPyRelation, since: date | None, until: date | None) -> duckdb.DuckDBPyRelation:
    bounds = [f"date::DATE {sign} DATE '{day}'" for sign, day in ((">=", since), ("<=", until)) if day]
    if bounds and "date" not in rows.columns:
        raise SettingsError("--since and --until bound the column `date`, which the query does not give")
    return rows.filter(" AND ".join(bounds)) if bounds else rows


def _without_text(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    kept = []
    for name, kind in zip(rows.columns, rows.types, strict=True):
        if name in (*TEXTS, *PLACES):
            continue
        if name not in _SHARED and not _is_textless(kind):
            raise SettingsError(
                f"--no-text: `{name}` may hold text of publishers; name columns of `articles` or `mentions` only"
            )
        column = '"' + name.replace('"', '""') + '"'
        kept.append(_ADDRESS if name == "source_uri" else column)
    if not kept:
        raise SettingsError("--no-text leaves no column of the query")
    return rows.project(", ".join(kept))


def _is_textless(kind: Any) -> bool:
    return str(kind.id) in _NO_TEXT or str(kind.id).startswith("timestamp")
