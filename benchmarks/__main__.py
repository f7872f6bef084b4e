"""Run every benchmark."""

from benchmarks import entities, feeds, fetch, ingest, pool

if __name__ == "__main__":
    pool.main()
    fetch.main()
    feeds.main()
    ingest.main()
    entities.main()
