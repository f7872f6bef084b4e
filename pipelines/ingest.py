"""The order of the rooms: from references to one entry in the log."""

from functools import partial
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import PCollection

from pipelines.inputs import Slice
from schemas.records import FeedState, Found, Shard, Stamp, WrittenFile
from schemas.settings import Settings, told
from transforms.commit_files import CommitFiles, GatherFiles
from transforms.deduplicate import Deduplicate
from transforms.fetch_pages import FetchPages
from transforms.fetching import Closed
from transforms.group_by_place import GroupByPlace
from transforms.group_stories import GroupStories
from transforms.learn_lines import LearnLines
from transforms.process_documents import ProcessDocuments
from transforms.read_documents import ReadDocuments
from transforms.read_feeds import ReadFeeds
from transforms.read_seeds import ReadSeeds, ReadUrlList
from transforms.take_first import TakeFirst
from transforms.write_tables import WriteTables


class Named(NamedTuple):
    """What is to be read."""

    seeds: PCollection[Shard]
    lists: PCollection[Shard]
    feeds: PCollection[FeedState]
    links: PCollection[Found]
    marks: tuple[PCollection[WrittenFile], ...] = ()  # of the windows of a stream


class References(NamedTuple):
    """What the inputs name, and the files that reading them has left: sightings and polls."""

    found: PCollection[Found]
    files: PCollection[WrittenFile]


def build(root: beam.Pipeline, work: Slice, settings: Settings, stamp: Stamp, seen: int) -> PCollection[int]:
    """Lay the whole way of a slice; gives the number of its entry in the log.

    Text never crosses a shuffle: what is grouped are references before, and file names after the one straight line.
    """
    named = Named(
        _given(root, "Seed shards", work.seeds, Shard),
        _given(root, "List shards", work.lists, Shard),
        _given(root, "Feeds", work.feeds, FeedState),
        _given(root, "Pending links", tuple(map(Found, work.links)), Found),
    )
    files = written_files(named, settings, stamp, partial(dict, work.closed))
    return files | CommitFiles(settings.lake, stamp.run_id, seen, told(settings))


def written_files(named: Named, settings: Settings, stamp: Stamp, closed: Closed) -> PCollection[list[WrittenFile]]:
    """Lay the way from what is named to one list of all files; a batch has one, a stream one a window."""
    read = references(named, settings, stamp, closed)
    fetched = (
        read.found
        | Deduplicate(settings.lake, settings.wanted)
        | TakeFirst(settings.limit)
        | GroupByPlace()
        | ReadDocuments(stamp)
        | FetchPages(settings, stamp, closed)
    )
    written = (
        fetched.documents
        | ProcessDocuments(settings.process, settings.lake)
        | WriteTables(settings.lake, stamp, settings.wanted)
    )
    files = (written, read.files, fetched.files, *named.marks) | "All files" >> beam.Flatten()
    return files | GatherFiles() | GroupStories(settings.lake, stamp) | LearnLines(settings.lake, stamp)


def references(named: Named, settings: Settings, stamp: Stamp, closed: Closed) -> References:
    """Read whatever is named into references."""
    seeds = named.seeds | ReadSeeds(settings.source)
    lists = named.lists | ReadUrlList()
    feeds = named.feeds | ReadFeeds(settings, stamp, closed)
    found = (seeds, lists, feeds.found, named.links) | "All references" >> beam.Flatten()
    return References(found, feeds.files)


def _given(root: beam.Pipeline, label: str, items: tuple[Any, ...], kind: type) -> PCollection:
    return root | label >> beam.Create(items).with_output_types(kind)
