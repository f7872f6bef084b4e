"""The pool of worker processes against a bare loop of trafilatura and spaCy, whole processes, in pairs.

Run: python -m benchmarks.pool [PAGES [PAIRS]]

The loop does the least that gives text and names: `trafilatura.bare_extraction`, then spaCy NER. The pool does all that
newsbeam does with a page. Start-up and the loading of models count on both sides. Target: at most 0.66 with 2 workers.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from benchmarks.pages import pages


def bare(count: int) -> int:
    """Run the loop and count the pages that gave text."""
    import trafilatura

    from transforms.article.spacy_models import best_model
    from transforms.article.spacy_tagger import load_ner

    model = best_model("en")
    assert model
    nlp = load_ner(model)
    texts = 0
    for page in pages(count):
        document = trafilatura.bare_extraction(page, with_metadata=True)
        text = document.text if document else ""
        texts += bool(text)
        for paragraph in text.splitlines():
            list(nlp(paragraph).ents)
    return texts


def pooled(count: int, size: int = 2) -> int:
    """Run the pool and count the pages that gave an article."""
    from schemas.records import Article, Payload, Reference
    from schemas.settings import ProcessSettings
    from transforms.article.process import process
    from transforms.pool import Pool

    settings = ProcessSettings(pool_size=size)
    pool = Pool(settings)
    now = datetime.now(UTC)
    work: Iterator[Payload] = (
        Payload(Reference(str(number), str(number), "", f"{number}.html", "html", 0, "", "", ""), page, now)
        for number, page in enumerate(pages(count))
    )
    futures = [pool.submit(process, payload, settings) for payload in islice(work, 8 * size)]
    articles = 0
    for future in futures:
        articles += isinstance(pool.result(future), Article)
        for payload in islice(work, 1):
            futures.append(pool.submit(process, payload, settings))
    pool.close()
    return articles


def timed(what: str, count: int) -> tuple[float, int]:
    """Time one of the two as a process of its own; returns seconds and how many pages gave text."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pool", what, str(count)], check=True, stdout=subprocess.PIPE, text=True
    )
    return time.perf_counter() - start, int(done.stdout)


def main(count: int = 600, pairs: int = 3) -> None:
    """Run the pairs and print a table with the ratio of each."""
    ratios = []
    print(f"{count} pages, pool of 2 against a bare loop, start-up included")
    for _ in range(pairs):
        (loop, texts), (pool, articles) = timed("bare", count), timed("pooled", count)
        ratios.append(pool / loop)
        print(f"loop {loop:6.1f} s ({texts} texts)   pool {pool:6.1f} s ({articles} articles)   ratio {ratios[-1]:.3f}")
    print(f"median ratio {statistics.median(ratios):.3f} (target: at most 0.66)")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments and arguments[0] in ("bare", "pooled"):
        print({"bare": bare, "pooled": pooled}[arguments[0]](int(arguments[1])))
    else:
        main(*map(int, arguments))
