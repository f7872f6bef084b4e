"""Turn the rows of a query into text inside of DuckDB: lines of JSON or CSV, or the cells of a table.

In JSON and CSV, times are ISO 8601 (with `Z` where they are UTC), dates ISO, bytes base64, and a number that is none
(NaN, infinite) is null, as JSON has no word for it. In CSV, what is nested is JSON; an empty text is `""`, a null is
nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import duckdb
import pyarrow as pa

_ROWS: Final = 2_048  # at a time
_LONGEST: Final = 20_000  # characters of a value that are shown to a person
_NUMBERS: Final = ("tinyint", "smallint", "integer", "bigint", "hugeint", "float", "double", "decimal")
_TIMES: Final = ("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns")
_NESTED: Final = ("list", "array", "struct", "map", "union")


class Shown(NamedTuple):
    """Rows as a person reads them."""

    numeric: list[bool]  # by column
    rows: list[tuple[str | None, ...]]


class Lines(NamedTuple):
    """Some rows in lines, the last one without its end."""

    text: bytes
    rows: int


def json_lines(rows: duckdb.DuckDBPyRelation) -> Iterator[Lines]:
    """Yield the rows in pieces: a JSON object a row, a row a line."""
    pairs = (
        f"{quoted(name)}, {_json(kind, f'c{number}')}"
        for number, (name, kind) in enumerate(zip(_unique(rows.columns), rows.types, strict=True))
    )
    yield from _lines(rows, f"json_object({', '.join(pairs)})::VARCHAR")


def csv_lines(rows: duckdb.DuckDBPyRelation) -> Iterator[Lines]:
    """Yield the head, then the rows in pieces."""
    yield Lines(",".join(_head(name) for name in rows.columns).encode(), 0)
    cells = [_csv(kind, f"c{number}") for number, kind in enumerate(rows.types)]
    if len(cells) == 1:
        cells = [f"""coalesce(nullif({cells[0]}, ''), '""')"""]  # readers skip an empty line
    yield from _lines(rows, f"concat_ws(',', {', '.join(cells)})")


def shown(rows: duckdb.DuckDBPyRelation) -> Shown:
    """Read all rows, to be asked for few; what is nested is JSON."""
    cells = (_shown(kind, f"c{number}") for number, kind in enumerate(rows.types))
    return Shown([_name(kind) in _NUMBERS for kind in rows.types], _query(rows, ", ".join(cells)).fetchall())


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _unique(names: Sequence[str]) -> list[str]:
    """Give the names of columns that occur again a number: `a`, `a_1`."""
    found: dict[str, None] = {}
    for name in names:
        free, number = name, 0
        while free in found:
            number += 1
            free = f"{name}_{number}"
        found[free] = None
    return list(found)


def _query(rows: duckdb.DuckDBPyRelation, what: str) -> duckdb.DuckDBPyRelation:
    """Select from rows whose columns are called c0, c1, …, as their own names may come twice."""
    names = ", ".join(f"c{number}" for number in range(len(rows.columns)))
    return rows.query("rows_of_the_query", f"SELECT {what} FROM rows_of_the_query AS r({names})")


def _lines(rows: duckdb.DuckDBPyRelation, line: str) -> Iterator[Lines]:
    for batch in _query(rows, line).to_arrow_reader(_ROWS):
        if batch.num_rows:
            yield Lines(b"\n".join(batch.column(0).cast(pa.binary()).to_pylist()), batch.num_rows)


def _shown(kind: Any, value: str) -> str:
    text = f"to_json({_json(kind, value)})" if _name(kind) in _NESTED else value
    return f"left({text}::VARCHAR, {_LONGEST})"


def _csv(kind: Any, value: str) -> str:
    """Return the expression for a cell, quoted where it must be."""
    name = _name(kind)
    text = f"{f'to_json({_json(kind, value)})' if name in _NESTED else _json(kind, value)}::VARCHAR"
    if name not in (*_NESTED, "varchar", "enum"):
        return f"coalesce({text}, '')"
    marked = f"""'"' || replace({text}, '"', '""') || '"'"""
    return (
        f"""coalesce(CASE WHEN {text} = '' OR regexp_matches({text}, '[",\\r\\n]') THEN {marked} ELSE {text} END, '')"""
    )


def _head(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(char in name for char in '",\r\n') else name


def _json(kind: Any, value: str, depth: int = 0) -> str:
    """Return the expression for a value that `to_json` then writes as it should be."""
    name = _name(kind)
    if name in _NESTED:
        return _nested(name, kind, value, depth)
    if name == "timestamp with time zone":
        return f"replace(({value} AT TIME ZONE 'UTC')::VARCHAR, ' ', 'T') || 'Z'"
    if name in _TIMES:
        return f"replace({value}::VARCHAR, ' ', 'T')"
    if name == "blob":
        return f"base64({value})"
    if name in ("float", "double"):
        shortest = f"{value}::VARCHAR::DOUBLE" if name == "float" else value  # 0.1, not 0.10000000149011612
        return f"CASE WHEN isfinite({value}) THEN {shortest} END"
    return value


def _nested(name: str, kind: Any, value: str, depth: int) -> str:
    if name == "union" or not _has_special(kind):
        return value
    inner = f"x{depth}"
    if name in ("list", "array"):
        return f"list_transform({value}, lambda {inner}: {_json(kind.children[0][1], inner, depth + 1)})"
    if name == "map":
        item = _json(dict(kind.children)["value"], f"{inner}.value", depth + 1)
        return f"map_from_entries(list_transform(map_entries({value}), lambda {inner}: ({inner}.key, {item})))"
    fields = (f"{_named(key)} := {_json(child, f'{value}.{_named(key)}', depth + 1)}" for key, child in kind.children)
    return f"CASE WHEN {value} IS NOT NULL THEN struct_pack({', '.join(fields)}) END"


def _has_special(kind: Any) -> bool:
    """Tell whether there is a type inside that `_json` changes."""
    inside = [child for key, child in kind.children if key != "size"]
    return any(_has_special(one) if _name(one) in _NESTED else _json(one, "x") != "x" for one in inside)


def _name(kind: Any) -> str:
    return str(kind.id)


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
