"""Make a stored article again: with today's rules of the text, or with today's tagger.

From the page as it came where it is kept, else from the text and the lines that were removed.
"""

from typing import Any, Final

from schemas.records import Article, Entity, LineRules, Refusal, Removed, Stored
from schemas.settings import ProcessSettings
from transforms.article.dates import Published
from transforms.article.extract import Extracted, extract
from transforms.article.lines import NO_RULES, join_again, links_again
from transforms.article.process import tagged, untagged

#: What makes a new revision when it is another than what is stored.
COMPARED: Final = (
    "title",
    "description",
    "text",
    "authors",
    "dateline",
    "credits",
    "section",
    "tags",
    "image_url",
    "language",
    "published_at",
    "published_precision",
    "published_offset",
    "modified_at",
    "is_free",
)

_MAY_BE_NONE: Final = {"published_offset", "modified_offset", "published_at", "modified_at", "is_free"}


def replay_text(stored: Stored, settings: ProcessSettings, rules: LineRules) -> Article | Refusal | None:
    """Return the article as today's rules make it; None when nothing that a reader sees is another.

    Without `settings.extract` the text is found in the way in which it was. A `Refusal` says that today it would not be
    stored.
    """
    payload, row = stored.payload, stored.row
    mode = settings.extract or row["extractor"].partition(":")[0]
    extracted = extract(payload, mode) if payload.data else extracted_again(row, rules)
    article = extracted if isinstance(extracted, Refusal) else untagged(extracted, payload, rules)
    if isinstance(article, Refusal):
        return article
    return tagged(article, settings) if changes(article, row) else None


def replay_entities(stored: Stored, settings: ProcessSettings, _: LineRules) -> Article | None:
    """Return the article with the names that today's tagger finds in its stored text; None when they are the same."""
    before = stored_article(stored.row)
    made = tagged(before, settings)
    who = ("tagger", "tagger_version", "entities")
    return made if any(getattr(made, name) != getattr(before, name) for name in who) else None


def stored_article(row: dict[str, Any]) -> Article:
    """Return the article of a row of `articles`, but for its mentions."""
    plain = {name: row[name] for name in Article._fields if name in row}
    kept: dict[str, Any] = {
        name: "" if value is None and name not in _MAY_BE_NONE else value for name, value in plain.items()
    }
    kept |= {name: row[name] or b"" for name in ("signature", "line_hashes")}
    removed = [Removed(**line) for line in row["removed"]]
    entities = [Entity(**entity) for entity in row["entities"]]
    lists: dict[str, Any] = {
        "authors": list(row["authors"]),
        "tags": list(row["tags"]),
        "removed": removed,
        "entities": entities,
    }
    return Article(**kept | lists, mentions=[])


def changes(article: Article, row: dict[str, Any]) -> list[str]:
    """Name the columns in which an article differs from a stored row."""
    new = article._asdict()
    return [name for name in COMPARED if (new[name] or None) != (row[name] or None)]


def extracted_again(row: dict[str, Any], rules: LineRules = NO_RULES) -> Extracted:
    """Rebuild what was extracted once, before any line was judged, from a row of `articles`."""
    kept = row["text"].split("\n")
    removed = [Removed(**line) for line in row["removed"]]
    names = [line.text for line in removed if line.rule == "title"]
    modified = ("modified_at", "modified_precision", "modified_source", "modified_raw", "modified_offset")
    published = ("published_at", "published_precision", "published_source", "published_raw", "published_offset")
    return Extracted(
        title=row["title"] or "",
        description=row["description"] or "",
        lines=join_again(kept, removed),
        authors=list(row["authors"]),
        section=row["section"] or "",
        tags=list(row["tags"]),
        image_url=row["image_url"] or "",
        canonical_url=row["canonical_url"] or "",
        language=row["language"] or "",
        published=_time(row, published)._replace(flag=row["published_flag"] or ""),
        modified=_time(row, modified),
        is_free=row["is_free"],
        extractor=row["extractor"],
        headlines=tuple(names),
        facts=tuple((line.position, line.rule) for line in removed if line.rule.startswith("header")),
        links=links_again(kept, removed, rules.off),
    )


def _time(row: dict[str, Any], names: tuple[str, ...]) -> Published:
    at, precision, source, raw, offset = (row[name] for name in names)
    return Published(at, precision or "", source or "", raw or "", offset)
