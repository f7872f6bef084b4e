"""Read a feed strictly, and where it is broken the rest of it as well as it goes."""

from itertools import chain

from transforms.fetch.feed_broken import BrokenFeed, Start
from transforms.fetch.feed_entries import ReadFeed
from transforms.fetch.feed_keeper import EntryKeeper
from transforms.fetch.feed_parsers import StrictReader
from transforms.fetch.feed_prolog import Document, safe_head
from transforms.fetch.feed_runs import run_strict


def read_xml(document: Document, keeper: EntryKeeper) -> ReadFeed:
    """Read a feed; its entries go to the `keeper`.

    Links stay relative where the document sets no base. Never raises for what the document holds.
    """
    head, entities = safe_head(document)
    reader = StrictReader()
    reader.keep = keeper
    fault = run_strict(reader, chain((head,), document.body()), keeper.deadline)
    keeper.is_cut = keeper.is_cut or reader.is_cut
    version, said = reader.version, reader.feeddata
    if fault:
        broken = BrokenFeed(document, Start(head, entities, max(0, reader.done - len(head)), said), keeper)
        broken.read()
        version, said = version or broken.version, broken.said
    else:
        keeper.add_all(reader.entries, said)
    if "netscape" in document.prolog.doctype.lower():
        version = "rss091n"
    return ReadFeed(str(version or ""), said, fault, keeper.left_out())
