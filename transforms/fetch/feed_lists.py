"""Read a list of feeds: OPML, or plain text with one address a line."""

from typing import NamedTuple

import listparser

from schemas.records import Refusal
from transforms.fetch.feed_prolog import read_prolog
from transforms.fetch.feed_text import feed_text
from transforms.fetch.feeds import parse_feed
from transforms.fetch.plain_text import one_line


class Subscription(NamedTuple):
    """A feed that somebody wants to read."""

    url: str
    name: str = ""
    tags: tuple[str, ...] = ()  # categories, and the folders it lies in, outermost first


def feed_urls(argument: str, body: bytes) -> list[Subscription]:
    """Return the feeds that a file names, in its order, each address once.

    The file is OPML (1.0 to 2.0; titles become names, folders and categories tags), or text with one address a line
    (blank lines and `#` comments are skipped, `address  # name` gives a name), or a feed itself, which is then named by
    `argument`. Empty for anything else. A line of a list that is no address is kept, so that it ends in the ledger
    instead of nowhere.
    """
    text = feed_text(body)
    prolog = read_prolog(text) if text.startswith("<") else None
    if prolog and prolog.root == "opml":
        return _merged(_outlines(text[prolog.start :]))
    if prolog or text.startswith("{"):
        feed = parse_feed(body, argument)
        return [] if isinstance(feed, Refusal) else [Subscription(argument, feed.title)]
    return _merged(_lines(text))


def _outlines(opml: str) -> list[Subscription]:
    # An HTML parser reads the text inside: only a declared encoding keeps it from guessing.
    found = listparser.parse(f'<?xml version="1.0" encoding="utf-8"?>{opml}'.encode("utf-8", "replace"))
    return [
        Subscription(feed["url"], one_line(feed["title"]), _tags(feed["categories"]))
        for feed in found["feeds"]
        if feed["url"]
    ]


def _tags(categories: list[list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_line(name) for path in categories for name in path if name.strip()))


def _lines(text: str) -> list[Subscription]:
    """Read a plain list; text whose lines are mostly no addresses is no list."""
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    found = [_line(line) for line in lines]
    good = sum(subscription.url.lower().startswith(("http://", "https://")) for subscription in found)
    return found if good * 2 > len(found) else []


def _line(line: str) -> Subscription:
    address, _, name = line.partition(" #")
    return Subscription(address.strip(), one_line(name))


def _merged(found: list[Subscription]) -> list[Subscription]:
    """Give each address once, with the tags of all its places."""
    merged: dict[str, Subscription] = {}
    for one in found:
        first = merged.setdefault(one.url, one)
        merged[one.url] = first._replace(
            name=first.name or one.name, tags=tuple(dict.fromkeys((*first.tags, *one.tags)))
        )
    return list(merged.values())
