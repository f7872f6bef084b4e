"""What an answer amounts to: a page, a move to another address, or trouble."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import aiohttp

from transforms.fetch.body import read_body, read_head
from transforms.fetch.fetched import Fetched
from transforms.fetch.opt_outs import joined, opt_outs, robots_tags
from transforms.fetch.retry_after import retry_after
from transforms.fetch.trip import REDIRECTS, Trip
from transforms.fetch.trouble import TroubleError, body_trouble_of

#: Errors of the library and of sockets.
ERRORS: Final = (TroubleError, aiohttp.ClientError, TimeoutError, OSError, ValueError)


async def read_answer(answer: aiohttp.ClientResponse, trip: Trip, max_body: int, honour: bool) -> Fetched | None:
    """Read what a server answered; `None` when it sends the trip elsewhere.

    `honour`: a reservation of text and data mining in the headers ends it before the body is read.

    Raises:
        TroubleError: there is no page.

    """
    headers = _checked_headers(answer)
    if answer.status in REDIRECTS:
        trip.take_cookies(answer.headers.getall("Set-Cookie", []))
        trip.follow(answer.status, headers.get("location", ""))
        return None
    body, found = b"", trip.opt_outs
    if answer.status != 304 or not trip.is_conditional:
        _check_status(answer, headers)
        asked = joined(
            opt_outs({**headers, "x-robots-tag": ""}), robots_tags(answer.headers.getall("X-Robots-Tag", []))
        )
        if asked.tdm_reserved and honour and trip.robots:
            answer.close()
            raise TroubleError("tdm_reserved", "a header of the page reserves text and data mining")
        found = joined(found, asked)
        body = await _body(answer, headers, trip.head, max_body)
    return Fetched("", trip.place, answer.status, headers, body, tuple(trip.redirects), 0.0, found)


async def _body(answer: aiohttp.ClientResponse, headers: Mapping[str, str], head: int, max_body: int) -> bytes:
    chunks, encoding = answer.content.iter_any(), headers.get("content-encoding", "")
    try:
        if head:
            body = await read_head(chunks, encoding, head)
            if len(body) > head:
                answer.close()
            return body
        body = await read_body(chunks, encoding, max_body)
    except ERRORS as error:
        answer.close()
        raise body_trouble_of(error) from error
    if not body.strip():
        raise TroubleError("empty", "the body has no bytes, or nothing but white space", status=answer.status)
    return body


def _checked_headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """Return the headers in lower case; refuse two lengths, by which requests are smuggled (RFC 9112 §6.3)."""
    lengths = set(answer.headers.getall("Content-Length", []))
    if len(lengths) > 1:
        raise TroubleError("bad_http", "several values of Content-Length")
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _check_status(answer: aiohttp.ClientResponse, headers: Mapping[str, str]) -> None:
    """Raise for an answer that has no page.

    Raises:
        TroubleError: `gone`, `http_404`, `rate_limited`, `bad_http` or `http_error`.

    """
    status = answer.status
    if 200 <= status < 300 and status != 206:
        return
    line = f"{status} {answer.reason or ''}".strip()[:100]
    if status == 304:
        raise TroubleError("bad_http", "304 to a request that was not conditional", wait=0, status=status)
    if status == 410:
        raise TroubleError("gone", line, status=status)
    if status == 404:
        raise TroubleError("http_404", line, status=status)
    if status in (429, 503):
        wait = retry_after(headers.get("retry-after", ""), datetime.now(UTC)) or 0.0
        raise TroubleError("rate_limited" if status == 429 or wait else "http_error", line, wait, status=status)
    raise TroubleError("http_error", line, 0 if status >= 500 or status in (408, 425) else None, status=status)
