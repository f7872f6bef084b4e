"""Run every benchmark."""

from benchmarks import entities, fetch, ingest, pool

if __name__ == "__main__":
    pool.main()
    fetch.main()
    ingest.main()
    entities.main()
