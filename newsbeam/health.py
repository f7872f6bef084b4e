"""What `newsbeam status` looks at: the facts about a lake, each read once."""

import importlib.metadata
import platform
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from lake.query import connect
from lake.snapshot import live_files
from lake.store import Store
from schemas.settings import Settings
from schemas.tables import SCHEMA_VERSION, TABLES
from transforms.article.spacy_models import best_model

#: What the rows of a lake depend on.
PACKAGES: Final = ("newsbeam", "apache-beam", "trafilatura", "spacy", "pyarrow", "deltalake", "duckdb", "minio")

#: Rows that contradict each other, by what they are; each count has to be 0. Rows older than the first day of the table
#: they are compared with have outlived it and are left out.
CONTRADICTIONS: Final = {
    "articles that stand twice": """
        SELECT count(*) - count(DISTINCT revision_id) FROM _articles""",
    "mentions without their article": """
        SELECT count(*) FROM _mentions ANTI JOIN _articles USING (revision_id)""",
    "articles without a line in the ledger": """
        SELECT count(*) FROM _articles ANTI JOIN (FROM _outcomes WHERE outcome = 'stored') USING (revision_id)
        WHERE date >= (SELECT min(date) FROM _outcomes)""",
    "lines of the ledger without their article": """
        SELECT count(*) FROM _outcomes ANTI JOIN _articles USING (revision_id)
        WHERE outcome = 'stored' AND date >= (SELECT min(date) FROM _articles)""",
}


def look(store: Store, settings: Settings) -> dict[str, Any]:
    """Return what there is to know about a lake, ready for JSON but for times and days; raises StoreError.

    Keys: lake, checked_at, totals, last_runs, feeds, drift, contradictions, taggers, files, missing_files, disk,
    models, tagger, schema, versions.
    """
    with connect(store) as connection:
        facts = {
            "lake": store.settings.uri,
            "checked_at": datetime.now(UTC),
            "totals": _rows(connection, _TOTALS)[0],
            "last_runs": _rows(connection, _LAST_RUNS),
            "feeds": _rows(connection, "FROM feed_health ORDER BY url"),
            "drift": _rows(connection, "FROM drift()"),
            "contradictions": {name: _number(connection, CONTRADICTIONS[name]) for name in _asked(settings)},
            "taggers": _rows(connection, _TAGGERS),
        }
    return facts | _files(store) | {"disk": _disk(settings)} | _installed(settings)


def _asked(settings: Settings) -> list[str]:
    """Return what must not be; where old articles are deleted, their lines in the ledger stay without them."""
    return [name for name in CONTRADICTIONS if not (settings.retention.articles_days and name.startswith("lines of"))]


_TOTALS: Final = """
    SELECT
        (SELECT count(*) FROM articles) AS articles,
        (SELECT count(*) FROM mentions) AS mentions,
        (SELECT count(*) FROM dead_letters WHERE NOT stored_since) AS dead_letters,
        (SELECT count(*) FROM pending) AS pending,
        (SELECT max(fetched_at) FROM _articles) AS last_read_at,
        (SELECT max(published_at) FROM _articles) AS last_published_at"""

_LAST_RUNS: Final = """
    SELECT run_id, min(committed_at) AS first_commit, max(committed_at) AS last_commit, count(*) AS commits,
        sum(articles)::BIGINT AS articles, sum(feed_fetches)::BIGINT AS feed_fetches, any_value(code_version) AS version
    FROM runs WHERE kind = 'commit'
    GROUP BY run_id ORDER BY last_commit DESC LIMIT 5"""

_TAGGERS: Final = """
    SELECT coalesce(nullif(language, ''), 'und') AS language, tagger, tagger_version, count(*) AS articles FROM articles
    WHERE fetched_at >= (SELECT max(fetched_at) FROM _articles) - INTERVAL 14 DAY
    GROUP BY ALL ORDER BY articles DESC, language, tagger, tagger_version"""


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.sql(query)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _files(store: Store) -> dict[str, Any]:
    """Count files and bytes by table, and name those that the log has and the store has not."""
    files, missing = {}, []
    for table, paths in live_files(store).items():
        there = {one.path: one.size for one in store.list(f"{table}/")} if paths else {}
        sizes = [there[path] for path in paths if path in there]
        missing += [path for path in paths if path not in there]
        files[table] = {"files": len(paths), "bytes": sum(sizes), "days": _days(paths)}
    return {"files": files, "missing_files": sorted(set(missing) - _added_since(store, missing))}


def _added_since(store: Store, paths: Sequence[str]) -> set[str]:
    """Return those of some paths that are no longer live: they were replaced while we looked."""
    return set(paths) - {path for live in live_files(store).values() for path in live} if paths else set()


def _days(paths: Sequence[str]) -> int:
    return len({path.split("/")[1] for path in paths})


def _disk(settings: Settings) -> dict[str, int] | None:
    """Return free and total bytes of a local lake's disk."""
    if settings.lake.remote:
        return None
    place = Path(settings.lake.uri).expanduser().absolute()
    usage = shutil.disk_usage(next(folder for folder in (place, *place.parents) if folder.exists()))
    return {"free": usage.free, "total": usage.total}


def _installed(settings: Settings) -> dict[str, Any]:
    languages = ("en", "fr", "de", "es", "it", "nl", "pt", "pl", "ru", "zh", "ja", "uk")
    models = {language: model for language in languages if (model := best_model(language))}
    return {
        "models": {language: f"{model.name}-{model.version}" for language, model in models.items()},
        "tagger": settings.process.tagger,
        "schema": {"version": SCHEMA_VERSION, "tables": len(TABLES)},
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in PACKAGES},
        },
    }
