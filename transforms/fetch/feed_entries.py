"""Turn what feedparser found into our own records."""

import re
from typing import Any, Final, NamedTuple

from transforms.fetch.feed_addresses import http_address, raw_link
from transforms.fetch.feed_dates import DateReader
from transforms.fetch.feed_records import Feed, FeedEntry, FeedPlace
from transforms.fetch.plain_text import MARKUP_LIMIT, is_markup, one_line, plain

HTML_TYPES: Final = ("text/html", "application/xhtml+xml")


class ReadFeed(NamedTuple):
    """What a feed says of itself."""

    version: str
    said: dict[str, Any]  # as feedparser names it
    bozo: str
    left_out: str = ""


def entry_of(entry: dict[str, Any], place: FeedPlace, dates: DateReader) -> FeedEntry:
    """Make the record of an entry."""
    html, text = _content(entry)
    description = _plain(_text(entry, "summary"))
    published = _text(entry, "published") or _text(entry, "created") or _text(entry, "updated")
    return FeedEntry(
        guid=_text(entry, "id"),
        link=_link(entry, place),
        title=_label(entry, "title"),
        description=description,
        html=html,
        text=description if text == description else text,
        published_at=published,
        published=dates.read(published),
        modified=dates.read(_text(entry, "updated")),
        authors=_authors(entry),
        tags=_tags(entry),
        image_url=_image(entry, place),
        language=_language(entry),
        raw_link=raw_link(_text(entry, "link")),
    )


def feed_of(read: ReadFeed, place: FeedPlace, entries: list[Any]) -> Feed:
    """Make the record of an RSS, RDF or Atom feed."""
    said = read.said
    language = _text(said, "language")
    return Feed(
        url=place.url,
        title=_label(said, "title"),
        kind=read.version,
        language=language,
        entries=[_with_language(entry, language) for entry in entries],
        bozo=one_line(read.bozo)[:300],
        left_out=read.left_out,
        ttl=_number(_text(said, "ttl")),
        update_period=_text(said, "sy_updateperiod").lower(),
        update_frequency=_number(_text(said, "sy_updatefrequency")) or 1,
        skip_hours=tuple(int(hour) for hour in dict.get(said, "skip_hours", []) if re.fullmatch(r"\d{1,2}", hour)),
        skip_days=tuple(day.strip().title() for day in dict.get(said, "skip_days", []) if day.strip()),
        self_url=_first_link(said, "self", place),
        new_url=_address(_text(said, "newlocation") or _text(said, "itunes_new-feed-url"), place),
    )


def _with_language(entry: Any, language: str) -> Any:
    """Give an entry the language of its feed; what was made of an entry stays as it is."""
    return entry._replace(language=language) if isinstance(entry, FeedEntry) and not entry.language else entry


def _text(said: dict[str, Any], name: str) -> str:
    """Read a string past feedparser's own `get`, which maps names and warns."""
    found = dict.get(said, name)
    return found.strip() if isinstance(found, str) else ""


def _plain(markup: str) -> str:
    """Return the text of a piece of HTML, in no time where it holds none."""
    return plain(markup) if "<" in markup or "&" in markup else _line(markup[:MARKUP_LIMIT])


def _line(text: str) -> str:
    return text.strip() if text.isprintable() and "  " not in text else one_line(text)


def _dicts(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = dict.get(said, name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _label(said: dict[str, Any], name: str) -> str:
    detail = dict.get(said, f"{name}_detail")
    kind = dict.get(detail, "type") if isinstance(detail, dict) else ""
    return _plain(_text(said, name)) if kind in HTML_TYPES else _line(_text(said, name))


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,7}", text) else 0


def _content(entry: dict[str, Any]) -> tuple[str, str]:
    """Return the entry's content as (HTML, plain text), one of which is ""; the summary stands in for none."""
    detail = dict.get(entry, "summary_detail")
    value, kind = _text(entry, "summary"), dict.get(detail, "type") if isinstance(detail, dict) else ""
    for one in reversed(_dicts(entry, "content")):  # of equally long ones the first
        if len(content := _text(one, "value")) >= len(value):
            value, kind = content, dict.get(one, "type")
    if kind == "application/xhtml+xml" or (
        kind != "text/plain" and ("<" in value or "&" in value) and is_markup(value)
    ):
        return value, ""
    return "", value


def _link(entry: dict[str, Any], place: FeedPlace) -> str:
    """Return the page's address: the alternate link that is HTML, else any other, else an id that is an address."""
    alternates = [link for link in _dicts(entry, "links") if dict.get(link, "rel") == "alternate"]
    if len(alternates) > 1:
        alternates.sort(key=lambda link: dict.get(link, "type") not in HTML_TYPES)
    hrefs = [_text(link, "href") for link in alternates]
    link = _text(entry, "link")
    chosen = [link, *hrefs] if link in hrefs else [*hrefs, link]
    for candidate in (*chosen, _text(entry, "permalink")):
        if address := _address(candidate, place):
            return address
    guid = _text(entry, "id")
    return guid if guid.lower().startswith(("http://", "https://")) and " " not in guid else ""


def _address(candidate: str, place: FeedPlace) -> str:
    return http_address(candidate, place.base)


def _first_link(said: dict[str, Any], relation: str, place: FeedPlace) -> str:
    for link in _dicts(said, "links"):
        if dict.get(link, "rel") == relation and (address := _address(_text(link, "href"), place)):
            return address
    return ""


def _authors(entry: dict[str, Any]) -> list[str]:
    if "authors" not in entry and "author" not in entry:
        return []
    names = [_plain(_text(author, "name")) for author in _dicts(entry, "authors")]
    names = [name for name in names if name] or [_plain(_text(entry, "author"))]
    return list(dict.fromkeys(name for name in names if name))


def _tags(entry: dict[str, Any]) -> list[str]:
    terms = (_plain(_text(tag, "label") or _text(tag, "term")) for tag in _dicts(entry, "tags"))
    return list(dict.fromkeys(term for term in terms if term))


def _image(entry: dict[str, Any], place: FeedPlace) -> str:
    """Return the entry's picture: the widest of Media RSS, else an enclosure, else a thumbnail."""
    media = [one for one in _dicts(entry, "media_content") if _is_picture(one)]
    media.sort(key=lambda one: -_number(_text(one, "width")))
    enclosures = [one for one in _dicts(entry, "links") if dict.get(one, "rel") == "enclosure" and _is_picture(one)]
    image = dict.get(entry, "image")
    others = [image] if isinstance(image, dict) else []
    for one in (*media, *enclosures, *_dicts(entry, "media_thumbnail"), *others):
        if address := _address(_text(one, "url") or _text(one, "href"), place):
            return address
    return ""


def _is_picture(media: dict[str, Any]) -> bool:
    kind = _text(media, "medium") or _text(media, "type").partition("/")[0]
    address = _text(media, "url") or _text(media, "href")
    return kind == "image" or (not kind and bool(re.search(r"\.(?:jpe?g|png|webp|gif|avif)\b", address, re.IGNORECASE)))


def _language(entry: dict[str, Any]) -> str:
    for name in ("content", "title_detail"):
        found = dict.get(entry, name)
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, dict) and (language := _text(first, "language")):
            return language
    return ""
