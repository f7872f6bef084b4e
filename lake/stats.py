"""Delta's statistics of a file: rows, and minimum, maximum and nulls of its simple columns.

Readers skip files by them. Long strings are cut as Delta's protocol asks: a minimum may be shorter, a maximum gets the
highest character behind the cut, so that both stay bounds.
"""

import json
import math
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

_CUT: Final = 32
_HIGHEST: Final = "\U0010ffff"


def statistics(table: pa.Table) -> str:
    """Return the statistics of a file that holds this table, as JSON."""
    low: dict[str, Any] = {}
    high: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        kind = column.type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind):
            continue
        nulls[name] = column.null_count
        bounds = pc.min_max(column).as_py()
        if bounds["min"] is None or not _bounded(bounds["min"], bounds["max"]):
            continue
        low[name], high[name] = _least(bounds["min"]), _most(bounds["max"])
    found = {"numRecords": table.num_rows, "minValues": low, "maxValues": high, "nullCount": nulls}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _bounded(least: object, most: object) -> bool:
    """Tell whether JSON can say both bounds: not for NaN and infinities."""
    return all(not isinstance(value, float) or math.isfinite(value) for value in (least, most))


def _least(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value[:_CUT] if isinstance(value, str) else value


def _most(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= _CUT else value[:_CUT] + _HIGHEST
    return _least(value)
