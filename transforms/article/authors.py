"""Names of authors: one a name, without "By", offices, addresses and markup."""

import re
from html import unescape
from typing import Any, Final

from transforms.article.dateline import is_place
from transforms.article.decode import fold
from transforms.article.jsonld import Node, resolve, text_of, types_of

_BY = re.compile(
    r"^(?:(?:words|written|story|reported|report|text|posted|published|article) by|by|von|par|por|di|da|door|av|af|od|"
    r"autor(?:in|es|a)?(?:en)?|auteurs?|autore|authors?|text[eo]?|tekst|автор[ыи]?|fra|från)\s*:?\s+",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:;|\||\n|•|·)\s*|\s+(?:(?i:and|und|et|og|och)|y|e|en|i|ja|ve|и|&)\s+|,\s+(?:and|und|et|y|og|och)\s+"
)
_NOISE = re.compile(
    r"https?://|www\.|@|^\d+$|^(?:admin|author|editor|redaktion|null|none|undefined|unknown|staff)$", re.IGNORECASE
)
_OFFICE = re.compile(r",\s+(?=\S)")
_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)$")
_NAME = re.compile(r"[^\W\d_]['’.\w-]*")
_MOST: Final = 4_000  # characters that are looked at
_LONGEST: Final = 100  # characters of a name
_FOREIGN = re.compile(r"[:!?\"“”„«»()\[\]/]")
_TAGS = re.compile(r"<[^>]{1,200}>")
_ARTICLE = re.compile(r"(?:al|el|ul|as|ash|at|ad|an|ar|az|d|l|o|m)[-'’](?=[^\W\d_])", re.IGNORECASE)
_PARTICLES = frozenset(
    [
        "van",
        "der",
        "den",
        "de",
        "la",
        "le",
        "los",
        "las",
        "du",
        "des",
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "di",
        "da",
        "dal",
        "dalla",
        "dos",
        "das",
        "do",
        "del",
        "della",
        "degli",
        "al",
        "el",
        "bin",
        "ben",
        "ibn",
        "bint",
        "abu",
        "af",
        "av",
        "ter",
        "ten",
        "te",
        "y",
        "e",
        "i",
        "und",
    ]
)
_ROLE = re.compile(
    r"(?:(?:a |the |our |by |chief |senior |special |staff |lead |former |foreign |political?s? |deputy |"
    r"associate |assistant"
    r" |managing |executive |freelance |guest |data |national |local |regional |science |health |"
    r"business |sports? |crime "
    r"|education |environment(?:al)? |climate |city |court |technology |tech |world |news |features? |"
    r"opinion |africa |asia "
    r"|europe |u\.?s\.? |white house |washington |middle east |diplomatic |economics? |defen[cs]e |"
    r"security |investigations?"
    r" |investigative |culture |arts |travel |food |staff-)*"
    r"(?:writers?|reporters?|correspondents?|editors?(?:-in-chief| at large)?|columnists?|contributors?|journalists?|"
    r"photographers?|producers?|bureau chief|fellow|intern|chef(?:in)?|analyst|critic|editorial board|"
    r"korrespondent(?:in)?|redakteur(?:in)?|reporterin|journalist(?:in)?|correspondante?|envoyée? spéciale?e?|"
    r"journaliste|rédactrice|rédacteur|corresponsal|redactora?|periodista|corrispondente|inviat[oa]|giornalista|"
    r"verslaggever|redacteur|korespondent(?:ka)?|redaktor|journaliste?r?|toimittaja|корреспондент|журналист)"
    r"(?: (?:for|at|with|of|in) .{2,40})?|(?:special )?(?:to|for) (?:the )?[A-Z].{2,40}|staff|stringer|"
    r"contributed by .{2,40}"
    r"|(?:with|avec|mit|con|from) (?:the )?(?:agencies|agency|inputs?.{0,30}|AFP|AP|Reuters|dpa|wires?))",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"(?:.*\s)?(?:news|press|times|post|herald|tribune|gazette|agency|agence|agencies|agentur|radio|tv|"
    r"television|network|"
    r"media|journal|today|daily|weekly|magazine|online|service|bureau|wire|broadcasting|courier|chronicle|"
    r"observer|reporter|"
    r"standard|mail|mirror|telegraph|guardian|star|sun|globe|examiner|independent|review|report|nachrichten|zeitung|"
    r"anzeiger|blatt|presse|diario|giornale|redaktion|redaction|redacción|redazione|reuters|ap|afp|dpa|"
    r"upi|ansa|efe|pti|ani|"
    r"ians|xinhua|tass|bbc|cnn|cbs|nbc|abc|npr|pbs|bloomberg|apa|sda|ats|anp|ntb|tt|ritzau|pap|lusa|belga|"
    r"aap|kyodo|yonhap|"
    r"anadolu|wires?|staff|desk|team)(?:\s+(?:news|agency|service|group|tv|online|international|africa|network|desk|team|\d+))*",
    re.IGNORECASE,
)


