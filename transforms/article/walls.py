"""Pages that stand in the place of an article: bot challenges, consent walls, paywall stubs, lists of links.

Every test asks for several signs at once, since a real article must never be refused.
"""

import re
from collections.abc import Callable
from typing import Final

from schemas.records import Refusal
from transforms.article.metadata import Metadata

_LONG: Final = 1_500  # characters; no wall has as much running text
_STUB: Final = 300  # characters; a page that says it is not free and shows less is a stub
_FOLDED = re.compile(r"[\W_]+")


def _any_of(*phrases: str) -> str:
    return "(?:" + "|".join(phrases) + ")"


_CHALLENGE_TITLE = re.compile(
    _any_of(
        "just a moment|attention required|403 forbidden|pardon our interruption|security check|ddos-guard|captcha",
        "access (?:to this page has been )?denied|are you (?:a )?(?:robot|human)|robot or human|client challenge",
        "checking (?:your browser|if the site connection)|(?:human|bot|user) verification|please wait",
        "verif(?:y|ying) (?:that )?you are (?:a )?human|you have been blocked|request (?:blocked|rejected)",
        "un instant|einen moment|один момент|un momento|bloomberg - are you a robot",
    )
    + r"\b.{0,60}",
    re.IGNORECASE,
)
_CHALLENGE_TEXT = re.compile(
    _any_of(
        "enable javascript and cookies to continue|please (?:enable js|turn javascript on)|disable any ad blocker",
        "please (?:verify|confirm|prove) (?:that )?you(?:'re| are) (?:a |not a )?(?:human|robot)",
        "unusual (?:traffic|activity) (?:coming )?from your|checking (?:your browser|if the site connection is secure)",
        "needs to review the security of your connection|performance & security by cloudflare|ray id:",
        "incapsula incident id|you have been blocked|complete the (?:security check|captcha)|press (?:&|and) hold",
        r"why did this happen\?|automated (?:access|requests|tools)|you don't have permission to access",
    ),
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    _any_of(
        r"cookies?\b|consent|privacy (?:policy|choices|settings)|legitimate interest|our partners|vendors?\b|iab\b",
        "accept all|reject all|agree and|manage (?:options|choices|settings)|personal data|we value your privacy",
        "personali[sz]ed (?:ads|content)|einwilligung|zustimm|einverstanden|datenschutz|werbung und tracking",
        r"partner(?:n)?\b|personenbezogen|akzeptieren|ablehnen|consentement|nos partenaires|donn[ée]es personnelles",
        "accepter|refuser|vie privée|consentimiento|aceptar|rechazar|nuestros socios|datos personales|consenso|accetta",
        "rifiuta|toestemming|accepteren|privacyinstellingen|zgod[aęy]|samtykke",
    ),
    re.IGNORECASE,
)
_CONSENT_ACTION = re.compile(
    _any_of(
        "accept all|reject all|i (?:accept|agree)|you (?:may |can )?(?:accept|agree)|choose to|agree and",
        "manage (?:options|choices|settings|preferences)|withdraw",
        "akzeptieren|ablehnen|zustimmen|widerrufen|(?:tout )?(?:accepter|refuser)",
        "aceptar|rechazar|accetta|rifiuta|accepteren|weigeren|zgadzam|akceptuj|godta|acceptera|aceitar|rejeitar",
    ),
    re.IGNORECASE,
)
_CONSENT_TITLE = re.compile(
    ".{0,40}"
    + _any_of(
        "before you continue|cookie (?:consent|notice|policy|wall)|consent(?: management)?|privacy settings|cookiewall",
        "your privacy choices|zustimmung|einwilligung|is (?:now )?part of the yahoo family|we value your privacy",
        "privacy gate|avant de continuer|bevor sie .{2,40} weitergehen|antes de continuar",
    )
    + r"\b.{0,60}",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    _any_of(
        "subscribe to (?:continue|keep|read)|to (?:continue|keep) reading|subscribers? only|already a subscriber",
        "r[ée]serv[ée]e? (?:aux|[àa] nos) abonn|il vous reste [0-9.,]+ ?%|weiterlesen mit|mit (?:plus|premium|abo)",
        "jetzt (?:abonnieren|testen)|exclusivo para suscriptores|(?:log|sign) ?in to (?:read|continue)",
        "become a (?:member|subscriber) to",
    ),
    re.IGNORECASE,
)


def find_wall(lines: list[str], page: Callable[[], str], metadata: Metadata, links: frozenset[str]) -> Refusal | None:
    """Name the wall a page is, None for an article.

    `lines` is what was extracted (perhaps nothing), `page` gives all visible text of the page and is asked for short
    ones only, `links` are the folded texts of its links.
    """
    length = sum(map(len, lines))
    if metadata.is_article and metadata.published.at is not None and length > _STUB:
        return None
    title, text = metadata.title, "\n".join(lines)
    if length < _LONG:
        wall = _short_wall(title, text, page())
        if wall is not None:
            return wall
    if metadata.is_free is False and (length < _STUB or (length < 3 * _STUB and _PAYWALL.search(text))):
        return Refusal("paywall", f"the page says that it is not free and shows {length} characters")
    if _is_index(lines, metadata, links):
        return Refusal("index_page", "most of the text is links to other pages")
    return None


def _short_wall(title: str, text: str, page: str) -> Refusal | None:
    if len(page) < 3 * _LONG:
        if _CHALLENGE_TITLE.fullmatch(title) and (len(text) < _STUB or _CHALLENGE_TEXT.search(page)):
            return Refusal("challenge", f"the page is a bot check: {title}"[:200])
        if len(text) < 2 * _STUB and len(set(map(str.lower, _CHALLENGE_TEXT.findall(page)))) >= 2:
            return Refusal("challenge", "the page is a bot check")
    if _is_consent(title, text or page):
        return Refusal("consent_wall", f"the page asks for consent: {title}"[:200])
    return None


def _is_consent(title: str, text: str) -> bool:
    """Tell a consent page: short, full of the words of consent, and with something to agree to or refuse."""
    if len(text) > 3 * _LONG or not _CONSENT_ACTION.search(text):
        return False
    words = [word.lower() for word in _CONSENT_WORDS.findall(text)]
    density = len(words) / max(1, len(text.split()))
    if _CONSENT_TITLE.fullmatch(title):
        return len(set(words)) >= 2 and density > 0.02
    return len(set(words)) >= 4 and density > 0.05


def _is_index(lines: list[str], metadata: Metadata, links: frozenset[str]) -> bool:
    """Tell a list of links: no sign of an article, many lines, most of the text in links, no long line beside them.

    A page that calls itself a collection needs less of it.
    """
    if metadata.is_article or len(lines) < 8:
        return False
    linked = [line for line in lines if _FOLDED.sub("", line).casefold() in links]
    share = sum(map(len, linked)) / sum(map(len, lines))
    if metadata.is_list:
        return len(linked) >= 5 and share > 0.3
    return share > 0.6 and max((len(line) for line in lines if line not in linked), default=0) < 150
