"""Read the type of a name off what the text says that it is."""

import re
from typing import Final

from transforms.article.names.labels import GPE, LOC, ORG, PERSON
from transforms.article.names.page import Page
from transforms.article.names.readings import OPEN, relabelled

#: Characters after a name that are looked at.
REACH: Final = 80

_NOUNS: Final = {
    GPE: "village|town|city|municipality|commune|hamlet|suburb|district|province|county|township|settlement|borough",
    LOC: "river|lake|island|mountain|valley|peninsula|stream|desert|strait",
    ORG: (
        "company|manufacturer|carmaker|band|group|club|chain|organi[sz]ation|agency|university|college|newspaper"
        "|magazine|association|federation|union|bank|retailer|airline|firm|charity|subsidiary|broadcaster|institute"
        "|foundation|corporation|think[ -]tank|start-?up|conglomerate|militia"
    ),
    PERSON: (
        "politician|footballer|boxer|singer|actor|actress|writer|author|journalist|lawyer|economist|analyst|activist"
        "|spokes(?:wo)?man|spokesperson|professor|musician|composer|painter|poet|historian|philosopher|coach|midfielder"
        "|striker|goalkeeper|physicist|chemist|mathematician|doctor|nurse|teacher|student|resident|businessman"
        "|businesswoman|entrepreneur|scientist|researcher|engineer|farmer|artist|lawmaker|senator|diplomat|priest"
        "|guitarist|drummer|novelist|architect|officer|soldier|strategist"
    ),
}
#: `X is a small town`, `X, a Chadian economist`; no word between may lead to another thing (`a member of the group`).
_VERDICTS: Final = tuple(
    (
        re.compile(
            r"(?: \([^()\n]{1,40}\))?(?: (?:is|was|are|were|became) (?:an?|the) |, an? )"
            rf"(?:(?!(?:of|for|in|at|to|by|from|with|who|that|which)\b)[\w'’-]+,? ){{0,4}}?(?:{nouns})\b(?![-'’])"
        ),
        label,
    )
    for label, nouns in _NOUNS.items()
)
_STARTS: Final = (" (", " is ", " was ", " are ", " were ", " became ", ", a ", ", an ")


def read_appositions(page: Page) -> Page:
    """Retype a name by the noun it is explained with, everywhere it stands.

    `Karmin is a village`, `Zeine, an economist`. A place stays one where a group or company follows it (`in New York, a
    newspaper was …`). Where two mentions disagree, each keeps its own.
    """
    read = [_label(page.text[name.end : name.end + REACH], name.label) for name in page.names]
    if not any(read):
        return page
    return relabelled(page, page.names, read)


def _label(after: str, label: str) -> str:
    if label not in OPEN or not after.startswith(_STARTS):
        return ""
    line = after.partition("\n")[0]
    found = next((verdict for pattern, verdict in _VERDICTS if pattern.match(line)), "")
    return "" if found == ORG and label in (GPE, LOC) else found
