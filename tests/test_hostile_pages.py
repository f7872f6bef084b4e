"""Pages that hold a parser for longer than a document may take: they are refused, and no other page is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from schemas.records import Article, Payload, Reference, Refusal
from schemas.settings import ProcessSettings
from transforms.article.process import process
from transforms.pool import Pool

SETTINGS = ProcessSettings(pool_size=2, timeout=2.0, tagger="none")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LINES = "".join(f"<p>Paragraph {n} tells of the harbour of Accra, and of those who built it.</p>" for n in range(9))
STORY = f"<html><head><title>Harbour opens</title></head><body><article>{LINES}</article></body></html>"

#: They pass the scan before the parser, or are refused there; either way they end.
HOSTILE = {
    "attributes": "<p " + " ".join(f"a{n}='x'" for n in range(100_000)) + ">",
    "attributes behind slashes": "<p " + "/".join(f"a{n}" for n in range(200_000)) + ">",
    "nested": "<div>" * 50_000,
    "links": "<a href=x>y</a>" * 200_000,
    "a million paragraphs": "<p>" * 1_000_000,
    "as many paragraphs as may be": "<p>x" * 49_000,
    "a title of megabytes": f"<title>{' - x' * 750_000}</title>{LINES}",
    "nested tables": "<table><tr><td>" * 15_000,
    "unclosed": "<b><i><u>" * 16_000 + LINES,
    "one line": "<p>" + "word " * 900_000,
    "references": "<p>" + "&amp;" * 900_000,
    "a picture in the page": f"<svg>{'<path d=x />' * 40_000}</svg><img src='data:;base64,{'A' * 3_000_000}'>",
}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    made = Pool(SETTINGS)
    assert made.result(made.submit(abs, -3)) == 3
    yield made
    made.close()


def payload(page: str) -> Payload:
    return Payload(Reference("", "", "", "", "html", 0, "", "", ""), page.encode(), NOW)


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_and_nothing_beside_it_is_lost(pool: Pool, name: str) -> None:
    pages = [STORY, HOSTILE[name], STORY, STORY, STORY]
    futures = [pool.submit(process, payload(page), SETTINGS) for page in pages]
    results = [pool.result(future) for future in futures]
    assert isinstance(results.pop(1), Article | Refusal)
    assert [result.title for result in results if isinstance(result, Article)] == ["Harbour opens"] * 4
