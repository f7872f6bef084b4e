"""The order of the rooms: from references to one entry in the log."""

import apache_beam as beam
from apache_beam.pvalue import PCollection

from pipelines.inputs import Slice
from schemas.records import Found, Shard, Stamp
from schemas.settings import Settings
from transforms.commit_files import CommitFiles
from transforms.deduplicate import Deduplicate
from transforms.fetch_pages import FetchPages
from transforms.group_by_place import GroupByPlace
from transforms.process_documents import ProcessDocuments
from transforms.read_documents import ReadDocuments
from transforms.read_feeds import ReadFeeds
from transforms.read_seeds import ReadSeeds, ReadUrlList
from transforms.take_first import TakeFirst
from transforms.write_tables import WriteTables


def build(root: beam.Pipeline, work: Slice, settings: Settings, stamp: Stamp, seen: int) -> PCollection[int]:
    """Lay the whole way of a slice; gives the number of its entry in the log.

    Text never crosses a shuffle: what is grouped are references before, and file names after the one straight line.
    """
    return (
        references(root, work, settings)
        | Deduplicate(settings.lake)
        | TakeFirst(settings.limit)
        | GroupByPlace()
        | ReadDocuments(stamp)
        | FetchPages(settings.fetch)
        | ProcessDocuments(settings.process)
        | WriteTables(settings.lake, stamp)
        | CommitFiles(settings.lake, stamp.run_id, seen)
    )


def references(root: beam.Pipeline, work: Slice, settings: Settings) -> PCollection[Found]:
    """Read whatever the slice names into references."""
    seeds = root | "Seed shards" >> beam.Create(work.seeds).with_output_types(Shard) | ReadSeeds(settings.source)
    feeds = (
        root | "Feeds" >> beam.Create(work.feeds).with_output_types(str) | ReadFeeds(settings.fetch, settings.process)
    )
    lists = root | "List shards" >> beam.Create(work.lists).with_output_types(Shard) | ReadUrlList()
    return (seeds, feeds, lists) | "All references" >> beam.Flatten()
