"""The place a report is filed from: alone on the first line, or at the start of the first paragraph."""

import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pycountry

_AGENCY: Final = (
    r"AP|AFP|Reuters|REUTERS|UPI|dpa|DPA|APA|ANSA|EFE|PTI|IANS|ANI|Xinhua|TASS|Tass|Interfax|Bloomberg|CNN|BBC|Kyodo|Yonhap"
    r"|AAP|Anadolu|AA|ATS|SDA|sda|KNA|epd|afp|ap|SID|sid|Lusa|Belga|ANP|NTB|TT|Ritzau|PAP|CTK|ČTK|MTI|APP|BNS|AGI|WAM|SPA"
    r"|MENA|NAN|APS|JTA|CNA|UNI|Canadian Press|The Canadian Press|Associated Press|The Associated Press|PRNewswire"
    r"|PR Newswire|Business Wire|BUSINESS WIRE|GLOBE NEWSWIRE|[A-Z]{2,6} ?/ ?[A-Z]{2,6}|[A-Z][\w.]+ News|[A-Z]\w+NewsNow"
)
_PLACE: Final = r"[^\W\d_][^\W_]*(?:[ .,'’/-]+[^\W\d_][^\W_]*\.?){0,6}[.]?"
_DAY: Final = r"(?:,?\s+(?:[A-Z][a-zé]{2,8}\.?\s+\d{1,2}|\d{1,2}\.?\s+[^\W\d_]{3,9}\.?)(?:,?\s+\d{4})?)"
_DASH: Final = r"(?:\s*[—–]\s*|\s+-{1,2}\s*|--\s*)"
#: `NIAMEY, Niger (Reuters) – `, `BERLIN (dpa) - `, `ISLAMABAD, March 4 (Reuters) - `, `BERLIN (AP) `
_WITH_AGENCY = re.compile(rf"(?P<place>{_PLACE}?){_DAY}?\s*[(/](?:{_AGENCY})[)/](?P<dash>{_DASH}|:\s+|\.\s+)(?=\S)")
#: `MADRID — `, `BUFFALO, N.Y. — `, `München/London – `, `NEW DELHI: `
_WITHOUT = re.compile(rf"(?P<place>{_PLACE}?){_DAY}?(?P<dash>{_DASH}|:\s+)(?=\S)")
_XINHUA = re.compile(
    r"(?:新华社|中新社|中新网|人民网)(?P<place>[\u4e00-\u9fff]{2,8}?)\d{1,2}月\d{1,2}日(?:电|讯)\s*(?:[（(][^）)]{2,30}[）)])?\s*"
)
_ENDING = re.compile(r"[\s.,:;—–-]+$")
_LONGEST: Final = 60  # characters of a dateline


class Dateline(NamedTuple):
    """A dateline at the start of a paragraph."""

    place: str  # as a reader would write it: `Niamey, Niger`
    length: int  # of the whole prefix in characters, dash included


def is_place(line: str) -> bool:
    """Tell whether a line is the name of a known place and nothing else (`Niamey`, `PARIS, France`, `Kigali/Goma`)."""
    text = _ENDING.sub("", line)
    if not text or len(text) > _LONGEST or not text[0].isupper():
        return False
    places = re.split(r"\s*/\s*", text)
    return all(_known(place.split(",", 1)[0]) and _written_as_name(place) for place in places)


def place_of(line: str) -> str:
    """Write the place of a lone dateline as a reader would."""
    return _readable(_ENDING.sub("", line))


def split_dateline(paragraph: str) -> Dateline | None:
    """Find a dateline at the start of a paragraph.

    The form with a news agency in brackets is unmistakable. Without one the place must be known, and before a colon it must
    stand in capitals, since `Paris: …` may open any sentence.
    """
    match = _XINHUA.match(paragraph)
    if match:
        return Dateline(match["place"], match.end())
    match = _WITH_AGENCY.match(paragraph[: 2 * _LONGEST])
    if match and len(match["place"]) <= _LONGEST and match["place"][0].isupper():
        return Dateline(_readable(match["place"]), match.end())
    match = _WITHOUT.match(paragraph[: 2 * _LONGEST])
    if not match or len(match["place"]) > _LONGEST or not is_place(match["place"]):
        return None
    place = match["place"]
    capital = place.split(",", 1)[0]
    if match["dash"].startswith(":") and not capital.isupper():
        return None
    return Dateline(_readable(place), match.end())


def _written_as_name(text: str) -> bool:
    return all(word[0].isupper() or len(word) <= 3 for word in re.findall(r"[^\W\d_]+", text))


def _readable(place: str) -> str:
    """Undo capitals: `NIAMEY, Niger` → `Niamey, Niger`; short ones (`UN`, `N.Y.`) stay."""
    parts = re.split(r"([,/]\s*)", place)
    return "".join(
        _known_spelling(part) if part.isupper() and len(part) > 3 and "." not in part else part for part in parts
    )


def _known_spelling(name: str) -> str:
    return _places().get(_key(name)) or " ".join(word.capitalize() for word in name.split(" "))


def _known(name: str) -> bool:
    return _key(name) in _places()


def _key(name: str) -> str:
    return " ".join(name.replace("’", "'").split()).casefold()


@cache
def _places() -> dict[str, str]:
    """Load the cities of `places.txt` and the countries of pycountry, by folded name."""
    lines = Path(__file__).with_name("places.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    for country in pycountry.countries:
        names += [getattr(country, key) for key in ("name", "common_name") if hasattr(country, key)]
    return {_key(name): name for name in names}
