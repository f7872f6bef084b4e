"""The times of a page: when it was published and last changed."""

from datetime import datetime, timedelta
from typing import Final

from htmldate import find_date

from transforms.article.dates import AHEAD, Claim, Published, choose_published, parse_moment, plausible
from transforms.article.jsonld import text_of
from transforms.article.page_facts import PageFacts

_PUBLISHED: Final = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "published_time",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "dcterms.created",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "date",
)
_MODIFIED: Final = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")


def read_times(facts: PageFacts, url: str, now: datetime) -> tuple[Published, datetime | None]:
    """Read the times of publication and of the last change.

    `url` may tell a date; `now` is when the page was fetched, in UTC.
    """
    written = text_of(facts.article.get("datePublished"))
    changed = text_of(facts.article.get("dateModified")) or facts.first(*_MODIFIED)
    claims = [Claim(written, "json-ld"), Claim(text_of(facts.article.get("dateCreated")), "json-ld")]
    claims += [Claim(facts.first(name), "meta") for name in _PUBLISHED]
    offset = _offset([written, changed, *(claim.raw for claim in claims)])

    def guess() -> str:
        latest = (now + AHEAD).strftime("%Y-%m-%d")
        found = find_date(facts.tree, extensive_search=False, original_date=True, url=url or None, max_date=latest)
        return found or ""

    published = choose_published(claims, now, offset, guess)
    modified = parse_moment(changed, offset) if changed else None
    return published, modified.at if modified is not None and plausible(modified.at, now) else None


def _offset(raws: list[str]) -> timedelta | None:
    """Find the publisher's distance from UTC in any time of the page that names it (`Z` counts as unsaid)."""
    for raw in raws:
        moment = parse_moment(raw) if raw[-6:-5] in {"+", "-"} or raw[-5:-4] in {"+", "-"} else None
        if moment is not None and moment.offset:
            return moment.offset
    return None
