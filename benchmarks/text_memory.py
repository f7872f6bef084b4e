"""Watch the memory of a process that works as a pool worker does, over thousands of pages.

    NEWSBEAM_DATA=… python -m benchmarks.text_memory [PAGES] [standard|quality]

The pages of all sets go round through `process` (without a tagger, whose size is its own) in one process that is never
replaced, which is harder than the pool's recycling. Prints the resident size at every tenth of the way; it must stay
flat after the first.
"""

import logging
import os
import sys
import time
from itertools import cycle, islice
from pathlib import Path

import psutil

from benchmarks.text_tools import NOW, read_pages
from schemas.records import Payload, Reference
from schemas.settings import ProcessSettings
from transforms.article.process import process


def main(count: int = 5_000, mode: str = "standard") -> None:
    """Process `count` pages and print the resident size on the way."""
    data = os.environ.get("NEWSBEAM_DATA")
    if not data:
        print("NEWSBEAM_DATA is unset: there are no pages to read")
        return
    logging.disable(logging.CRITICAL)
    settings = ProcessSettings(tagger="none", extract=mode)
    pages = [page for name in ("aeb", "fe", "ft", "daniel") for page in read_pages(Path(data), name)]
    began = time.process_time()
    for number, page in enumerate(islice(cycle(pages), count), 1):
        url = page.truth["url"] or ""
        process(Payload(Reference("", "", "", "", "html", 0, url, "", ""), page.data, NOW, "", url), settings)
        if number % max(1, count // 10) == 0:
            size = psutil.Process().memory_info().rss / 1e6
            print(f"{number:6} pages  {size:6.0f} MB  {time.process_time() - began:6.0f} s", flush=True)


if __name__ == "__main__":
    main(*(kind(argument) for kind, argument in zip((int, str), sys.argv[1:], strict=False)))
