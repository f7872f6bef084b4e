"""A writer that is killed at any step of the protocol loses, doubles and leaves nothing: the next run sets it right.

`lake.fault` kills the process at the step that NEWSBEAM_FAULT names.
"""

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import ForkServerContext

import lake_processes as work
import pytest
from lake_rows import article, audit, listing, rows, sighting

from lake.snapshot import live_files
from lake.store import open_store
from schemas.settings import LakeSettings

#: What a run passes that stores something new in a lake that is there, in this order.
STEPS = (
    *("run.begins", "run.rolled", "run.cleaned"),
    *("put.begins@3", "put.done@3", "put.done@5"),
    *("commit.decided", "append.begins", "delta.runs.begins", "delta.runs.stands", "commit.stands", "commit.tidied"),
    *(f"delta.{table}.{step}" for table in ("articles", "mentions", "sightings") for step in ("begins", "stands")),
    *("run.ends", "run.discarded"),
)

#: What the next run passes that finds one dead which never committed its files.
CLEANING = (
    *("clean.begins", "discard.begins", "append.begins", "delta.runs.begins", "delta.runs.stands", "discard.fenced"),
    *("discard.deleted", "discard.deleted@3", "clean.discarded"),
)

#: What only the first run on a lake passes.
FIRST = ("delta.runs.made", "delta.articles.made", "delta.outcomes.made")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the objects of a lake that holds article 0."""
    settings = LakeSettings(uri=str(tmp_path_factory.mktemp("faults") / "lake"))
    work.ingest_everything(settings, [0])
    store = open_store(settings)
    return {listed.path: store.get(listed.path) for listed in store.list("")}


@pytest.fixture
def lake(lake_settings: LakeSettings, begun: dict[str, bytes]) -> LakeSettings:
    """Name a lake that holds article 0."""
    store = open_store(lake_settings)
    store.check()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(store.put, begun, begun.values()))
    return lake_settings


def die_at(processes: ForkServerContext, lake: LakeSettings, step: str, new: list[int]) -> None:
    """Have a run killed at a step; it must get there."""
    process = processes.Process(target=work.die_at, args=(lake, step, new), daemon=True)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, f"{step} is not passed"


def check(lake: LakeSettings, stored: set[int]) -> None:
    """Assert that rows, glob, snapshot and tables are those of runs that nobody has disturbed."""
    audit(lake, stored)
    found = Counter(row["sighting_id"] for row in rows(lake, "sightings"))
    assert found == dict.fromkeys((sighting(article(number, ""))["sighting_id"] for number in stored), 1)
    glob = {path for path in listing(lake) if "/date=" in path and path.endswith(".parquet")}
    assert glob == {path for paths in live_files(open_store(lake)).values() for path in paths}


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_killed_at_a_step(lake: LakeSettings, processes: ForkServerContext, step: str) -> None:
    die_at(processes, lake, step, [1, 2])
    work.ingest_everything(lake, [1, 2])
    check(lake, {0, 1, 2})


@pytest.mark.parametrize("step", CLEANING)
def test_a_run_that_is_killed_while_it_cleans_up_after_another(
    lake: LakeSettings, processes: ForkServerContext, step: str
) -> None:
    die_at(processes, lake, "commit.decided", [1, 2])
    die_at(processes, lake, step, [1, 2])
    work.ingest_everything(lake, [1, 2])
    check(lake, {0, 1, 2})


@pytest.mark.parametrize("step", FIRST)
def test_the_first_run_that_is_killed(lake_settings: LakeSettings, processes: ForkServerContext, step: str) -> None:
    die_at(processes, lake_settings, step, [1, 2])
    work.ingest_everything(lake_settings, [1, 2])
    check(lake_settings, {1, 2})


def test_what_is_written_and_never_put_in_place_is_swept(disk_lake: LakeSettings, processes: ForkServerContext) -> None:
    die_at(processes, disk_lake, "put.written@4", [1])
    work.ingest_everything(disk_lake, [1])
    check(disk_lake, {1})
