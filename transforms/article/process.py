"""Make an article of bytes: the whole way of one document inside a pool worker."""

from schemas.records import Article, LineRules, Payload, Refusal
from schemas.settings import ProcessSettings
from transforms.article.dates import with_feed
from transforms.article.entities import tag_article
from transforms.article.extract import Extracted, extract, extractor_version
from transforms.article.language import detect_language
from transforms.article.line_hash import line_hashes
from transforms.article.lines import NO_RULES, strip_lines
from transforms.article.signature import signature
from transforms.fetch.urls import domain


def publisher_of(payload: Payload) -> str:
    """Name whose lines a document carries: its domain, else its source."""
    reference = payload.reference
    return domain(payload.final_url or reference.url) or reference.source


def process(payload: Payload, settings: ProcessSettings, rules: LineRules = NO_RULES) -> Article | Refusal:
    """Extract the text, take out the boilerplate lines, tell the language, tag what it names.

    `rules` is what is known of the publisher's lines. Pure: the same payload and rules give the same article, whatever
    came before.
    """
    extracted = extract(payload, settings.extract)
    article = extracted if isinstance(extracted, Refusal) else untagged(extracted, payload, rules)
    return article if isinstance(article, Refusal) else tagged(article, settings)


def untagged(extracted: Extracted, payload: Payload, rules: LineRules = NO_RULES) -> Article | Refusal:
    """Make an article of what was extracted, without the names in it."""
    reference = payload.reference
    site = domain(payload.final_url or reference.url or extracted.canonical_url)
    stripped = strip_lines(extracted, site, rules)
    text = "\n".join(stripped.lines)
    if not text:
        return Refusal("no_text", "every line of it is boilerplate")
    title = stripped.title or reference.title
    language, score = detect_language(title, text, extracted.language)
    published = with_feed(extracted.published, reference.published_at, payload.fetched_at)
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
        published_at=published.at,
        published_precision=published.precision,
        published_source=published.source,
        published_raw=published.raw,
        published_offset=published.offset,
        published_flag=published.flag,
        modified_at=extracted.modified.at,
        modified_precision=extracted.modified.precision,
        modified_source=extracted.modified.source,
        modified_raw=extracted.modified.raw,
        modified_offset=extracted.modified.offset,
        is_free=extracted.is_free,
        removed=stripped.removed,
        extractor=extracted.extractor,
        extractor_version=extractor_version(extracted.extractor.partition(":")[0]),
        tagger="",
        tagger_version="",
        entities=[],
        mentions=[],
        signature=signature(text),
        line_hashes=line_hashes(extracted.lines),
    )


def tagged(article: Article, settings: ProcessSettings) -> Article:
    """Add the names in an article's title and text."""
    found = tag_article(article.title, article.text, article.language, settings, article.dateline)
    return article._replace(
        tagger=found.tagger,
        tagger_version=found.tagger_version,
        entities=found.entities,
        mentions=found.mentions,
        corrections=found.corrections,
    )
