"""The pages that benchmarks and gates run over: `NEWSBEAM_DATA/pages/*/html`, repeated and made distinct."""

import gzip
import os
import sys
from itertools import cycle, islice
from pathlib import Path


def page_files() -> list[Path]:
    """List the page files in an order that mixes the sets."""
    data = os.environ.get("NEWSBEAM_DATA")
    if not data:
        sys.exit("NEWSBEAM_DATA IS NOT SET: this needs real pages under $NEWSBEAM_DATA/pages/*/html")
    return sorted(Path(data).glob("pages/*/html/*.gz"), key=lambda path: path.name)


def pages(count: int) -> list[bytes]:
    """Read `count` pages; from the second round on each carries its number, so that no two are the same."""
    files = page_files()
    return [
        gzip.decompress(path.read_bytes()) + (b"" if number < len(files) else b"<!-- %d -->" % number)
        for number, path in enumerate(islice(cycle(files), count))
    ]


def write_pages(folder: Path, count: int) -> None:
    """Write `count` pages as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages(count)):
        (folder / f"{number:05}.html").write_bytes(page)
