"""Erase articles everywhere: rows of all revisions, raw pages, learned lines, old versions of the tables and the log.

The order: refuse what is to be refused from now on; stop who writes, so that nobody holds what is erased; erase pages,
rows, traces; read the whole store as it lies there. Until that is through, an object of `_forget/` says so: an erasure
that is interrupted is repeated, or brought to its end by the next maintenance.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from lake import log, parquet, raw
from lake.blocks import ARTICLE, DOMAIN, block_rows
from lake.clean import discard, fence
from lake.commit import commit
from lake.erase_raw import Member, without
from lake.erase_rows import count_rows, erase_rows, lines_of
from lake.erase_traces import UNFINISHED, erase_traces, writing
from lake.maintain import ROLE as MAINTENANCE
from lake.meant import IsMeant, Meant, columns_of, learn_all
from lake.project import roll_forward
from lake.proof import leftovers_of
from lake.run import FORGET, begin
from lake.s3 import S3Store
from lake.sayings import MOST, said_elsewhere, sayings
from lake.snapshot import live_files
from lake.store import Store, open_store
from lake.vacuum import DATA
from lake.writer import write_rows
from schemas.errors import StoreError
from schemas.settings import LakeSettings
from schemas.tables import TABLES

#: Hears the name of each step as it is reached.
Steps = Callable[[str], None]


class Request(NamedTuple):
    """What is to be erased."""

    ids: tuple[str, ...]  # of articles, references or revisions
    is_meant: IsMeant  # tells whether an address is
    domains: tuple[str, ...] = ()  # all that is meant, where it is whole domains
    block: bool = False  # refuse it from now on


class Prospect(NamedTuple):
    """What a request finds."""

    rows: dict[str, int]  # by table
    titles: list[str]  # and addresses of the articles
    pages: int  # raw pages
    traces: bool  # something of it stands in files that are no part of a table any more, or an erasure was interrupted

    @property
    def is_nothing(self) -> bool:
        """Tell whether there is nothing to erase."""
        return not (self.pages or self.traces or any(self.rows.values()))


class Erased(NamedTuple):
    """What was erased, and what is left."""

    rows: dict[str, int]  # by table; lines: learned lines of that text
    pages: int
    files: int  # old files, commits and checkpoints
    stopped: list[str]  # runs that were stopped
    shared: int  # pieces of text that other articles say too
    left: list[str]  # what still holds something; nothing, if all is well


def prospect(settings: LakeSettings, request: Request) -> Prospect:
    """Tell what `forget` would erase, without writing anything; raises StoreError."""
    store = open_store(settings)
    files = _all_files(store)
    meant = _meant(store, request, files)
    live = live_files(store)
    old = {name: [path for path in files if path.startswith(f"{name}/") and path not in live[name]] for name in live}
    places = _places(store, meant)
    pages = sum(_pages(store, path, meant, places, write=False) for path in _raw_files(store))
    titles: set[str] = set()
    for rows in parquet.read_all(store, live["articles"], (*columns_of("articles"), "title")):
        named = rows.filter(meant.mask("articles", rows)).select(["title", "url"]).to_pylist()
        titles.update(f"{row['title'] or '(no title)'}  {row['url'] or ''}".strip() for row in named)
    traces = any(count_rows(store, meant, old).values()) or bool(list(store.list(f"{UNFINISHED}/")))
    return Prospect(count_rows(store, meant, live), sorted(titles), pages, traces)


def forget(settings: LakeSettings, request: Request, reached: Steps = lambda _: None) -> Erased:
    """Erase it, prove it, and return what came of it.

    Runs that are going on are stopped: what they have not committed is lost, and they end with a word that says so.
    Raises SettingsError when the lake can not be used; StoreError when it fails midway, or when a run that was stopped
    has not ended: the same call may come again.
    """
    with begin(settings, FORGET) as run:
        store = open_store(settings)
        marker = f"{UNFINISHED}/{run.run_id}"
        if request.block:
            _block(store, run.run_id, request)
        reached("blocked")
        stopped = _stop_all(store, run.run_id)
        roll_forward(store, lag=0)
        store.put(marker, b"")
        reached("stopped")
        meant = _meant(store, request, _all_files(store))
        pieces = sayings(store, meant)
        lines = lines_of(store, meant)
        places = _places(store, meant)
        pages = sum(_pages(store, path, meant, places, write=True) for path in _raw_files(store))
        reached("pages")
        rows = erase_rows(store, meant, lines, run.run_id)
        reached("rows")
        files = erase_traces(store, run.run_id)
        reached("traces")
        names = sorted(meant.ids)[:MOST]
        shared = said_elsewhere(store, [*pieces, *names])
        left = leftovers_of(store, meant, [piece for piece in (*pieces, *names) if piece not in shared])
        if not left:
            for other in store.list(f"{UNFINISHED}/"):
                store.delete(other.path)
        return Erased(rows, pages, files, stopped, len(shared.intersection(pieces)), left)


def keeps_versions(settings: LakeSettings) -> bool:
    """Tell whether the store keeps old versions of what is deleted, where newsbeam does not reach them."""
    store = open_store(settings)
    return isinstance(store, S3Store) and store.keeps_versions()


def _block(store: Store, run_id: str, request: Request) -> None:
    now = datetime.now(UTC)
    ids = [] if request.domains else sorted(_meant(store, request, _all_files(store)).ids)
    blocked = [*((DOMAIN, name) for name in request.domains), *((ARTICLE, name) for name in ids)]
    rows = block_rows(store, blocked, now, run_id)
    if rows:
        files = write_rows(store, run_id, (("blocks", now.date(), row) for row in rows))
        commit(store, run_id, files, log.head(store))


def _stop_all(store: Store, run_id: str) -> list[str]:
    """Fence off everybody who writes, and wait until they have ended.

    A run that begins now finds this one's heartbeat and does not begin; one that began before is found by its own.
    """
    stopped: set[str] = set()
    deadline = time.monotonic() + max(store.settings.patience, 1.0)
    while others := writing(store, run_id):
        for other in others:
            if other not in stopped and not other.endswith(f"-{MAINTENANCE}"):
                fence(store, other, run_id)
        stopped.update(others)
        if time.monotonic() > deadline:
            raise StoreError(
                f"nothing is erased yet: {', '.join(others)} still writes, and ends with its next commit;"
                " run the same command again in a few minutes"
            )
        time.sleep(0.2)
    for other in stopped:
        discard(store, other, run_id)
    return sorted(stopped)


def _meant(store: Store, request: Request, paths: Iterable[str]) -> Meant:
    meant = Meant(request.ids, request.is_meant)
    learn_all(store, meant, paths)
    return meant


def _all_files(store: Store) -> list[str]:
    """Return all data files of the tables as they lie there, old ones and such of nobody included."""
    return [file.path for name in TABLES for file in store.list(f"{name}/") if DATA.search(file.path)]


def _raw_files(store: Store) -> list[str]:
    return [file.path for file in store.list(f"{raw.TABLE}/")]


def _places(store: Store, meant: Meant) -> set[tuple[str, int]]:
    """Return where the pages of the articles that are meant lie."""
    found: set[tuple[str, int]] = set()
    columns = (*columns_of("articles"), "raw_path", "raw_offset")
    for rows in parquet.read_all(store, live_files(store, ("articles",))["articles"], columns):
        meant_rows = rows.filter(meant.mask("articles", rows)).select(["raw_path", "raw_offset"]).to_pylist()
        found.update((row["raw_path"], row["raw_offset"]) for row in meant_rows if row["raw_path"])
    return found


def _pages(store: Store, path: str, meant: Meant, places: set[tuple[str, int]], write: bool) -> int:
    def is_meant(member: Member) -> bool:
        return (path, member.start) in places or any(map(meant.address, member.addresses()))

    try:
        data, count = without(store.get(path), is_meant)
    except FileNotFoundError:  # its days are over
        return 0
    if count and write:
        store.put(path, data)
    return count
