"""The times of a page: when it was published and last changed."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from htmldate import find_date

from transforms.article.byline import read_byline
from transforms.article.date_lines import date_line
from transforms.article.dates import AHEAD, Claim, Published, choose_published
from transforms.article.jsonld import text_of
from transforms.article.moments import parse_moment
from transforms.article.page_bylines import Shown
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
_NEAR: Final = 15  # lines below the headline in which the date stands
_SIGNED = re.compile(r"[+-]\d{2}:?\d{2}$")
_MODIFIED: Final = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")


def read_times(facts: PageFacts, url: str, now: datetime, shown: Callable[[], Shown]) -> tuple[Published, Published]:
    """Read the times of publication and of the last change.

    `url` may tell a date; `now` is when the page was fetched, in UTC; `shown` gives what the page shows.
    Where neither JSON-LD nor `<meta>` tells the time of day, the dates below the headline are read.
    """
    written = text_of(facts.article.get("datePublished"))
    changed = text_of(facts.article.get("dateModified"))
    claims = [Claim(written, "json-ld"), Claim(text_of(facts.article.get("dateCreated")), "json-ld")]
    claims += [Claim(value, "meta") for name in _PUBLISHED for value in facts.meta.get(name, ())[:2]]
    changes = [Claim(changed, "json-ld"), *(Claim(facts.first(name), "meta") for name in _MODIFIED)]
    raws = [claim.raw for claim in (*claims[:1], *changes, *claims[1:])]
    offset = _offset(raws)
    guess = cache(lambda: _guess(facts, url, now))
    published = _offset_from_twin(choose_published(claims, now, offset, guess), raws)
    if published.precision in {"", "day"}:
        published = _seen(shown(), published, offset, now, guess)
    return published, _offset_from_twin(choose_published(changes, now, offset), raws)


def _guess(facts: PageFacts, url: str, now: datetime) -> str:
    latest = (now + AHEAD).strftime("%Y-%m-%d")
    return find_date(facts.tree, extensive_search=False, original_date=True, url=url or None, max_date=latest) or ""


def _seen(
    shown: Shown,
    known: Published,
    offset: timedelta | None,
    now: datetime,
    guess: Callable[[], str],
) -> Published:
    """Look below the headline for the date that readers see; it counts when it adds the time of day, or the day itself.

    It must be of the day that is known, or that htmldate finds.
    """
    lines, starts = shown
    near = dict.fromkeys(place for start in starts or [0] for place in range(start, min(start + _NEAR, len(lines))))
    dated = [found for place in near if (found := date_line(lines[place]) or read_byline(lines[place]).date)]
    for found in dated:
        seen = choose_published([Claim(found.words, "text")], now, offset, guess)
        if found.updated or seen.source != "text" or seen.at is None:
            continue
        fits = known.at is None or seen.at.date() == known.at.date()
        if fits and (seen.precision != "day" or (known.at is None and starts)):
            return seen._replace(raw=found.raw)
    return known


def _offset(raws: list[str]) -> timedelta | None:
    """Find the publisher's distance from UTC in any time of the page that names it (`Z` counts as unsaid)."""
    for raw in raws:
        moment = parse_moment(raw) if _SIGNED.search(raw) else None
        if moment is not None and moment.stated and moment.offset:
            return moment.offset
    return None


def _offset_from_twin(published: Published, raws: list[str]) -> Published:
    """Give a time without an offset the one with which the page writes the same minute elsewhere."""
    if published.at is None or published.offset is not None or published.precision == "day":
        return published
    for raw in raws:
        moment = parse_moment(raw) if _SIGNED.search(raw) else None
        if moment is not None and moment.stated and abs(moment.at - published.at) < timedelta(minutes=1):
            return published._replace(offset=moment.minutes)
    return published
