"""Tell which articles tell the same story, by their signatures alone (`transforms.article.signature`).

An article joins the story of the one it fits best, of those published within seven days of it; else it begins a story
of its own. The id of a story is made from the article that told it first and never changes: nothing is merged, nothing
renamed. So a story can grow for longer than seven days, as long as each article is that near to the one it matched.

Two articles tell the same story when at least `SAME` of the shorter text is found in the longer one, in its order and
with words changed here and there; when the numbers in these common parts are not mostly others; and when the shorter
one is at least a fifth of the longer, or is what the longer one begins with. So a brief goes with the report that it
opens (down to about a tenth of it; less is not seen in the sketches), but not with a round-up of the day that has it in
its middle: through that, stories of different things would grow together.
A shingle found in more than `COMMON` stories of the window belongs to none (legal notes, agencies' boilerplate).
"""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from transforms.article.ids import digest
from transforms.article.signature import EVERY, NO_SKETCH, Sketch, read_signature

#: Share of the shorter text that must be found in the longer one.
SAME: Final = 0.6
#: Seconds that may lie between two articles of which one leads to the other.
WINDOW: Final = 7 * 86_400
#: Stories with a shingle in common from which on it says nothing.
COMMON: Final = 10
#: A shorter text of less than this share of the longer one must be its beginning.
ROUND_UP: Final = 0.2
#: Hashes of the shorter text, and of them shared ones, without which nothing is decided.
ENOUGH, SHARED = 8, 5
#: Unshared words between two shared ones that still count as an edit of a common text.
EDIT: Final = 12
#: Shared hashes among all of the shorter text, below which edits are not believed.
SCATTERED: Final = 0.3
#: Articles with the same shingle that are looked at (the latest), and candidates that are compared (the nearest).
POSTINGS, CANDIDATES = 512, 32
#: Articles that are gone through at once.
PIECE: Final = 4096

Integer = TypeVar("Integer", bound=np.integer[Any])
Hashes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


class Told(NamedTuple):
    """An article as far as stories go."""

    article_id: str
    signature: bytes
    at: datetime  # of publication, else of reading; all with a time zone, or all without
    story_id: str = ""  # "" when it is not known yet


class Cluster(NamedTuple):
    """An article's place in a story."""

    article_id: str
    story_id: str
    matched_id: str = ""  # the article it was found by; "" for the first of a story
    containment: float = 0.0  # share of the shorter text that the two have in common; 0 for the first of a story


class _Match(NamedTuple):
    """How well two articles fit; the greatest is the best."""

    containment: float
    resemblance: float = 0.0  # share of all that both say that they have in common


def tell_stories(new: Iterable[Told], past: Iterable[Told]) -> list[Cluster]:
    """Find the story of each new article, by time, then id; the order they come in makes no difference.

    `past`: the articles published within seven days of the new ones, those of the same slice left out or not. An
    article whose story is known in `past` is not told again, whatever `new` says: running a slice twice changes
    nothing. One of `past` without a story is told like a new one.
    """
    known, waiting = _sort_out(new, past)
    if not waiting:
        return []
    shelf = _Shelf([*known, *waiting], len(known))
    return [shelf.tell(place) for place in range(len(known), len(known) + len(waiting))]


def begin_story(article_id: str) -> str:
    """Name the story that this article tells first."""
    return digest("story", article_id)


def _sort_out(new: Iterable[Told], past: Iterable[Told]) -> tuple[list[Told], list[Told]]:
    """Part those with a story from those without, each by time and id, no article twice."""
    known: dict[str, Told] = {}
    waiting: dict[str, Told] = {}
    for told in sorted(chain(new, past), key=lambda told: (told.at, told.article_id, told.story_id, told.signature)):
        (known if told.story_id else waiting).setdefault(told.article_id, told)
    return list(known.values()), [told for told in waiting.values() if told.article_id not in known]


