"""Read a feed, a site or a feed file, and say what a reader can rely on and what its publisher could mend."""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from newsbeam.contact import check_contact
from schemas.errors import SettingsError
from schemas.records import Refusal
from schemas.settings import Settings
from transforms.fetch.client import Client
from transforms.fetch.discover import FoundFeed, feed_links, news_first, sitemap_kind, sitemaps_of_index
from transforms.fetch.feed_lint import Finding, lint
from transforms.fetch.feeds import Feed, parse_feed
from transforms.fetch.fetched import Fetched
from transforms.fetch.trip import request_url
from transforms.pool import shared_pool

#: Links of a feed that are held against robots.txt.
LOOKED_AT: Final = 10
#: Sitemaps of a site that are looked at, to tell those of news.
SITEMAPS: Final = 5


class Checked(NamedTuple):
    """What came of one argument."""

    name: str
    findings: list[Finding]
    feeds: Sequence[FoundFeed] = ()
    sitemaps: Sequence[str] = ()
    news_sitemaps: Sequence[str] = ()


def check_feeds(names: Sequence[str], settings: Settings, as_json: bool) -> int:
    """Check each and print what there is to say; return 1 when one of them can not be read as a feed.

    Raises:
        SettingsError: no contact is set, or a file can not be read.

    """
    check_contact(settings, [name for name in names if _is_address(name)])
    checked = asyncio.run(_check_all(names, settings))
    if as_json:
        print(json.dumps([_described(one) for one in checked], ensure_ascii=False, indent=2))
    else:
        for one in checked:
            print("\n".join(_lines(one)))
    sys.stdout.flush()
    return int(any(finding.level == "error" for one in checked for finding in one.findings))


async def _check_all(names: Sequence[str], settings: Settings) -> list[Checked]:
    async with Client(replace(settings.fetch, max_body=settings.feeds.max_body)) as client:
        return [
            await _check_address(name, client, settings) if _is_address(name) else _check_file(name, settings)
            for name in names
        ]


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def _check_file(name: str, settings: Settings) -> Checked:
    try:
        body = Path(name).read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot read {name}: {error.strerror}") from error
    return Checked(name, lint(_parsed(body, name, "", settings), None, datetime.now(UTC), body))


async def _check_address(name: str, client: Client, settings: Settings) -> Checked:
    fetched = await client.get(name)
    now = datetime.now(UTC)
    if isinstance(fetched, Refusal):
        return Checked(name, [Finding("error", fetched.outcome, f"It can not be read: {fetched.reason}.")])
    feed = _parsed(fetched.body, name, fetched.headers.get("content-type", ""), settings, fetched.final_url)
    if isinstance(feed, Refusal):
        return await _check_site(name, client, fetched, lint(feed, fetched, now))
    return Checked(name, lint(feed, fetched, now) + await _robots(feed, client))


async def _check_site(name: str, client: Client, fetched: Fetched, findings: list[Finding]) -> Checked:
    """Look for the feeds that a page names and the sitemaps of its robots.txt."""
    feeds = feed_links(fetched.body, fetched.final_url)
    rules = await client.robots(fetched.final_url)
    named = [] if isinstance(rules, Refusal) else list(rules.sitemaps)
    news, others = await _sitemaps(named, client)
    if feeds or news or others:
        findings = [Finding("note", "site", "This is a page, not a feed; what it names stands below.")]
    return Checked(name, findings, feeds, others, news)


async def _sitemaps(named: Sequence[str], client: Client) -> tuple[list[str], list[str]]:
    """Tell the sitemaps of news, those in an index included, from the others; a few are looked at, no more."""
    queue, kinds = news_first(named), dict.fromkeys(named, "")
    for _ in range(SITEMAPS):
        if not queue:
            break
        address = queue.pop(0)
        fetched = await client.get(address, robots=True)
        body = b"" if isinstance(fetched, Refusal) else fetched.body
        kinds[address] = sitemap_kind(body)
        if kinds[address] == "sitemap_index":
            queue = news_first([*sitemaps_of_index(body)[:SITEMAPS], *queue])
    news = [address for address, kind in kinds.items() if kind == "news_sitemap"]
    return news, [address for address in dict.fromkeys(named) if address not in news]


async def _robots(feed: Feed, client: Client) -> list[Finding]:
    """Hold the first links against robots.txt: what would be fetched."""
    links = [entry.link for entry in feed.entries if entry.link][:LOOKED_AT]
    refused = []
    for link in links:
        rules = await client.robots(link)
        if isinstance(rules, Refusal):
            return [Finding("warning", "robots.txt", f"Its articles would wait: {rules.reason}.")]
        if rules.refusal_of(request_url(link)):
            refused.append(link)
    if refused:
        share = f"{len(refused)} of the first {len(links)} articles"
        text = f"robots.txt keeps newsbeam from {share}, such as {refused[0]}."
        return [Finding("warning", "robots.txt", text)]
    return [Finding("ok", "robots.txt", f"robots.txt lets all of the first {len(links)} articles be read.")]


def _parsed(body: bytes, name: str, content_type: str, settings: Settings, final_url: str = "") -> Feed | Refusal:
    pool = shared_pool(settings.process)
    parsed: Any = pool.result(pool.submit(parse_feed, body, name, {"content-type": content_type}, final_url))
    return parsed  # type: ignore[no-any-return]  # a Feed, or why there is none


def _described(one: Checked) -> dict[str, Any]:
    return {
        "name": one.name,
        "findings": [finding._asdict() for finding in one.findings],
        "feeds": [feed._asdict() for feed in one.feeds],
        "news_sitemaps": list(one.news_sitemaps),
        "sitemaps": list(one.sitemaps),
    }


def _lines(one: Checked) -> Iterator[str]:
    yield one.name
    width = max((len(finding.topic) for finding in one.findings), default=0)
    for finding in one.findings:
        yield f"  {finding.level:<8} {finding.topic:<{width}}  {finding.text}"
    for feed in one.feeds:
        yield f"  feed     {feed.url}  {feed.title}".rstrip()
    for sitemap in one.news_sitemaps:
        yield f"  news     {sitemap}"
    for sitemap in one.sitemaps:
        yield f"  sitemap  {sitemap}"
