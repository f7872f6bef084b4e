"""Turn what feedparser found into our own records."""

import re
from typing import Any, Final
from urllib.parse import urljoin

from transforms.fetch.feed_dates import DateReader
from transforms.fetch.feed_reader import ReadFeed
from transforms.fetch.feed_records import Feed, FeedEntry, FeedPlace
from transforms.fetch.plain_text import is_markup, one_line, plain

#: Entries of one feed; of more, the newest stay (a sitemap may have no more, says its protocol).
MAX_ENTRIES: Final = 50_000
HTML_TYPES: Final = ("text/html", "application/xhtml+xml")


class EntryMaker:
    """Makes the records of the entries of one feed."""

    def __init__(self, place: FeedPlace) -> None:
        self._place = place
        self._dates = DateReader()

    def __call__(self, entry: dict[str, Any], said: dict[str, Any]) -> FeedEntry:
        """Make the record of an entry; `said` is what the feed has said of itself until then."""
        self._dates.language = _text(said, "language")
        return _entry(entry, self._place, self._dates)


def feed_of(read: ReadFeed, place: FeedPlace, make: EntryMaker) -> Feed:
    """Make the record of an RSS, RDF or Atom feed."""
    said = read.feed
    language = _text(said, "language")
    made = (make(entry, said) if isinstance(entry, dict) else entry for entry in read.entries)
    entries = [entry if entry.language else entry._replace(language=language) for entry in made]
    return Feed(
        url=place.url,
        title=_label(said, "title"),
        kind=read.version,
        language=language,
        entries=entries,
        bozo=one_line(read.bozo)[:300],
        ttl=_number(_text(said, "ttl")),
        update_period=_text(said, "sy_updateperiod").lower(),
        update_frequency=_number(_text(said, "sy_updatefrequency")) or 1,
        skip_hours=tuple(int(hour) for hour in dict.get(said, "skip_hours", []) if re.fullmatch(r"\d{1,2}", hour)),
        skip_days=tuple(day.strip().title() for day in dict.get(said, "skip_days", []) if day.strip()),
        self_url=_first_link(said, "self", place),
        new_url=_address(_text(said, "newlocation") or _text(said, "itunes_new-feed-url"), place),
    )


def capped(feed: Feed) -> Feed:
    """Keep the newest entries where there are too many, in the order of the document, and say so."""
    if len(feed.entries) <= MAX_ENTRIES:
        return feed
    stamps = [entry.published.timestamp() if entry.published else 0.0 for entry in feed.entries]
    kept = sorted(sorted(range(len(stamps)), key=lambda number: -stamps[number])[:MAX_ENTRIES])
    note = f"only the newest {MAX_ENTRIES} of {len(stamps)} entries are read"
    return feed._replace(entries=[feed.entries[number] for number in kept], bozo=f"{note}; {feed.bozo}".rstrip("; "))


def http_address(address: str, base: str) -> str:
    """Resolve an address against its base; "" for one that is not http(s), such as `javascript:`."""
    address = re.sub(r"[\x00-\x1f\x7f]", "", address).strip()
    try:
        found = urljoin(base, address) if address else ""
    except ValueError:
        return ""
    return found if re.match(r"https?://[^/?#]", found, re.IGNORECASE) else ""


def raw_link(written: str) -> str:
    """Return a link that is not a plain http(s) address, cut short; "" for one that is."""
    return "" if re.match(r"https?://[^/?#]", written, re.IGNORECASE) else written[:500]


def _entry(entry: dict[str, Any], place: FeedPlace, dates: DateReader) -> FeedEntry:
    html, text = _content(entry)
    published = _text(entry, "published") or _text(entry, "created") or _text(entry, "updated")
    return FeedEntry(
        guid=_text(entry, "id"),
        link=_link(entry, place),
        title=_label(entry, "title"),
        description=plain(_text(entry, "summary")),
        html=html,
        text=text,
        published_at=published,
        published=dates.read(published),
        modified=dates.read(_text(entry, "updated")),
        authors=_authors(entry),
        tags=_tags(entry),
        image_url=_image(entry, place),
        language=_language(entry),
        raw_link=raw_link(_text(entry, "link")),
    )


def _text(said: dict[str, Any], name: str) -> str:
    """Read a string past feedparser's own `get`, which maps names and warns."""
    found = dict.get(said, name)
    return found.strip() if isinstance(found, str) else ""


def _dicts(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = dict.get(said, name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _label(said: dict[str, Any], name: str) -> str:
    detail = dict.get(said, f"{name}_detail")
    kind = dict.get(detail, "type") if isinstance(detail, dict) else ""
    return plain(_text(said, name)) if kind in HTML_TYPES else one_line(_text(said, name))


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,7}", text) else 0


def _content(entry: dict[str, Any]) -> tuple[str, str]:
    """Return the entry's content as (HTML, plain text), one of which is ""; the summary stands in for none."""
    found = [(_text(one, "value"), dict.get(one, "type")) for one in _dicts(entry, "content")]
    detail = dict.get(entry, "summary_detail")
    found.append((_text(entry, "summary"), dict.get(detail, "type") if isinstance(detail, dict) else ""))
    value, kind = max(found, key=lambda one: len(one[0]))
    if kind == "application/xhtml+xml" or (kind != "text/plain" and is_markup(value)):
        return value, ""
    return "", value


def _link(entry: dict[str, Any], place: FeedPlace) -> str:
    """Return the page's address: the alternate link that is HTML, else any other, else an id that is an address."""
    alternates = [link for link in _dicts(entry, "links") if dict.get(link, "rel") == "alternate"]
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
    names = [plain(_text(author, "name")) for author in _dicts(entry, "authors")]
    names = [name for name in names if name] or [plain(_text(entry, "author"))]
    return list(dict.fromkeys(name for name in names if name))


def _tags(entry: dict[str, Any]) -> list[str]:
    terms = (plain(_text(tag, "label") or _text(tag, "term")) for tag in _dicts(entry, "tags"))
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
