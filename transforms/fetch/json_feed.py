"""Read JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from typing import Any, Final

from transforms.fetch.feed_addresses import http_address, raw_link
from transforms.fetch.feed_dates import DateReader
from transforms.fetch.feed_json import members
from transforms.fetch.feed_keeper import EntryKeeper
from transforms.fetch.feed_records import Feed, FeedEntry, FeedPlace
from transforms.fetch.feed_text import FeedText
from transforms.fetch.plain_text import one_line, plain

ITEMS: Final = "items"


def read_json_feed(text: FeedText, keeper: EntryKeeper) -> Feed | None:
    """Return the feed, or `None` for JSON that is none. Items that are no objects are left out.

    It is read twice, since what the feed says of itself may stand after its items.
    """
    try:
        said = {one.name: one.value for one in members(text.pieces(), ITEMS) if not one.is_element}
    except (ValueError, RecursionError):
        return None
    if not isinstance(said.get(ITEMS), list):
        return None
    if "jsonfeed.org" not in _text(said, "version") and not _text(said, "title"):
        return None
    language = _text(said, "language")
    dates = DateReader(language)
    others = 0
    for item in (one.value for one in members(text.pieces(), ITEMS) if one.is_element):
        if not isinstance(item, dict):
            others += 1
        elif keeper.is_late():
            keeper.passed_over += 1
        else:
            keeper.keep(_entry(item, said, keeper.place, dates))
    return Feed(
        url=keeper.place.url,
        title=one_line(_text(said, "title")),
        kind="json",
        language=language,
        entries=keeper.entries(),
        bozo="some items are no objects" if others else "",
        left_out=keeper.left_out(),
        self_url=http_address(_text(said, "feed_url"), keeper.place.base),
    )


def _entry(item: dict[str, Any], feed: dict[str, Any], place: FeedPlace, dates: DateReader) -> FeedEntry:
    html, text = _text(item, "content_html"), _text(item, "content_text")
    link = _text(item, "url") or _text(item, "external_url")
    return FeedEntry(
        guid=_text(item, "id") or link,
        link=http_address(link, place.base),
        title=one_line(_text(item, "title")),
        description=plain(_text(item, "summary") or html or text),
        html=html,
        text="" if html else text,
        published_at=_text(item, "date_published"),
        published=dates.read(_text(item, "date_published")),
        modified=dates.read(_text(item, "date_modified")),
        authors=_authors(item) or _authors(feed),
        tags=_tags(item),
        image_url=http_address(_text(item, "image") or _text(item, "banner_image"), place.base),
        language=_text(item, "language") or _text(feed, "language"),
        raw_link=raw_link(link),
    )


def _text(said: dict[str, Any], name: str) -> str:
    """Read a string; a number counts as one, since ids often are numbers."""
    found = said.get(name)
    return str(found).strip() if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def _tags(item: dict[str, Any]) -> list[str]:
    tags = item.get("tags")
    return [one_line(tag) for tag in tags if isinstance(tag, str) and tag.strip()] if isinstance(tags, list) else []


def _authors(said: dict[str, Any]) -> list[str]:
    """Read `authors` of version 1.1, else `author` of 1.0."""
    authors = said.get("authors")
    found = authors if isinstance(authors, list) else [said.get("author")]
    names = [one_line(_text(author, "name")) for author in found if isinstance(author, dict)]
    return list(dict.fromkeys(name for name in names if name))
