"""What versions of the code and of a lake may do with one another: columns may come, and nothing else may change.

A lake says in `runs` which version of the tables its writers had. An older code does not write to a newer lake; a
newer one gives an older lake's tables the columns they lack, members of structs among them, and reads null in their
place.
"""

from typing import Any

import pyarrow as pa
from deltalake import CommitProperties
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import CommitFailedError

from lake import delta
from lake.delta import Snapshot
from schemas.errors import SettingsError
from schemas.tables import SCHEMA_VERSION


def check_version(log_table: Snapshot | None) -> None:
    """Refuse a lake that a newer version has written to.

    Raises:
        SettingsError: it has.

    """
    if log_table is None:
        return
    actions = log_table.actions()
    found = actions["max.schema_version"].to_pylist() if "max.schema_version" in actions.column_names else []
    newest = max((number for number in found if number is not None), default=0)
    if newest > SCHEMA_VERSION:
        uri = log_table.store.settings.uri
        raise SettingsError(
            f"the lake {uri} is written by a newer newsbeam (its tables are of version {newest}, ours of"
            f" {SCHEMA_VERSION}): update newsbeam; it can be read meanwhile"
        )


def grown(table: Snapshot, schema: pa.Schema) -> Snapshot:
    """Return a table that has all columns of a schema, after a commit that adds those it lacked.

    Raises:
        SettingsError: it has a column of another type.
        StoreError: the store fails.

    """
    while missing := _missing(table, schema):
        before = table.table.version()

        def attempt(table: Snapshot = table, missing: pa.Schema = missing, before: int = before) -> None:
            try:
                table.table.alter.add_columns(
                    list(DeltaSchema.from_arrow(missing).fields),
                    commit_properties=CommitProperties(max_commit_retries=0),
                )
            except CommitFailedError:
                newest = delta.load(table.store, table.name)
                if newest is None or newest.table.version() == before:
                    raise

        delta.while_away(table.store, table.name, "given new columns", attempt)
        table.store.persist(f"{table.name}/_delta_log/{before + 1:020}.json")
        newest = delta.load(table.store, table.name)
        table = newest if newest is not None else table
    return table


def _missing(table: Snapshot, schema: pa.Schema) -> pa.Schema:
    """Return the columns that a table lacks, or whose structs lack members; all may be null."""
    there = {field.name: field.type for field in pa.schema(table.table.schema().to_arrow())}
    lacking = []
    for field in schema:
        have = there.get(field.name)
        if have is not None and not _fits(have, field.type):
            uri = table.store.settings.uri
            raise SettingsError(
                f"the lake {uri} can not be written to: {table.name}.{field.name} is {_shown(have)} there, and this"
                f" newsbeam writes {_shown(field.type)}; name another lake, or use the version that made it"
            )
        if have is None or not _holds(have, field.type):
            lacking.append(pa.field(field.name, field.type, metadata=field.metadata))
    return pa.schema(lacking)


def _fits(have: pa.DataType, want: pa.DataType) -> bool:
    """Tell whether a column of one type can hold the other once members are added."""
    if pa.types.is_list(want) or pa.types.is_large_list(want):
        return (pa.types.is_list(have) or pa.types.is_large_list(have)) and _fits(have.value_type, want.value_type)
    if pa.types.is_struct(want):
        return pa.types.is_struct(have) and all(
            _fits(have.field(field.name).type, field.type) for field in want if have.get_field_index(field.name) >= 0
        )
    return bool(_plain(have) == _plain(want))


def _holds(have: pa.DataType, want: pa.DataType) -> bool:
    """Tell whether no member is missing."""
    if pa.types.is_list(want):
        return _holds(have.value_type, want.value_type)
    if pa.types.is_struct(want):
        return all(
            have.get_field_index(field.name) >= 0 and _holds(have.field(field.name).type, field.type) for field in want
        )
    return True


def _plain(kind: pa.DataType) -> Any:
    """Return a type without what Delta does not tell apart."""
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    return kind


def _shown(kind: pa.DataType) -> str:
    return f"{str(kind)[:60]}…" if len(str(kind)) > 60 else str(kind)
