"""Look over the answer that a feed came with."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from w3lib.encoding import resolve_encoding

from transforms.fetch.feed_hints import FeedHints, fresh_seconds
from transforms.fetch.feed_text import DECLARED
from transforms.fetch.fetched import Fetched
from transforms.fetch.lint_finding import Finding

#: Seconds and bytes from which on an answer is slow or large.
SLOW: Final = 5.0
LARGE: Final = 1_000_000
#: Bytes from which on it is worth compressing.
WORTH_PACKING: Final = 2_000
CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
FEED_TYPE: Final = re.compile(r"(?:application|text)/(?:[\w.-]+\+)?(?:xml|json)\Z")


def server_findings(fetched: Fetched, now: datetime) -> Iterator[Finding]:
    """Say what the server does well and badly: validators, caching, compression, https, redirects, type, time, size."""
    yield _validators(fetched)
    yield _caching(fetched, now)
    yield _compression(fetched)
    if fetched.final_url.lower().startswith("https:"):
        yield Finding("ok", "https", "It comes over https.")
    else:
        yield Finding("warning", "https", "It comes over plain http, which anybody on the way can read and change.")
    yield from _redirects(fetched)
    yield _content_type(fetched)
    if fetched.elapsed > SLOW:
        yield Finding("warning", "time", f"The server took {fetched.elapsed:.1f} seconds to answer.")
    if len(fetched.body) > LARGE:
        size = len(fetched.body) / 1e6
        yield Finding("note", "size", f"It has {size:.1f} MB; fewer entries would do for readers that poll often.")


def encoding_findings(body: bytes, content_type: str) -> Iterator[Finding]:
    """Say whether the encodings that header and document name fit the bytes."""
    charset = CHARSET.search(content_type)
    in_header = charset.group(1) if charset else ""
    declared = DECLARED.match(body[:400])
    in_document = declared.group(1).decode("ascii") if declared else ""
    names = {name: _resolved(name) for name in (in_header, in_document) if name}
    unknown = [name for name, charset in names.items() if not charset]
    if unknown:
        yield Finding("warning", "encoding", f"It names an encoding that does not exist: {unknown[0][:40]}.")
    elif len(set(names.values())) > 1:
        text = (
            f"The header says {in_header[:40]} and the document {in_document[:40]}; readers differ in whom they trust."
        )
        yield Finding("warning", "encoding", text)
    elif names and not _fits(body, next(iter(names.values()))):
        yield Finding(
            "warning", "encoding", f"Its bytes are not in the encoding that it names, {next(iter(names))[:40]}."
        )
    elif names or _fits(body, "utf-8"):
        yield Finding("ok", "encoding", f"Its encoding is {next(iter(names), 'utf-8').lower()[:40]}.")
    else:
        yield Finding(
            "warning", "encoding", "It does not name its encoding, and it is not UTF-8; readers have to guess."
        )


def _resolved(name: str) -> str:
    try:
        return resolve_encoding(name) or ""
    except (LookupError, ValueError):
        return ""


def _fits(body: bytes, charset: str) -> bool:
    try:
        body.decode(charset)
    except (UnicodeError, LookupError):
        return False
    return True


def _validators(fetched: Fetched) -> Finding:
    named = {"etag": "ETag", "last-modified": "Last-Modified"}
    given = [title for name, title in named.items() if fetched.headers.get(name)]
    if given:
        return Finding(
            "ok", "validators", f"It gives {' and '.join(given)}, so that an unchanged feed need not be sent."
        )
    text = "It gives neither ETag nor Last-Modified, so that every poll has to send the whole feed."
    return Finding("warning", "validators", text)


def _caching(fetched: Fetched, now: datetime) -> Finding:
    control = fetched.headers.get("cache-control", "").lower()
    seconds = fresh_seconds(FeedHints(), fetched.headers, now)
    if seconds:
        return Finding("ok", "caching", f"Its headers call it fresh for {seconds / 60:.0f} minutes.")
    if "no-store" in control or "no-cache" in control:
        return Finding("note", "caching", f"Its headers forbid to keep it: {control[:100]}.")
    return Finding("note", "caching", "Its headers do not say for how long it is fresh (Cache-Control: max-age).")


def _compression(fetched: Fetched) -> Finding:
    packed = fetched.headers.get("content-encoding", "").strip().lower()
    if packed and packed != "identity":
        return Finding("ok", "compression", f"It is sent compressed ({packed[:40]}).")
    if len(fetched.body) < WORTH_PACKING:
        return Finding("ok", "compression", "It is too small to need compression.")
    size = len(fetched.body) // 1_000
    return Finding("warning", "compression", f"Its {size:,} kB are sent without compression (gzip would do).")


def _redirects(fetched: Fetched) -> Iterator[Finding]:
    steps = fetched.redirects
    if not steps:
        return
    final = fetched.final_url[:300]
    if all(step.status in (301, 308) for step in steps):
        yield Finding("note", "redirects", f"It has moved for good; subscribe to {final}.")
    else:
        yield Finding("note", "redirects", f"It is redirected for the time being, to {final}, at each poll.")
    if len(steps) > 2:
        yield Finding("warning", "redirects", f"It takes {len(steps)} redirects to get there; one would do.")


def _content_type(fetched: Fetched) -> Finding:
    kind = fetched.headers.get("content-type", "").partition(";")[0].strip().lower()
    if FEED_TYPE.match(kind):
        return Finding("ok", "content type", f"It is sent as {kind}.")
    if not kind:
        return Finding(
            "warning", "content type", "It is sent without Content-Type; application/rss+xml would be right."
        )
    text = f"It is sent as {kind[:60]}, which readers do not take for a feed; application/rss+xml would be right."
    return Finding("warning", "content type", text)
