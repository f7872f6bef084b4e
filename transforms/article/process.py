"""Make an article of bytes: the whole way of one document inside a pool worker."""

from datetime import UTC, datetime

from schemas.records import Article, Payload, Refusal
from schemas.settings import ProcessSettings
from transforms.article.entities import tag_article
from transforms.article.extract import EXTRACTOR_VERSION, Extracted, extract
from transforms.article.language import detect_language
from transforms.article.lines import Stripped, strip_lines
from transforms.fetch.urls import domain


def process(payload: Payload, settings: ProcessSettings) -> Article | Refusal:
    """Extract the text, take out the boilerplate lines, tell the language, tag what it names.

    Pure: the same payload gives the same article, whatever came before.
    """
    extracted = extract(payload)
    if isinstance(extracted, Refusal):
        return extracted
    reference = payload.reference
    site = domain(payload.final_url or reference.url or extracted.canonical_url)
    stripped = strip_lines(extracted, site)
    text = "\n".join(stripped.lines)
    if not text:
        return Refusal("no_text", "every line of it is boilerplate")
    title = stripped.title or reference.title
    language, score = detect_language(title, text)
    return _article(payload, extracted, stripped, (site, title, text, language or extracted.language, score), settings)


def _article(
    payload: Payload,
    extracted: Extracted,
    stripped: Stripped,
    derived: tuple[str, str, str, str, float],
    settings: ProcessSettings,
) -> Article:
    site, title, text, language, score = derived
    reference = payload.reference
    tagged = tag_article(title, text, language, settings)
    published = _published(extracted, payload)
    return Article(
        url=reference.url,
        canonical_url=extracted.canonical_url,
        domain=site,
        source=reference.source or site,
        title=title,
        description=extracted.description or reference.description,
        text=text,
        authors=extracted.authors,
        dateline=stripped.dateline,
        credits=stripped.credits,
        section=extracted.section,
        tags=extracted.tags,
        image_url=extracted.image_url,
        language=language,
        language_score=score,
        published_at=published[0],
        published_precision=published[1],
        published_source=published[2],
        published_raw=published[3],
        modified_at=extracted.modified_at,
        is_free=extracted.is_free,
        removed=stripped.removed,
        extractor=extracted.extractor,
        extractor_version=EXTRACTOR_VERSION,
        tagger=tagged.tagger,
        tagger_version=tagged.tagger_version,
        entities=tagged.entities,
        mentions=tagged.mentions,
    )


def _published(extracted: Extracted, payload: Payload) -> tuple[datetime | None, str, str, str]:
    """Take the page's own date; where it has none, or only the day, what the feed said of the link."""
    own = (
        extracted.published_at,
        extracted.published_precision,
        extracted.published_source,
        extracted.published_raw,
    )
    raw = payload.reference.published_at
    if not raw or own[1] in ("second", "minute"):
        return own
    try:
        said = datetime.fromisoformat(raw)
    except ValueError:
        return own
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    if own[0] and abs((said - own[0]).total_seconds()) > 86_400 * 2:
        return own
    return said, "second", "feed", raw
