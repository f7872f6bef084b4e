"""The order of the rooms: from references to one entry in the log."""

from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import PCollection

from pipelines.inputs import Slice
from schemas.records import FeedState, Found, Shard, Stamp, WrittenFile
from schemas.settings import Settings, told
from transforms.commit_files import CommitFiles, GatherFiles
from transforms.deduplicate import Deduplicate
from transforms.fetch_pages import FetchPages
from transforms.group_by_place import GroupByPlace
from transforms.group_stories import GroupStories
from transforms.learn_lines import LearnLines
from transforms.process_documents import ProcessDocuments
from transforms.read_documents import ReadDocuments
from transforms.read_feeds import ReadFeeds
from transforms.read_seeds import ReadSeeds, ReadUrlList
from transforms.take_first import TakeFirst
from transforms.write_tables import WriteTables


class References(NamedTuple):
    """What the inputs name, and the files that reading them has left: sightings and polls."""

    found: PCollection[Found]
    files: PCollection[WrittenFile]


def build(root: beam.Pipeline, work: Slice, settings: Settings, stamp: Stamp, seen: int) -> PCollection[int]:
    """Lay the whole way of a slice; gives the number of its entry in the log.

    Text never crosses a shuffle: what is grouped are references before, and file names after the one straight line.
    """
    read = references(root, work, settings, stamp)
    fetched = (
        read.found
        | Deduplicate(settings.lake, settings.wanted)
        | TakeFirst(settings.limit)
        | GroupByPlace()
        | ReadDocuments(stamp)
        | FetchPages(settings, stamp, work.closed)
    )
    written = (
        fetched.documents
        | ProcessDocuments(settings.process, settings.lake)
        | WriteTables(settings.lake, stamp, settings.wanted)
    )
    files = (written, read.files, fetched.files) | "All files" >> beam.Flatten()
    return (
        files
        | GatherFiles()
        | GroupStories(settings.lake, stamp)
        | LearnLines(settings.lake, stamp)
        | CommitFiles(settings.lake, stamp.run_id, seen, told(settings))
    )


def references(root: beam.Pipeline, work: Slice, settings: Settings, stamp: Stamp) -> References:
    """Read whatever the slice names into references."""
    seeds = _given(root, "Seed shards", work.seeds, Shard) | ReadSeeds(settings.source)
    lists = _given(root, "List shards", work.lists, Shard) | ReadUrlList()
    feeds = _given(root, "Feeds", work.feeds, FeedState) | ReadFeeds(settings, stamp, work.closed)
    links = _given(root, "Pending links", tuple(map(Found, work.links)), Found)
    found = (seeds, lists, feeds.found, links) | "All references" >> beam.Flatten()
    return References(found, feeds.files)


def _given(root: beam.Pipeline, label: str, items: tuple[Any, ...], kind: type) -> PCollection:
    return root | label >> beam.Create(items).with_output_types(kind)
