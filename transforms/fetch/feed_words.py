"""Name what an entry says, so that an edit is told from the same words once more."""

import re
from typing import Final

from transforms.article.ids import digest
from transforms.fetch.feed_records import FeedEntry

_NUMBER: Final = re.compile(r"\d+(?:[.,:'  ]\d+)*")
_AGE: Final = re.compile(
    r"\b(?:0|an?|one) (?:second|sec|minute|min|hour|hr|day|week|month|year)s? ago\b", re.IGNORECASE
)
_COUNTED: Final = re.compile(r"\b(0 [^\W\d_]{2,30}?)s\b")
_TAG: Final = re.compile(r"<[^<>]*>")


def words_fingerprint(entry: FeedEntry) -> str:
    """Name what an entry says, but for its dates.

    Numbers do not count: "3 comments" for "1 comment", "2 hours ago" for "an hour ago" are no edits. Nor do tags: their
    addresses may carry a token that is new each time.
    """
    description, content = _folded(entry.description), entry.html or entry.text
    folded = description if content is entry.description else _folded(content)
    return digest("words", _folded(entry.title), description, folded)


def dated_fingerprint(words: str, entry: FeedEntry) -> str:
    """Name what an entry says, with its date of change; `words` is its `words_fingerprint`."""
    return digest("said", words, entry.modified.isoformat() if entry.modified else "")


def _folded(text: str) -> str:
    text = _TAG.sub(" ", text) if "<" in text else text
    text = " ".join(_NUMBER.sub("0", text).split())
    text = _AGE.sub("0 ago", text) if "ago" in text.lower() else text
    return _COUNTED.sub(r"\1", text) if "0 " in text else text
