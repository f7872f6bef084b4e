"""One thing that is to be said of a feed."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One plain sentence that a publisher can act on."""

    level: str  # ok | note | warning | error
    topic: str  # one or two words, such as `dates`
    text: str
