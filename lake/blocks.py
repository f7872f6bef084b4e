"""Articles and domains that were erased and are refused from then on, kept as salted hashes.

The salt is the lake's: made with its first block, and the same for all of them. It keeps the hashes from being looked
up in a list that somebody made elsewhere; who has the lake can still ask about one address, as newsbeam itself does.
"""

import os
import secrets
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from lake import log, parquet
from lake.snapshot import has_begun, live_files
from lake.store import Store, open_store
from schemas.settings import LakeSettings

ARTICLE: Final = "article"
DOMAIN: Final = "domain"


class BlockList:
    """What is refused, as of one moment of the lake."""

    def __init__(self, rows: Iterable[dict[str, Any]] = ()) -> None:
        self._blocks: dict[str, set[tuple[str, str]]] = {}  # by salt
        for row in rows:
            self._blocks.setdefault(row["salt"], set()).add((row["kind"], row["block_id"]))

    def __bool__(self) -> bool:
        """Tell whether anything is refused."""
        return bool(self._blocks)

    def refused_as(self, article_ids: Iterable[str], hosts: Iterable[str]) -> str:
        """Return the name under which the ledger says that an article is refused, "" where it is not.

        `article_ids` are all names it goes by, `hosts` those of its addresses; a domain is refused with all below it.
        """
        names = list(article_ids)
        places = {part for host in hosts for part in _above(host)}
        for salt, blocks in self._blocks.items():
            asked = [(ARTICLE, name) for name in names] + [(DOMAIN, place) for place in places]
            if names and any((kind, hashed(salt, kind, name)) in blocks for kind, name in asked):
                return hashed(salt, ARTICLE, names[0])
        return ""


def hashed(salt: str, kind: str, name: str) -> str:
    """Hash what is refused to 32 hex digits."""
    return blake2b(f"{kind}\x1f{name}".encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()


def block_rows(store: Store, blocked: Sequence[tuple[str, str]], now: datetime, run_id: str) -> list[dict[str, Any]]:
    """Make the rows of `blocks` that the lake lacks, for (kind, article_id or domain); raises StoreError."""
    there = _rows(store)
    salt = min((row["salt"] for row in there), default=secrets.token_hex(16))
    known = {row["block_id"] for row in there}
    wanted = {hashed(salt, kind, name): kind for kind, name in blocked}
    return [
        {"block_id": block_id, "kind": kind, "salt": salt, "blocked_at": now, "run_id": run_id}
        for block_id, kind in wanted.items()
        if block_id not in known
    ]


def _rows(store: Store) -> list[dict[str, Any]]:
    paths = live_files(store, ("blocks",))["blocks"] if has_begun(store) else []
    return [row for rows in parquet.read_all(store, paths) for row in rows.to_pylist()]


def _above(host: str) -> list[str]:
    labels = host.lower().strip(".").split(".")
    return [".".join(labels[number:]) for number in range(len(labels))]


class _List(NamedTuple):
    head: int
    blocks: BlockList


_lists: dict[tuple[int, str, str], _List] = {}
_lock = threading.Lock()


def block_list(settings: LakeSettings) -> BlockList:
    """Return what the lake refuses now, read again only when something was committed since; raises StoreError."""
    store = open_store(settings)
    place = (os.getpid(), settings.uri, settings.endpoint)
    with _lock:
        head = log.head(store)
        if place not in _lists or _lists[place].head != head:
            _lists[place] = _List(head, BlockList(_rows(store)))
        return _lists[place].blocks
