"""The headline of a page, in all the forms in which the page gives it."""

import re
from html import unescape

from lxml.html import HtmlElement
from trafilatura.metadata import extract_title

from transforms.article.decode import fold
from transforms.article.jsonld import text_of
from transforms.article.page_facts import PageFacts

_TITLE_TAIL = re.compile(r"\s+[|–—•·»:-]\s+[^|–—•·»]{2,40}$")


def read_headlines(facts: PageFacts) -> tuple[str, ...]:
    """List the page's names for the article, the best first: JSON-LD, the only `<h1>`, Open Graph, `<title>`."""
    sites = [
        fold(name).casefold() for name in (facts.first("og:site_name"), text_of(facts.article.get("publisher"))) if name
    ]
    title = fold(facts.tree.findtext(".//title") or "")
    graph = facts.first("og:title", "twitter:title")
    names = [
        _without_site(name, sites) for name in (text_of(facts.article.get("headline")), _heading(facts.tree), graph)
    ]
    names.append(_TITLE_TAIL.sub("", _without_site(title, sites)))
    if not any(names):
        names.append(fold(extract_title(facts.tree) or ""))
    names += [title, fold(text_of(facts.article.get("name")))]
    return tuple(dict.fromkeys(name[:300] for name in names if name))


def _heading(tree: HtmlElement) -> str:
    """Read the page's only `<h1>`; several say nothing."""
    found = [fold("".join(element.itertext())) for element in tree.iter("h1")]
    found = [text for text in dict.fromkeys(found) if text]
    return found[0] if len(found) == 1 else ""


def _without_site(raw: str, sites: list[str]) -> str:
    """Fold a headline, with its character references resolved and without the site's name behind a dash or bar."""
    title = fold(unescape(raw))
    for site in sites:
        if title.casefold().endswith(site) and len(site) < len(title):
            rest = title[: -len(site)].rstrip()
            if rest.endswith(("|", "–", "—", "•", "·", "»", ":", "-")):
                return rest.rstrip(" |–—•·»:-") or title
    return title