class _Shelf:
    """The articles of the window, by number, the place: first those with a story, then the new, each by time."""

    def __init__(self, told: Sequence[Told], first_new: int) -> None:
        self._told = told
        self._sketches = [read_signature(each.signature) or NO_SKETCH for each in told]
        self._at = np.array([each.at.timestamp() for each in told])
        self._shingles = np.array([sketch.shingles for sketch in self._sketches])
        self._limits = np.array([sketch.limit for sketch in self._sketches], np.float64)
        self._story_ids = [each.story_id for each in told]
        numbers: dict[str, int] = {}
        stories = np.array([numbers.setdefault(each.story_id or each.article_id, len(numbers)) for each in told])
        self._index = _Index(self._sketches, stories, first_new)

    def tell(self, place: int) -> Cluster:
        """Find the story of the new article at this place; those before it have theirs already."""
        article = self._told[place].article_id
        shared = self._index.look_up(place)
        match, found = self._best(place, shared)
        self._index.add(place, found if found >= 0 else place, shared)
        if found < 0:
            self._story_ids[place] = begin_story(article)
            return Cluster(article, self._story_ids[place])
        self._story_ids[place] = self._story_ids[found]
        return Cluster(article, self._story_ids[place], self._told[found].article_id, match.containment)

    def _best(self, place: int, shared: "_Shared") -> tuple[_Match, int]:
        """Compare with those that may fit; of the best ones the earliest. Its place is −1 where none fits."""
        places = shared.places[~shared.common[shared.which]]
        places = places[np.abs(self._at[places] - self._at[place]) <= WINDOW]
        common = frozenset(self._sketches[place].hashes[shared.common].tolist())
        best: tuple[_Match, int] = (_Match(0.0), -1)
        for found in self._candidates(place, places):
            match = compare(self._sketches[place], self._sketches[found], common)
            if match > best[0] or (match == best[0] and match.containment and self._before(found, best[1])):
                best = match, found
        return best

    def _before(self, one: int, other: int) -> bool:
        first, second = self._told[one], self._told[other]
        return (first.at, first.article_id) < (second.at, second.article_id)

    def _candidates(self, place: int, places: Places) -> list[int]:
        """Choose the articles that share the most of what both sketches can show."""
        if len(places) < SHARED:
            return []
        found, shared = np.unique(places, return_counts=True)
        found, shared = found[shared >= SHARED], shared[shared >= SHARED]
        sampled = np.minimum(self._limits[found], self._limits[place]) / EVERY
        share = shared / (np.minimum(self._shingles[found], self._shingles[place]) * sampled)
        nearest = np.lexsort((found, -share))[:CANDIDATES]
        return [int(found[each]) for each in nearest if share[each] >= SCATTERED / 2]


class _Shared(NamedTuple):
    """What the index says of a new article."""

    numbers: Places  # of its hashes, in their order
    common: Flags  # which of them are in too many stories
    which: Places  # of each find the hash, by its place in `numbers`
    places: Places  # of each find the article with a story, of each hash the latest `POSTINGS`


class _Index:
    """Which articles have which hash, as far as a new one has it too. Hashes are numbered in their order."""

    def __init__(self, sketches: Sequence[Sketch], stories: Places, first_new: int) -> None:
        self._sketches, self._stories = sketches, stories
        self._wanted = _distinct(np.concatenate([sketch.hashes for sketch in sketches[first_new:]]))
        found = [self._find(first) for first in range(0, len(sketches), PIECE)]
        numbers, places = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.argsort(numbers, kind="stable")
        numbers, self._places = numbers[order], places[order]
        self._starts = np.searchsorted(numbers, np.arange(len(self._wanted)))
        known = self._places < first_new
        self._filled = np.bincount(numbers[known], minlength=len(self._wanted))  # articles with a story, by hash
        pairs = _distinct(numbers[known] << 32 | stories[self._places[known]])
        self._tellers = np.bincount(pairs >> 32, minlength=len(self._wanted))  # stories, by hash

    def _find(self, first: int) -> tuple[Places, Places]:
        """Find the numbers of the wanted hashes of some articles, and the place of each."""
        sketches = self._sketches[first : first + PIECE]
        hashes = np.concatenate([sketch.hashes for sketch in sketches])
        places = np.repeat(np.arange(first, first + len(sketches)), [len(sketch.hashes) for sketch in sketches])
        hit = _sieve(hashes, self._wanted)
        return np.searchsorted(self._wanted, hashes[hit]), places[hit]

    def look_up(self, place: int) -> _Shared:
        """Find the articles with a story that have a hash of a new one, as often as they have one."""
        numbers = np.searchsorted(self._wanted, self._sketches[place].hashes)
        filled = self._filled[numbers]
        counts = np.minimum(filled, POSTINGS)
        which = np.repeat(np.arange(len(numbers)), counts)
        inside = np.arange(len(which)) + np.repeat(self._starts[numbers] + filled - np.cumsum(counts), counts)
        return _Shared(numbers, self._tellers[numbers] > COMMON, which, self._places[inside])

    def add(self, place: int, alike: int, shared: _Shared) -> None:
        """Give a new article the story of another, or its own; `shared` is what was looked up for it."""
        story = self._stories[place] = self._stories[alike]
        self._tellers[shared.numbers] += 1
        if alike != place:
            self._tellers[shared.numbers[_distinct(shared.which[self._stories[shared.places] == story])]] -= 1
        self._filled[shared.numbers] += 1


