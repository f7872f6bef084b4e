"""Let every document through once: within this slice, and against what the lake holds already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection

from lake.blocks import BlockList, block_list
from lake.known import known
from lake.waiting import Wait
from schemas.outcomes import DUPLICATE, FORGOTTEN
from schemas.records import Found
from schemas.settings import EVERYTHING, LakeSettings, Wanted
from transforms import coders  # noqa: F401
from transforms.blocked import REASON, nameless, refused_as
from transforms.fetch.pending import may_wait
from transforms.fetch.wanted import is_wanted
from transforms.windows import is_stream


def is_early(found: Found, wait: Wait | None, now: datetime) -> bool:
    """Tell whether a link is pending and its time has not come; one that is just being tried again is not."""
    return wait is not None and not found.outcome and not found.reference.first_seen_at and now < wait.retry_at


def first_and_rest(group: Iterable[Found]) -> Iterator[Found]:
    """Yield the first of documents that are the same, and the others as duplicates.

    The order is by name, so that it does not depend on the order in which they were read.
    """
    first, *rest = sorted(group, key=_name)
    yield first
    for other in rest:
        if _name(other) != _name(first):
            yield Found(other.reference, DUPLICATE, f"same as {first.reference.source_uri}"[:500])


def _name(found: Found) -> tuple[str, int, str]:
    return found.reference.source_uri, found.reference.position, found.reference.feed_url


def is_out(found: Found, wanted: Wanted) -> bool:
    """Tell whether a reference is outside of what is asked for; a poll that failed, or a retry, never is."""
    reference = found.reference
    if wanted.all or reference.kind == "feed" or reference.first_seen_at:
        return False
    published = (
        datetime.fromisoformat(reference.published_at) if reference.kind == "link" and reference.published_at else None
    )
    return not is_wanted(reference.url, published, wanted)


def unless_refused(found: Found, blocks: BlockList) -> Found:
    """Return a reference, or the line of the ledger that says it is refused; a poll that failed is no article."""
    reference = found.reference
    if reference.kind == "feed" or not (name := refused_as(blocks, reference.article_id, reference.url)):
        return found
    return Found(nameless(reference, name), FORGOTTEN, REASON)


class _DropKnown(beam.DoFn):
    def __init__(self, lake: LakeSettings, wanted: Wanted) -> None:
        self._lake = lake
        self._wanted = wanted
        self._references = Metrics.counter("newsbeam", "references")
        self._dropped = Metrics.counter("newsbeam", "known")
        self._filtered = Metrics.counter("newsbeam", "filtered")
        self._early = Metrics.counter("newsbeam", "pending")

    def setup(self) -> None:
        self._known = known(self._lake)

    def start_bundle(self) -> None:
        self._is_fresh = False
        self._blocks = block_list(self._lake)

    def process(self, found: Found, window: Any = beam.DoFn.WindowParam) -> Iterator[Found]:
        if is_stream(window) and not self._is_fresh:
            self._known.refresh()
            self._is_fresh = True
        found = unless_refused(found, self._blocks)
        name = found.reference.reference_id
        self._references.inc()
        if name in self._known:
            self._dropped.inc()
        elif is_out(found, self._wanted):
            self._filtered.inc()
        elif is_early(found, self._known.wait_of(name), datetime.now(UTC)):
            self._early.inc()
        else:
            yield found


class _FirstOfEach(beam.DoFn):
    """Counts the rest where it is links: a line that says `duplicate` would settle a link that may still fail."""

    def __init__(self) -> None:
        self._left = Metrics.counter("newsbeam", "left")
        self._duplicate = Metrics.counter("newsbeam", "duplicate")

    def process(self, group: Iterable[Found]) -> Iterator[Found]:
        together = list(group)
        for found in (kept := list(first_and_rest(together))):
            if found.outcome == DUPLICATE and may_wait(found.reference):
                self._duplicate.inc()
            else:
                yield found
        self._left.inc(len(together) - len(kept))  # the very same record, named twice


def _reference_id(found: Found) -> str:
    return found.reference.reference_id


@dataclass
class Deduplicate(beam.PTransform):
    """Pass on each reference (`Found`) once; the lake's own (by `lake.known`) are counted as `known` and end here.

    A link that is pending and not due yet is counted as `pending` and ends here, too.

    Args:
        lake: the lake to compare with.
        wanted: days and domains; what is outside of them is counted as `filtered` and ends here, without a trace.

    """

    lake: LakeSettings
    wanted: Wanted = EVERYTHING

    def expand(self, references: PCollection[Found]) -> PCollection[Found]:
        """Drop the known ones, then group the small references by their id."""
        return (
            references
            | "Drop known" >> beam.ParDo(_DropKnown(self.lake, self.wanted)).with_output_types(Found)
            | "Key by reference" >> beam.WithKeys(_reference_id).with_output_types(tuple[str, Found])
            | "Group the same" >> beam.GroupByKey()
            | "Values" >> beam.Values()
            | "First of each" >> beam.ParDo(_FirstOfEach()).with_output_types(Found)
        )
