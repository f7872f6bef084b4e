"""Make the written files part of the lake, all of them or none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import apache_beam as beam
from apache_beam.pvalue import PCollection

from lake.commit import commit
from lake.store import open_store
from schemas.records import WrittenFile
from schemas.settings import LakeSettings


def _one_key(_: WrittenFile) -> str:
    return ""


def _listed(files: Iterable[WrittenFile]) -> list[WrittenFile]:
    return sorted(files)


def commit_files(files: Iterable[WrittenFile], lake: LakeSettings, run_id: str, seen: int, settings: str = "") -> int:
    """Append one entry over all the files to the log, roll it forward, and return its number; 0 for no files."""
    committed = commit(open_store(lake), run_id, list(files), seen, settings)
    return committed.seq if committed else 0


def mark(seen: int, day: date) -> WrittenFile:
    """Make what travels with the files of a window and tells which entries of the log were known when it began."""
    return WrittenFile("", "", day, seen, 0, "")


def commit_window(files: Iterable[WrittenFile], lake: LakeSettings, run_id: str, settings: str = "") -> int:
    """Do what `commit_files` does for the files of a window; its marks say what was known."""
    both = list(files)
    marks = [file.rows for file in both if not file.table]
    return commit_files([file for file in both if file.table], lake, run_id, min(marks, default=0), settings)


@dataclass
class GatherFiles(beam.PTransform):
    """Gather the names of all written files (`WrittenFile`) into one list, in the order of their paths."""

    def expand(self, files: PCollection[WrittenFile]) -> PCollection[list[WrittenFile]]:
        """Bring the names to one key: the end of everything that runs side by side."""
        return (
            files
            | "One key" >> beam.WithKeys(_one_key).with_output_types(tuple[str, WrittenFile])
            | "All names" >> beam.GroupByKey()
            | "Names" >> beam.Values()
            | "List" >> beam.Map(_listed)
        )


@dataclass
class CommitFiles(beam.PTransform):
    """Commit a list of files (`WrittenFile`) as one entry of the log; gives its number.

    Args:
        lake: whose log.
        run_id: the run that wrote the files.
        seen: head of the log when the known keys were read.
        settings: of the run, as the log tells them.

    """

    lake: LakeSettings
    run_id: str
    seen: int
    settings: str = ""

    def expand(self, files: PCollection[list[WrittenFile]]) -> PCollection[int]:
        """Apply `commit_files` to the list, the only place that commits."""
        return files | "Commit" >> beam.Map(
            commit_files, lake=self.lake, run_id=self.run_id, seen=self.seen, settings=self.settings
        ).with_output_types(int)


@dataclass
class CommitWindow(beam.PTransform):
    """Commit the files (`WrittenFile`) of each window of a stream as one entry of the log; gives its number.

    Args:
        lake: whose log.
        run_id: the run that wrote the files.
        settings: what the log tells of the run's settings.

    """

    lake: LakeSettings
    run_id: str
    settings: str = ""

    def expand(self, files: PCollection[list[WrittenFile]]) -> PCollection[int]:
        """Apply `commit_window` to the list, the only place that commits."""
        return files | "Commit" >> beam.Map(
            commit_window, lake=self.lake, run_id=self.run_id, settings=self.settings
        ).with_output_types(int)
