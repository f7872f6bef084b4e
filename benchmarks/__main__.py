"""Run every benchmark."""

from benchmarks import entities, ingest, pool

if __name__ == "__main__":
    pool.main()
    ingest.main()
    entities.main()
