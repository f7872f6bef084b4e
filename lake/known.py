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
from lake.taken import current_outcomes, outcomes_of
from schemas.outcomes import DUPLICATE, STORED, TRANSIENT, UNCHANGED
from schemas.settings import LakeSettings

_COLUMNS: Final = ("reference_id", "article_id", "revision_id", "outcome")
_ARTICLE: Final = pa.array([STORED, UNCHANGED, DUPLICATE])
_TRANSIENT: Final = pa.array(sorted(TRANSIENT))
_FEW: Final = 20_000  # keys that wait in the set until they are sorted into the array

Keys = NDArray[np.uint64]


class Known:
    """The keys of the outcomes that stand in the log, up to the entry `seen`. Threads may share it."""

    def __init__(self, store: Store) -> None:
        self.seen = 0
        self._store = store
        self._sorted: Keys = np.empty(0, np.uint64)
        self._recent: set[int] = set()
        self._lock = threading.Lock()

    def __contains__(self, key: str) -> bool:
        """Tell whether a reference, article or revision id is known."""
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

    def refresh(self) -> int:
        """Take in what was committed since; return the head of the log that is covered now. Raises StoreError.

        Keys that another thread takes in meanwhile are known as well, so the answer may say less than what is covered.
        """
        with self._lock:
            now = log.snapshot(self._store)
            if not self.seen or now.head < self.seen:
                self._load(now)
            elif now.head > self.seen:
                self._follow(now)
            return self.seen

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
        """Read all outcomes: the table as it stands, and the entries it does not hold yet.

        Who asks meanwhile finds the old keys, then the new ones, never none.
        """
        held = delta.version(delta.load(self._store, "outcomes"))
        found = [_keys(rows) for rows in current_outcomes(self._store, _COLUMNS)]
        found += [_keys(rows) for rows in outcomes_of(self._store, now.entries(held), _COLUMNS)]
        self._sorted = np.unique(np.concatenate([*found, np.empty(0, np.uint64)]))
        self._recent = set()
        self.seen = now.head

    def _follow(self, now: log.Log) -> None:
        """Read the outcomes of the entries that are new."""
        try:
            self.take_in([_keys(rows) for rows in outcomes_of(self._store, now.entries(self.seen), _COLUMNS)])
            self.seen = now.head
        except FileNotFoundError:  # compacted meanwhile, and the old files vacuumed
            self._load(now)


def _keys(rows: pa.Table) -> Keys:
    """Return the keys of some outcomes: final references, articles that are there, revisions that were stored."""
    final = pc.invert(pc.is_in(rows["outcome"], _TRANSIENT))
    there = pc.is_in(rows["outcome"], _ARTICLE)
    columns = (
        rows["reference_id"].filter(final),
        rows["article_id"].filter(there),
        rows["revision_id"].drop_null(),
    )
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
