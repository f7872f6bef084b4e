"""Tell whether a run takes a document, by its date and domain."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from schemas.settings import Wanted


def is_wanted(url: str, published_at: datetime | None, wanted: Wanted) -> bool:
    """Tell whether a document is within the days and domains asked for; one that names neither is."""
    day = published_at.astimezone(UTC).date() if published_at else None
    if day and ((wanted.since and day < wanted.since) or (wanted.until and day > wanted.until)):
        return False
    host = _host(url) if wanted.domains else ""
    return not host or any(host == name or host.endswith(f".{name}") for name in wanted.domains)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
