"""The headline of a page, in all the forms in which the page gives it."""

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from trafilatura.metadata import extract_title

from transforms.article.decode import fold
from transforms.article.jsonld import text_of, types_of
from transforms.article.page_facts import PageFacts

_MARKS: Final = "|–—•·»«:‹›~-"
_SEPARATOR = re.compile(rf"\s+[{_MARKS}]{{1,2}}\s+")
_BAR = re.compile(r"\s+[|•·»]\s+[^|•·»]{2,40}$")
_FOLDED = re.compile(r"[\W_]+")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright).{0,120}", re.IGNORECASE)
_SITES: Final = frozenset({"WebSite", "NewsMediaOrganization", "Organization", "Corporation"})
_LONGEST: Final = 2_000  # characters of a title that are looked at
_SHORT: Final = 4  # words of a site's name
_NEAR: Final = 60  # lines of a page in which its headline stands


def read_headlines(facts: PageFacts) -> tuple[str, ...]:
    """List the page's names for the article, the best first: JSON-LD, the only `<h1>`, Open Graph, `<title>`.

    A name that is only the site's own is none. A page that says nothing but `<title>` has its headline there beside the
    name of the site, or among its first lines, which say it in full.
    """
    sites = _site_names(facts)
    title = fold(unescape(_title(facts.tree)))
    graph = facts.first("og:title", "twitter:title")
    stated = (text_of(facts.article.get("headline")), _heading(facts.tree, sites), graph)
    names = [name for name in (_without_site(raw, sites) for raw in stated) if name and not _is_site(name, sites)]
    names = [_without_bar(name, names) for name in names]
    if names:
        names.append(_without_site(title, sites))
    else:
        names.append(_from_title(title, facts, sites) or _without_site(fold(extract_title(facts.tree) or ""), sites))
    names += [name for name in (title, fold(text_of(facts.article.get("name")))) if not _is_site(name, sites)]
    return tuple(dict.fromkeys(name[:300] for name in names if name)) or ((title,) if title else ())


def _title(tree: HtmlElement) -> str:
    """Return the text of `<title>`, cut in the tree too where it is longer than any: titles of megabytes are a trap."""
    element = tree.find(".//title")
    if element is None or not element.text:
        return ""
    if len(element.text) > _LONGEST:
        element.text = element.text[:_LONGEST]
    return str(element.text)


def _site_names(facts: PageFacts) -> list[str]:
    """List what the site calls itself, without case: Open Graph, publisher, JSON-LD's web site, its host."""
    raws = [facts.first("og:site_name"), text_of(facts.article.get("publisher")), facts.first("application-name")]
    raws += [text_of(node.get("name")) for node in facts.nodes if _SITES & set(types_of(node))]
    try:
        host = urlsplit(facts.url).hostname or ""
    except ValueError:
        host = ""
    names = [fold(unescape(raw)).casefold() for raw in (*raws, host.removeprefix("www."), host)]
    return [name for name in dict.fromkeys(names) if len(name) > 1]


def _is_site(name: str, sites: list[str]) -> bool:
    """Tell the name of the site, whatever its spaces and marks, from that of an article."""
    letters = _FOLDED.sub("", name).casefold()
    return bool(letters) and any(
        letters == _FOLDED.sub("", site) or letters == _FOLDED.sub("", site.rsplit(".", 1)[0]) for site in sites
    )


def _heading(tree: HtmlElement, sites: list[str]) -> str:
    """Read the page's only `<h1>` that is no name of the site; several say nothing."""
    found = [fold("".join(element.itertext())) for element in tree.iter("h1")]
    found = [text for text in dict.fromkeys(found) if text and not _is_site(text, sites)]
    return found[0] if len(found) == 1 else ""


def _without_site(raw: str, sites: list[str]) -> str:
    """Fold a headline, with its character references resolved and without the site's name behind a dash or bar."""
    title = fold(unescape(raw))
    for site in sites:
        if title.casefold().endswith(site) and len(site) < len(title):
            rest = title[: -len(site)].rstrip()
            if rest.endswith(tuple(_MARKS)):
                return rest.rstrip(" " + _MARKS) or title
    return title


def _without_bar(name: str, names: list[str]) -> str:
    """Drop a last part behind a bar when another name of the page is the same without it."""
    short = _BAR.sub("", name)
    return short if short != name and short in names else name


def _from_title(title: str, facts: PageFacts, sites: list[str]) -> str:
    """Take the headline out of `<title>`, without the site's name before or behind it."""
    parts = [part for part in _SEPARATOR.split(title) if part]
    if len(parts) < 2:
        return "" if _is_site(title, sites) else _shown(title, facts)
    blocks = facts.lines()
    holders = " ".join(match[0] for line in blocks if (match := _COPYRIGHT.search(line))).casefold()
    named = [_is_site(part, sites) or (len(part) > 3 and part.casefold() in holders) for part in parts]
    first, last = 0, len(parts)
    while last - first > 1 and named[last - 1]:
        last -= 1
    while last - first > 1 and named[first]:
        first += 1
    tail = parts[-1]
    if not any(named) and len(tail) <= 40 and len(tail.split()) <= _SHORT and ("." in tail or not tail[0].islower()):
        last -= 1
    start = title.index(parts[first])
    stop = title.index(parts[last - 1], start) + len(parts[last - 1])
    return _shown(title[start:stop], facts)


def _shown(title: str, facts: PageFacts) -> str:
    """Return the headline as the page shows it near its top, when it begins as `<title>` does and says more."""
    key = _FOLDED.sub("", title).casefold()
    for line in facts.lines()[:_NEAR] if len(key) >= 15 else ():
        letters = _FOLDED.sub("", line).casefold()
        if letters.startswith(key) and len(letters) <= 2 * len(key) and line[-1] not in ".,;":
            return line
    return title
