"""What the lake knows already: the keys of everything it has stored or settled, in 8 bytes each.

A key is the 64-bit prefix of an id of 32 hex digits. Among two million keys one foreign id in ten trillion is taken for
known by mistake.
"""

import os
import threading
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lake import delta, log
from lake.store import Store, open_store
from lake.taken import added, current
from lake.waiting import COLUMNS as WAITING
from lake.waiting import Wait, Waiting
from schemas.outcomes import DUPLICATE, STORED, UNCHANGED, UNSETTLED
from schemas.settings import LakeSettings

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "outcomes": tuple(dict.fromkeys(("reference_id", "article_id", "revision_id", "outcome", *WAITING))),
    "sightings": ("sighting_id", "words_id", "entry_id"),
}
_ARTICLE: Final = pa.array([STORED, UNCHANGED, DUPLICATE])
_UNSETTLED: Final = pa.array(sorted(UNSETTLED))
_FEW: Final = 20_000  # keys that wait in the set until they are sorted into the array

Keys = NDArray[np.uint64]


class Known:
    """The keys of the outcomes and sightings that stand in the log, up to the entry `seen`. Threads may share it."""

    def __init__(self, store: Store) -> None:
        self.seen = 0
        self._store = store
        self._sorted: Keys = np.empty(0, np.uint64)
        self._recent: set[int] = set()
        self._waiting = Waiting()
        self._lock = threading.Lock()

    def __contains__(self, key: str) -> bool:
        """Tell whether the id of a reference, article, revision, sighting or feed entry is known."""
        number = int(key[:16], 16)
        recent, known = self._recent, self._sorted
        if number in recent:
            return True
        place = int(np.searchsorted(known, np.uint64(number)))
        return place < len(known) and int(known[place]) == number

    def __len__(self) -> int:
        """Count the keys."""
        known = self._sorted
        return len(known) + len(np.setdiff1d(np.fromiter(self._recent, np.uint64), known))

    def refresh(self, store: Store | None = None) -> int:
        """Take in what was committed since; return the head of the log that is covered now. Raises StoreError.

        It is read through another store object from now on, if one is given: one with newer keys.
        Keys that another thread takes in meanwhile are known as well, so the answer may say less than what is covered.
        """
        with self._lock:
            self._store = store or self._store
            now = log.snapshot(self._store)
            if not self.seen or now.head < self.seen:
                self._load(now)
            elif now.head > self.seen:
                self._follow(now)
            return self.seen

    def waiting(self) -> list[tuple[str, Wait]]:
        """Return (reference_id, wait) of all that is pending, by the time of the next try."""
        with self._lock:
            return [(name, wait) for name, wait in self._waiting.items() if name not in self]

    def wait_of(self, reference_id: str) -> Wait | None:
        """Return the wait of a reference that is pending, `None` for any other."""
        return None if reference_id in self else self._waiting.get(reference_id)

    def take_in(self, found: Sequence[Keys], few: int = _FEW) -> None:
        """Add keys: a few to the set, many by sorting all into the array. The array is replaced, never changed."""
        recent = self._recent.union(*(keys.tolist() for keys in found)) if sum(map(len, found)) <= few else None
        if recent is not None and len(recent) <= few:
            self._recent = recent
            return
        waiting = np.fromiter(self._recent, np.uint64, len(self._recent))
        self._sorted = np.unique(np.concatenate([self._sorted, waiting, *found]))
        self._recent = set()

    def _load(self, now: log.Log) -> None:
        """Read it all: the tables as they stand, and the entries they do not hold yet.

        Who asks meanwhile finds the old keys, then the new ones, never none.
        """
        waiting = Waiting()
        found: list[Keys] = [np.empty(0, np.uint64)]
        for name, columns in _COLUMNS.items():
            held = delta.version(delta.load(self._store, name))
            found += [_keys(rows, waiting) for rows in current(self._store, name, columns)]
            found += [_keys(rows, waiting) for rows in added(self._store, name, now.entries(held), columns)]
        self._sorted = np.unique(np.concatenate(found))
        self._recent = set()
        self._waiting = waiting
        self.seen = now.head

    def _follow(self, now: log.Log) -> None:
        """Read what the new entries added."""
        entries = now.entries(self.seen)
        try:
            for name, columns in _COLUMNS.items():
                self.take_in([_keys(rows, self._waiting) for rows in added(self._store, name, entries, columns)])
            self.seen = now.head
        except FileNotFoundError:  # compacted meanwhile, and the old files vacuumed
            self._load(now)


def _keys(rows: pa.Table, waiting: Waiting) -> Keys:
    """Return the keys of some rows; what of them is pending goes into `waiting`.

    Of outcomes: final references, articles that are there, revisions that were stored. Of sightings: all of their ids.
    """
    if "sighting_id" in rows.column_names:
        return _prefixes(rows["sighting_id"], rows["words_id"], rows["entry_id"])
    waiting.take_in(rows)
    final = pc.and_(pc.is_null(rows["retry_at"]), pc.invert(pc.is_in(rows["outcome"], _UNSETTLED)))  # `is_settled`
    there = pc.is_in(rows["outcome"], _ARTICLE)
    return _prefixes(
        rows["reference_id"].filter(final), rows["article_id"].filter(there), rows["revision_id"].drop_null()
    )


def _prefixes(*columns: pa.ChunkedArray) -> Keys:
    prefixes = "".join("".join(pc.utf8_slice_codeunits(column, 0, 16).to_pylist()) for column in columns)
    return np.unique(np.frombuffer(bytes.fromhex(prefixes), ">u8").astype(np.uint64))


_caches: dict[tuple[int, str, str], Known] = {}
_caches_lock = threading.Lock()


def known(settings: LakeSettings) -> Known:
    """Return this process's cache of one lake's keys; it is empty until its first `refresh`."""
    place = (os.getpid(), settings.uri, settings.endpoint)
    with _caches_lock:
        if place not in _caches:
            _caches[place] = Known(open_store(settings))
        return _caches[place]
