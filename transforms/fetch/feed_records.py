"""What a feed says, in one shape for all formats."""

from datetime import datetime
from typing import NamedTuple


class FeedEntry(NamedTuple):
    """One entry; what it does not say is "", `None` or empty."""

    guid: str  # as the feed wrote it
    link: str  # absolute http(s) address of the page; "" where there is none, or one with another scheme
    title: str  # plain text
    description: str  # plain text of the summary
    html: str  # the entry's content (else its summary) where that is markup
    text: str  # the same where it is plain text
    published_at: str  # as the feed wrote it
    published: datetime | None  # UTC
    modified: datetime | None  # UTC
    authors: list[str]
    tags: list[str]
    image_url: str
    language: str  # as the feed wrote it, such as en-GB
    raw_link: str = ""  # the link as the feed wrote it, where it is relative, or no address of a page


class Feed(NamedTuple):
    """A feed with its entries in document order, and its hints on when to come again."""

    url: str  # the configured address
    title: str
    kind: str  # rss20, rss10, atom10, atom03, …, json, news_sitemap, sitemap
    language: str
    entries: list[FeedEntry]
    bozo: str = ""  # what is wrong with it; a note, never a reason to refuse it
    left_out: str = ""  # what of it was not read, since there is too much of it
    ttl: int = 0  # minutes, 0 where it does not say (RSS 2.0)
    update_period: str = ""  # hourly … yearly (RSS 1.0 syndication module)
    update_frequency: int = 1  # times in that period
    skip_hours: tuple[int, ...] = ()  # hours of the day in GMT
    skip_days: tuple[str, ...] = ()  # Monday …
    self_url: str = ""  # where it says that it lives
    new_url: str = ""  # where it says that it has moved to


class FeedPlace(NamedTuple):
    """Where a feed came from: entries are named by `url`, links are resolved against `base`."""

    url: str  # the configured address
    base: str  # the address after redirects
