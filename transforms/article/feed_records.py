"""Take a local feed file apart into its entries."""

import re
from html import unescape
from typing import Any, Final

from schemas.records import Refusal
from transforms.article.own_url import usable_url
from transforms.article.seed_records import REFUSED_CAP, Record, to_json
from transforms.article.sniff import sniff
from transforms.fetch.feeds import Feed, FeedEntry, parse_feed
from transforms.fetch.urls import domain

_TAG: Final = re.compile(r"<[^<>]*>")


def feed_records(body: bytes) -> list[Record]:
    """Return a record for each entry of a feed, in its order; a body that is no feed is one refused record.

    An entry's article is its content, else its description; without either it comes refused as `empty`. `site` is the
    domain of the address the feed gives itself.
    """
    feed = parse_feed(body, "")
    if isinstance(feed, Refusal):
        return [Record("text", 0, body[:REFUSED_CAP], body[:REFUSED_CAP], refusal=feed)]
    site = domain(feed.self_url)
    return [_entry_record(feed, entry, number)._replace(site=site) for number, entry in enumerate(feed.entries)]


def entry_fields(feed: Feed, entry: FeedEntry) -> dict[str, Any]:
    """Bring an entry to the field names of `Payload.data`; what is empty is left out."""
    fields = {
        "title": entry.title,
        "text": entry.text,
        "html": entry.html,
        "url": entry.link,
        "published_at": entry.published_at,
        "modified_at": entry.modified.isoformat() if entry.modified else "",
        "language": entry.language or feed.language,
        "authors": entry.authors,
        "description": entry.description,
        "tags": entry.tags,
        "image_url": entry.image_url,
    }
    if _is_all(entry.description, entry.html or entry.text):
        fields["description"] = ""
    if not entry.text.strip() and not entry.html.strip():
        kind = "html" if sniff(entry.description.encode("utf-8", "replace")) == "html" else "text"
        fields |= {"text": "", "html": "", kind: fields.pop("description")}
    return {name: value for name, value in fields.items() if value and str(value).strip()}


def _entry_record(feed: Feed, entry: FeedEntry, number: int) -> Record:
    fields = entry_fields(feed, entry)
    data = to_json(fields)
    url = usable_url(entry.link)
    if "text" in fields or "html" in fields:
        return Record("entry", number, data, data, url)
    return Record(
        "entry", number, data, data, url, refusal=Refusal("empty", "the entry has neither content nor description")
    )


def _is_all(description: str, content: str) -> bool:
    """Tell a description that is the whole content once more, as parsers make it up where a feed gives none."""
    shown = "".join(unescape(_TAG.sub("", content)).split())
    said = "".join(description.split())
    return bool(said) and shown[:100] == said[:100] and len(said) >= 0.9 * len(shown)
