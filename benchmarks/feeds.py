"""Parsing of real feeds against feedparser with its slow options off, in pairs, by processor time of one core.

Run: NEWSBEAM_DATA=FOLDER python -m benchmarks.feeds [ROUNDS]

feedparser gives its own dictionaries; newsbeam gives plain text, resolved links and UTC dates as well.
Target: at least 40 feeds a second; a feed of 20,000 entries, as a poll reads it, in half of the pool's 10 seconds.
"""

import io
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from transforms.fetch.feed_dates import feed_date
from transforms.fetch.feeds import parse_feed
from transforms.fetch.sighted import FeedName, read_entries


def bodies() -> list[bytes]:
    """Read the feeds that NEWSBEAM_DATA holds."""
    folder = Path(os.environ["NEWSBEAM_DATA"]) / "feeds"
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in (".xml", ".rss", ".atom")]


def round_of(feeds: list[bytes]) -> tuple[float, float]:
    """Return the seconds that newsbeam and feedparser take; side by side, so that a busy machine is so for both."""
    ours = theirs = 0.0
    for body in feeds:
        start = time.process_time()
        parse_feed(body, "https://a.example/feed")
        middle = time.process_time()
        feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
        ours, theirs = ours + middle - start, theirs + time.process_time() - middle
    return ours, theirs


def large(entries: int = 20_000) -> float:
    """Return the seconds of processor time that a poll's reading of a large feed takes."""
    items = "".join(
        f"<item><title>Story {n}</title><link>https://a.example/story/{n}</link><guid>g{n}</guid>"
        f"<pubDate>Mon, 24 Sep 2018 22:42:40 GMT</pubDate><description>{'moor ' * 60}</description></item>"
        for n in range(entries)
    )
    body = f"<rss version='2.0'><channel><title>R</title>{items}</channel></rss>".encode()
    start = time.process_time()
    read_entries(body, FeedName("f", "https://a.example/feed"), "", datetime.now(UTC))
    return time.process_time() - start


def main(rounds: int = 3) -> None:
    """Print feeds a second of both, and the ratio of their times."""
    print(f"feeds: one of 20,000 entries in {large():.1f} s")
    if not os.environ.get("NEWSBEAM_DATA"):
        print("feeds: NEWSBEAM_DATA IS UNSET, NOT MEASURED")
        return
    feeds = bodies()
    feed_date("Seg, 24 Set 2018")  # loads the languages, once in a process
    times = [round_of(feeds) for _ in range(rounds)]
    ours, theirs = (len(feeds) / statistics.median(side) for side in zip(*times, strict=True))
    ratios = ", ".join(f"{mine / other:.2f}" for mine, other in times)
    print(f"{len(feeds)} feeds: {ours:.0f} feeds/s, feedparser {theirs:.0f} feeds/s; time against it: {ratios}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
