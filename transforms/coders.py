"""Register the records that cross a shuffle with Beam's RowCoder: a tenth of the pickled size, readable by any SDK."""

from apache_beam import coders

from schemas.records import FeedState, Found, Reference, Shard, WrittenFile

for _record in (Shard, Reference, Found, FeedState):
    coders.registry.register_row(_record)

__all__ = ["FeedState", "Found", "Reference", "Shard", "WrittenFile"]
