"""The columns of a table as DuckDB's SQL names them."""

from typing import Final

import pyarrow as pa

from schemas.tables import TIME

_NAMES: Final = {
    pa.string(): "VARCHAR",
    pa.binary(): "BLOB",
    pa.bool_(): "BOOLEAN",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
    pa.date32(): "DATE",
    TIME: "TIMESTAMP WITH TIME ZONE",
}


def no_rows(schema: pa.Schema, dated: bool = True) -> str:
    """Return a SELECT that has no rows, and the columns of a table; `dated`: its partition `date` too."""
    columns = [f'NULL::{_type(field.type)} AS "{field.name}"' for field in schema]
    return f"SELECT {', '.join([*columns, *(['NULL::DATE AS date'] if dated else [])])} WHERE false"


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return "STRUCT(" + ", ".join(f'"{field.name}" {_type(field.type)}' for field in kind) + ")"
    return _NAMES[kind]
