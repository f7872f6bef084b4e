"""Read local seeds: which files, in which shards, and which documents they hold.

`seed_paths` → `shards` → `references` → `SeedReader`; for a list of addresses `url_shards` → `url_references`.
"""

from transforms.article.seed_paths import seed_paths
from transforms.article.seed_reader import SeedReader
from transforms.article.seed_references import references
from transforms.article.seed_shards import shards, url_shards
from transforms.article.url_list import url_references

__all__ = ["SeedReader", "references", "seed_paths", "shards", "url_references", "url_shards"]
