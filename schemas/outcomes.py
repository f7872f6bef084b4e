"""The closed vocabulary of the ledger: how the way of one URL or file can end.

`schemas.outcomes.OUTCOMES` maps each outcome to one plain sentence. A word outside it is refused at write time.
"""

from typing import Final

STORED: Final = "stored"
UNCHANGED: Final = "unchanged"
DUPLICATE: Final = "duplicate"
KNOWN: Final = "known"
DEFERRED: Final = "deferred"
FORGOTTEN: Final = "forgotten"

OUTCOMES: Final[dict[str, str]] = {
    # the document became an article, or is one already
    STORED: "a row of `articles` was written",
    UNCHANGED: "its text equals a stored revision of the same article",
    DUPLICATE: "the same document came twice, in this run or in one beside it",
    FORGOTTEN: "it was erased from this lake and is refused since (`newsbeam forget --block`)",
    "filtered": "its date or domain is outside of what the run was asked for",
    # reading local input
    "unreadable": "the file or folder could not be read",
    "unsupported_type": "the content is of a kind that holds no article (PDF, image, …)",
    "bad_record": "a record of a JSON Lines, list or feed file is malformed",
    "empty": "there are no bytes, or nothing but white space",
    # fetching
    "timeout": "the total deadline passed",
    "dns": "the host name has no address",
    "connection": "the connection was refused or closed",
    "tls": "the certificate or the handshake was refused",
    "bad_http": "the answer is not valid HTTP",
    "http_404": "the server answered 404",
    "http_error": "the server answered with another error status",
    "gone": "the server answered 410",
    "not_modified": "the server answered 304",
    "redirect_loop": "the redirects do not end",
    "blocked_address": "a private, special or forbidden address, port or scheme",
    "blocked_domain": "the settings refuse the domain",
    "bad_url": "the address can not be fetched",
    "no_link": "a feed entry has no usable link",
    "too_large": "the body, or the number of tags in it, is over the cap",
    "truncated": "the body ends before its end",
    "robots": "robots.txt disallows it",
    "robots_unreachable": "robots.txt could not be read",
    "rate_limited": "the server asks to come back later",
    "not_a_feed": "the body is not a feed",
    "tdm_reserved": "the publisher reserves text and data mining",
    "gave_up": "transient failures for longer than the settings allow",
    DEFERRED: "the time or the limit of this run was over; it stays due",
    # making an article
    "no_text": "no article text was found",
    "meta_refresh": "the page only sends browsers to another address",
    "needs_js": "the page shows nothing without JavaScript",
    "consent_wall": "a consent page stands in its place",
    "challenge": "a bot challenge stands in its place",
    "paywall": "only the beginning is free",
    "log_in": "a page to log in stands in its place",
    "not_found": "the page says, with status 200, that there is no such page",
    "index_page": "a list of links, not an article",
    "processing_timeout": "the worker did not end in time and was killed",
    "processing_error": "the worker failed on it",
}

#: Outcomes of a link that are tried again with back-off, until they pass or become `gave_up`.
PENDING: Final[frozenset[str]] = frozenset(
    {
        "timeout",
        "dns",
        "connection",
        "tls",
        "bad_http",
        "http_404",
        "http_error",
        "truncated",
        "robots_unreachable",
        "rate_limited",
        DEFERRED,
    }
)

#: Outcomes of local input that may be others next time.
UNSETTLED: Final[frozenset[str]] = frozenset({"unreadable", "filtered"})

#: Outcomes after which the same bytes or address are tried again when they are met again; all others are final.
TRANSIENT: Final[frozenset[str]] = PENDING | UNSETTLED


def is_settled(outcome: str, retry_at: object) -> bool:
    """Tell whether a row of the ledger is the last word on a reference.

    A link that is tried again has a `retry_at`. The same word on bytes of an archive, which never change, has none.
    """
    return outcome not in UNSETTLED and retry_at is None


#: Outcomes whose payload or reason is worth a row of `dead_letters`.
DEAD_LETTERS: Final[frozenset[str]] = (
    frozenset(OUTCOMES) - {STORED, UNCHANGED, DUPLICATE, FORGOTTEN, "filtered", "not_modified"} - PENDING
)
