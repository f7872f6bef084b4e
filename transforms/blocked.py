"""Tell what was erased and is refused since, and name it in the ledger by a salted hash alone."""

from urllib.parse import urlsplit

from lake.blocks import BlockList
from schemas.records import Reference
from transforms.article.ids import article_id
from transforms.fetch.urls import url_key

REASON = "erased from this lake, and refused since"


def refused_as(blocks: BlockList, name: str, *urls: str) -> str:
    """Return the name under which the ledger says that an article is refused, "" where it is not.

    `name` is its article_id; its addresses count with their own ids and their hosts.
    """
    if not blocks:
        return ""
    given = [url for url in urls if url]
    return blocks.refused_as([name, *filter(None, map(_id_of, given))], filter(None, map(_host, given)))


def nameless(reference: Reference, name: str) -> Reference:
    """Return a reference that says no more than that something was refused."""
    return Reference(name, name, "", "", reference.kind, 0, "", "", reference.feed_url)


def _id_of(url: str) -> str:
    try:
        return article_id(url_key(url), "")
    except ValueError:
        return ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
