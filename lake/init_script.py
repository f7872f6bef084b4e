"""Write the script by which a DuckDB that is not ours reads the lake: `duckdb -init init.sql`."""

import os
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

import pyarrow as pa

from lake.column_types import no_rows
from lake.keys import endpoint
from lake.row_lines import quoted
from schemas.settings import LakeSettings
from schemas.tables import RUNS, TABLES

_FOLDERS: Final = ", hive_partitioning = true, hive_types = {'date': DATE}"


def init_script(settings: LakeSettings) -> str:
    """Return SQL that any DuckDB 1.4 or newer runs: the lake's views and macros over the files that count then.

    Raises SettingsError when the S3 endpoint is no address.
    """
    lake = settings.uri if settings.remote else os.path.abspath(Path(settings.uri).expanduser())
    names = "[" + ", ".join(map(quoted, TABLES)) + "]"
    actions = _part("actions.sql")
    parts = [
        _part("begin.sql").substitute(lake=lake, quoted=quoted(lake)),
        *([_secret(settings)] if settings.remote else []),
        _part("tables.sql").substitute(names=names, tables=actions.substitute(names=names)),
        _part("log.sql").substitute(log=actions.substitute(names="['runs']")),
        *(_view(name, schema, _FOLDERS) for name, schema in TABLES.items()),
        _view("runs", RUNS, ""),
    ]
    scripts = sorted(files("lake").joinpath("sql").iterdir(), key=lambda entry: entry.name)
    return "\n".join([*parts, *(script.read_text(encoding="utf-8") for script in scripts)])


def _view(table: str, schema: pa.Schema, folders: str) -> str:
    columns = no_rows(schema, dated=bool(folders))
    return _part("view.sql").substitute(table=table, columns=_inner(columns), folders=_inner(folders))


def _inner(text: str) -> str:
    """Return what stands within the quotes of a text of SQL."""
    return text.replace("'", "''")


def _secret(settings: LakeSettings) -> str:
    at = endpoint(settings)
    return _part("secret.sql").substitute(
        scope=quoted(settings.uri),
        address=quoted(at.address),
        secure=str(at.secure).lower(),
        region=quoted(settings.region),
        authority=f"SET ca_cert_file = {quoted(settings.ca_file)};\n" if settings.ca_file else "",
    )


def _part(name: str) -> Template:
    return Template(files("lake").joinpath("init", name).read_text(encoding="utf-8"))
