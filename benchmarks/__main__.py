"""Run every benchmark."""

from benchmarks import duplicates, entities, feeds, fetch, ingest, lake, pool, queries, text

if __name__ == "__main__":
    pool.main()
    fetch.main()
    feeds.main()
    ingest.main()
    text.main()
    duplicates.main()
    entities.main()
    queries.main()
    lake.main()