def authors_of(node: Node, nodes: list[Node]) -> list[str]:
    """List the authors of a JSON-LD object, in its order."""
    value = node.get("author") or node.get("creator")
    items = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in items:
        item = resolve(item, nodes)
        if isinstance(item, dict) and isinstance(item.get("name"), list):
            names += [text_of(name) for name in item["name"]]
        else:
            names.append(text_of(item.get("name")) if isinstance(item, dict) else text_of(item))
    return clean_authors(names)


def is_name(text: str) -> bool:
    """Tell a person's name: two to five words, nearly all with a capital; particles (`van der`, `al-`) aside."""
    if any(character.isdigit() for character in text):
        return False
    words = [word for word in _NAME.findall(_ARTICLE.sub("", text)) if word not in _PARTICLES]
    capital = sum(word[0].isupper() for word in words)
    return 2 <= len(words) <= 5 and capital >= 2 and capital >= len(words) - 1


def is_full_name(text: str) -> bool:
    """Tell a person's name with nothing else in it: all words but particles with a capital, no marks but of names."""
    words = [word for word in _NAME.findall(_ARTICLE.sub("", text)) if word not in _PARTICLES]
    return is_name(text) and all(word[0].isupper() for word in words) and not _FOREIGN.search(text)


def is_office(text: str) -> bool:
    """Tell what may stand behind an author's name: a role (`Staff Writer`) or a news house (`Example News`, `dpa`)."""
    return _ROLE.fullmatch(text) is not None or _HOUSE.fullmatch(text) is not None


def are_publisher(names: list[str], node: Node, publishers: set[str]) -> bool:
    """Tell whether what stands for the author is the publisher itself: an organisation, or a name of the site."""
    value = node.get("author")
    items = value if isinstance(value, list) else [value]
    if items and all(isinstance(item, dict) and "Organization" in "".join(types_of(item)) for item in items):
        return True
    return all(_same_house(name.casefold(), publishers) for name in names)


def _same_house(name: str, publishers: set[str]) -> bool:
    return any(name == house or (len(name) > 3 and (name in house or house in name)) for house in publishers)


def clean_authors(names: list[Any]) -> list[str]:
    """Split and clean names; the same name once, in the order of their first place."""
    found: dict[str, str] = {}
    for name in names:
        text = unescape(_TAGS.sub("\n", str(name or "")[:_MOST]))
        for part in (piece for line in text.split("\n") for piece in _parts(_BY.sub("", fold(line)))):
            part = _BRACKETS.sub("", part).strip(" ,.-–—/")
            if 1 < len(part) <= _LONGEST and not _NOISE.search(part):
                found.setdefault(part.casefold().replace("-", " "), part)
    return list(found.values())


def _parts(text: str) -> list[str]:
    """Split a list of names; a comma only where all sides look like a name, and without the offices behind names."""
    out: list[str] = []
    for part in filter(None, _SPLIT.split(text)):
        pieces = _OFFICE.split(part)
        if is_name(pieces[0]):
            pieces = pieces[:1] + [piece for piece in pieces[1:] if not is_office(piece) and not is_place(piece)]
            part = ", ".join(pieces) if len(part) <= _LONGEST else pieces[0]
        out += pieces if len(pieces) > 1 and all(2 <= len(piece.split()) <= 4 for piece in pieces) else [part]
    people = [part for part in out if not is_office(part)]
    return people if any(map(is_name, people)) else out