def _distinct(values: npt.NDArray[Integer]) -> npt.NDArray[Integer]:
    """Sort, each value once; ten times as quick as `numpy.unique` on a million of integers."""
    ordered = np.sort(values)
    return ordered[np.concatenate((np.ones(min(1, len(ordered)), np.bool_), ordered[1:] != ordered[:-1]))]


def _sieve(hashes: Hashes, wanted: Hashes) -> Flags:
    """Tell which of many hashes are among the wanted."""
    if not len(wanted):
        return np.zeros(len(hashes), np.bool_)
    return wanted[np.minimum(np.searchsorted(wanted, hashes), len(wanted) - 1)] == hashes


def compare(one: Sketch, other: Sketch, common: Container[int]) -> _Match:
    """Tell how well two texts fit, the hashes in `common` aside; containment 0 where they do not tell the same."""
    short, long = (one, other) if one.shingles <= other.shingles else (other, one)
    limit = min(short.limit, long.limit)
    ours, theirs = (
        [(at, value) for at, value in enumerate(sketch.hashes.tolist()) if value <= limit and value not in common]
        for sketch in (short, long)
    )
    both = {value for _, value in ours}.intersection(value for _, value in theirs)
    if len(ours) < ENOUGH or len(both) < max(SHARED, SCATTERED * len(ours)):
        return _Match(0.0)
    runs = _runs([value in both for _, value in ours], max(3, round(EDIT * len(ours) / short.shingles)))
    containment = sum(last - first + 1 for first, last in runs) / len(ours)
    if containment < SAME or _filled_in([(ours[first][0], ours[last][0]) for first, last in runs], short, long):
        return _Match(0.0)
    if short.shingles < ROUND_UP * long.shingles:
        inside = [at for at, (_, value) in enumerate(theirs) if value in both]
        if sum(inside) > ROUND_UP * len(theirs) * len(inside):
            return _Match(0.0)
    return _Match(round(containment, 3), round(len(both) / (len(ours) + len(theirs) - len(both)), 3))


def _runs(shared: Sequence[bool], edit: int) -> list[tuple[int, int]]:
    """Find the parts of a text that are common, first and last: shared hashes with up to `edit` others between two."""
    runs: list[tuple[int, int]] = []
    for at, both in enumerate(shared):
        if both and runs and at - runs[-1][1] <= edit + 1:
            runs[-1] = runs[-1][0], at
        elif both:
            runs.append((at, at))
    return runs


def _filled_in(runs: Sequence[tuple[int, int]], short: Sketch, long: Sketch) -> bool:
    """Tell a form filled in anew: most of the numbers within the common parts are not those of the longer text.

    Small numbers are alike by chance, their pairs are not; but paragraphs in another order part the pairs. So either is
    enough: a quarter of the pairs of neighbours, or nearly all of the numbers. Of one or two numbers nothing is told.
    """
    limit = min(int(each.numbers.max(initial=0)) >> 16 if each.some_numbers else EVERY for each in (short, long))
    ours, theirs = ([each for each in sketch.numbers.tolist() if each >> 16 <= limit] for sketch in (short, long))
    ours = [each for each in ours if any(first < each & 0xFF <= last for first, last in runs)]
    numbers, pairs = ({each >> cut for each in ours} for cut in (16, 8))
    alike, alike_pairs = (len(each.intersection(x >> cut for x in theirs)) for each, cut in ((numbers, 16), (pairs, 8)))
    if len(pairs) >= 5:
        return alike < 0.8 * len(numbers) and alike_pairs < len(pairs) / 4
    return len(numbers) >= 3 and alike <= 0.3 * len(numbers)
