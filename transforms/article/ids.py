"""Names that never change: of bytes, of documents, of articles and their revisions.

All are the first 128 bits of BLAKE2b (RFC 7693) as 32 hex digits, over the parts and a separator after each.
"""

from hashlib import blake2b


def digest(*parts: str | bytes) -> str:
    """Hash the parts, in their order, to 32 hex digits."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part)
        state.update(b"\x1f")
    return state.hexdigest()


def article_id(url_key: str, raw_hash: str) -> str:
    """Name an article by its URL key, or by its bytes where it has no URL."""
    return digest("url", url_key) if url_key else digest("bytes", raw_hash)


def reference_id(article: str, raw_hash: str) -> str:
    """Name these very bytes of an article; of a link, whose bytes are not here yet, the article itself."""
    return digest("reference", article, raw_hash) if raw_hash else article


def content_hash(title: str, text: str) -> str:
    """Name what a reader reads."""
    return digest("content", title, text)


def revision_id(article: str, content: str, extractor_version: str, tagger_version: str) -> str:
    """Name one row of `articles`: what the dedupe of the lake goes by."""
    return digest("revision", article, content, extractor_version, tagger_version)


def replay_id(revision: str, replaced: str) -> str:
    """Name a revision that was made again of a stored one, so that it can say the same as one before that."""
    return digest("replay", revision, replaced)
