"""The statements of a query: cut apart, guarded, run one by one, and what is wrong with one said in a line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from schemas.errors import SettingsError, StoreError

_INTO: Final = re.compile(r"\b(?:TO|DATABASE)\s+'((?:[^']|'')*)'", re.IGNORECASE)
_WRITES: Final = (
    duckdb.StatementType.INSERT,
    duckdb.StatementType.UPDATE,
    duckdb.StatementType.DELETE,
    duckdb.StatementType.MERGE_INTO,
    duckdb.StatementType.ALTER,
    duckdb.StatementType.DROP,
)


class Statement(NamedTuple):
    """One statement of a query."""

    sql: str
    kind: duckdb.StatementType
    has_rows: bool  # it answers with rows
    lines_before: int  # of the query
    place: str  # what the query is called


def statements(connection: duckdb.DuckDBPyConnection, text: str, place: str) -> list[Statement]:
    """Cut a query into its statements; raises SettingsError where there is none, or where it is no SQL."""
    try:
        found = connection.extract_statements(text)
    except duckdb.Error as error:
        raise SettingsError(_said(str(error), place, 0, text)) from error
    if not found:
        raise SettingsError("there is no query; write it after `newsbeam sql`, or give it by --file or standard input")
    cut, at = [], 0
    for one in found:
        begins = text.find(one.query, at)
        at = begins + len(one.query) if begins >= 0 else at
        has_rows = one.expected_result_type == [duckdb.ExpectedResultType.QUERY_RESULT]
        cut.append(Statement(one.query, one.type, has_rows, text.count("\n", 0, max(begins, 0)), place))
    return cut


def answers(
    connection: duckdb.DuckDBPyConnection, cut: list[Statement], lake: str
) -> Iterator[tuple[Statement, duckdb.DuckDBPyRelation]]:
    """Run the statements and yield (statement, rows) of each that answers; the rows are read as they are asked for.

    Raises:
        SettingsError: one line that says which statement is wrong, where, and why.

    """
    for one in cut:
        if one.kind in (duckdb.StatementType.COPY, duckdb.StatementType.EXPORT):
            _guard(one.sql, lake)
        try:
            rows = connection.sql(one.sql)
        except duckdb.Error as error:
            raise failed(connection, one, error, lake) from error
        if rows is not None:
            yield one, rows


def failed(connection: duckdb.DuckDBPyConnection, one: Statement, error: duckdb.Error, lake: str) -> Exception:
    """Return the error to raise for a statement that failed: a StoreError where the lake could not be read."""
    message = str(error)
    if isinstance(error, duckdb.IOException) and lake in message:
        return StoreError(_said(message, one.place, one.lines_before, one.sql))
    if one.kind in _WRITES and re.search("base table|is not an table|of type View", message):
        return SettingsError("the lake is only read here: `newsbeam ingest`, `replay` and `forget` change it")
    if one.has_rows and "LINE " not in message:
        try:
            connection.execute("EXPLAIN\n" + one.sql)  # names the place, which a relation's error does not
        except duckdb.Error as again:
            return SettingsError(_said(str(again), one.place, one.lines_before - 1, "\n" + one.sql))
    return SettingsError(_said(message, one.place, one.lines_before, one.sql))


def _said(message: str, place: str, lines_before: int, text: str) -> str:
    """Return one line of an error of DuckDB: where, at which words, what."""
    head, _, pointer = message.partition("Stack Trace")[0].partition("\n\nLINE ")
    what = " ".join(re.sub(r"^(?:\w+ )*Error: ", "", head).split())
    found = re.match(r"(\d+): (.*)\n( *)\^", pointer)
    number = int(found[1]) if found else 0
    lines = text.split("\n")
    if not found or number > len(lines) or found[2].strip(".")[:20] not in lines[number - 1]:
        return f"{place} failed: {what}"
    words = found[2][len(found[3]) - len(found[1]) - len("LINE : ") :].strip()
    at = f" at `{words[:40]}`" if words else ""
    return f"{place} failed in line {lines_before + number}{at}: {what}"


def _guard(sql: str, lake: str) -> None:
    """Refuse to write among the files of the lake."""
    for target in _INTO.findall(sql):
        if _is_in(target.replace("''", "'"), lake):
            raise SettingsError(f"{target} is in the lake, which is only read here: write to another place")


def _is_in(target: str, lake: str) -> bool:
    if "://" in target or "://" in lake:
        return f"{target}/".startswith(lake.rstrip("/") + "/")
    return Path(target).expanduser().resolve().is_relative_to(Path(lake).resolve())
